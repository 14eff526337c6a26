import type { StopReason } from '../run/event.ts';
import { isFinal } from '../run/fold.ts';
import { type RunRecord, toldToGoOn } from '../run/record.ts';
import type { Answered, RetryCommand, RunnerControl, RunnerInfo } from '../server/control.ts';
import { renderExact } from '../stores/json-file/event-codec.ts';
import type { NewRun, RunStore } from '../stores/store.ts';
import type { EndingMessage, FromWorker } from '../worker/protocol.ts';
import { appendFor } from './append.ts';
import { BatchDesk } from './batch-desk.ts';
import { countDeaths, deathOf, runnerEnded } from './deaths.ts';
import { Followers } from './followers.ts';
import { endOf, isAtRest, openKeys } from './open-run.ts';
import { refused, retryRun } from './retry.ts';
import type { RunnerOptions } from './runner-options.ts';
import { Schedule } from './schedule.ts';
import type { PoolWorker, WorkerPool } from './worker-pool.ts';

/** Deaths of workers without a new checkpoint after which a person decides. */
const deathLimit = 3;
/** Milliseconds before a run whose record could not be written is tried again. */
const storeRetryMs = 1_000;

interface Holder {
  readonly worker: PoolWorker;
  readonly epoch: number;
  /** It knows that the run is to stop: what it waits for now is its cleanup's. */
  stopping: boolean;
}

/** Hands registered runs to workers, and minds what becomes of them. All it knows it can read from the store. */
export class Runner implements RunnerControl {
  readonly info: RunnerInfo;
  readonly store: RunStore;
  readonly batches: BatchDesk;
  readonly #options: RunnerOptions;
  readonly #schedule: Schedule;
  readonly #held = new Map<string, Holder>();
  #pool: WorkerPool | undefined;
  readonly #followers = new Followers(() => this.#tellIdle());
  #closed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.info = options.info;
    this.store = options.store;
    this.batches = new BatchDesk({
      store: options.store,
      follow: () => this.follow(),
      cancelRun: (id, by) => this.cancel(id, by),
    });
    this.#schedule = new Schedule(options.now, (id, after) => this.#enqueue(id, after));
  }

  /** Takes up what was open when the runner before ended. */
  start(pool: WorkerPool): void {
    this.#pool = pool;
    for (const { record, epoch, corrupt } of [...this.store.list()].reverse()) {
      if (corrupt !== undefined || isFinal(record.state)) continue;
      if (isAtRest(record)) this.#rest(record);
      else this.#schedule.queue(record.request.id, epoch === 0 ? undefined : runnerEnded);
    }
    this.assign();
  }

  close(): void {
    this.#closed = true;
    this.#schedule.close();
  }

  busy(): number {
    return this.#schedule.size + this.#held.size;
  }

  follow(): () => void {
    return this.#followers.enter();
  }

  shutdown(): void {
    this.#options.onShutdown();
  }

  async dispatch(run: NewRun): ReturnType<RunnerControl['dispatch']> {
    if (run.request.allowExec === true && !this.#options.runsCommands) return 'noCommands';
    const refusal = this.batches.refusal(run.request);
    if (refusal !== undefined) return refusal;
    const result = await this.store.create(run);
    if (result === 'created') {
      this.#enqueue(run.request.id, undefined);
      await this.batches.entered(run.request);
    }
    return result;
  }

  async cancel(id: string, by: string): Promise<Answered> {
    const record = this.store.get(id)?.record;
    if (record === undefined) return { kind: 'unknown' };
    if (isFinal(record.state)) return refused(record.state, `it is ${record.state} already`);
    await this.#stop(id, by, 'cancel');
    return { kind: 'done', id };
  }

  retry(id: string, command: RetryCommand): Promise<Answered> {
    const { store } = this;
    const { effects, runsCommands, now } = this.#options;
    return retryRun(
      {
        store,
        effects,
        runsCommands,
        now,
        dispatch: (run) => this.dispatch(run),
        enqueue: (open, after) => this.#enqueue(open, after),
        supersede: (open, by) => this.#supersede(open, by),
      },
      id,
      command,
    );
  }

  async #supersede(id: string, by: string): Promise<void> {
    const ended = endOf(this.store, id);
    await this.#stop(id, by, 'superseded');
    await ended;
  }

  async #stop(id: string, by: string, reason: 'cancel' | 'superseded'): Promise<void> {
    const { epoch = 0 } = this.store.get(id) ?? {};
    const superseded = reason === 'superseded' ? { superseded: true as const } : {};
    await this.store.append(id, epoch, [
      { type: 'run.cancelRequested', at: this.#options.now(), by, ...superseded },
    ]);
    const holder = this.#held.get(id);
    if (holder !== undefined) this.#tellStop(id, holder, reason);
    else if (!this.#schedule.has(id)) this.#enqueue(id, undefined);
  }

  #tellStop(id: string, holder: Holder, reason: StopReason): void {
    const { worker, epoch } = holder;
    holder.stopping = true;
    worker.send({ type: 'stop', id, epoch, reason });
  }

  #enqueue(id: string, after: string | undefined): void {
    this.#schedule.forget(id);
    // Its worker has left it, and is about to say so: one pass at a time.
    if (this.#held.has(id)) return;
    this.#schedule.queue(id, after);
    this.assign();
  }

  /** Gives queued runs to workers that have room. */
  assign(): void {
    if (this.#closed || this.#pool === undefined) return;
    for (const [id, after] of this.#schedule.queued()) {
      const alone = this.#isLastTry(id);
      const worker = this.#pool.idle(alone);
      if (worker === undefined) break;
      this.#schedule.take(id);
      this.#pool.give(worker, id, alone);
      void this.#hand(id, after, worker);
    }
    this.#tellIdle();
  }

  async #hand(id: string, after: string | undefined, worker: PoolWorker): Promise<void> {
    const claiming: Holder = { worker, epoch: -1, stopping: false };
    this.#held.set(id, claiming);
    try {
      const claim = await this.store.claim(id, worker.name, after);
      // The worker died meanwhile, and the run is another one's.
      if (this.#held.get(id) !== claiming) return;
      const holder: Holder = { worker, epoch: claim.epoch, stopping: false };
      this.#held.set(id, holder);
      worker.send({ type: 'run', claim: renderExact(claim) });
      // Asked for meanwhile, it may have come too late for the claim.
      const stop = this.#openRecord(id)?.stopAsked;
      if (stop !== undefined) this.#tellStop(id, holder, stop);
    } catch {
      if (this.#held.get(id) !== claiming) return;
      this.#release(id, worker);
      if (this.#openRecord(id) !== undefined) this.#wake(id, this.#options.now() + storeRetryMs);
      this.#tellIdle();
    }
  }

  #isLastTry(id: string): boolean {
    const record = this.store.get(id)?.record;
    return record !== undefined && countDeaths(record) === deathLimit - 1;
  }

  /** What a worker of the pool said. */
  receive(worker: PoolWorker, message: FromWorker): void {
    if (message.type === 'append') void appendFor(worker, message, this.store, this.#options.log);
    if (message.type === 'ended') this.#end(worker, message.id, message.epoch, message.ending);
  }

  #end(worker: PoolWorker, id: string, epoch: number, ending: EndingMessage): void {
    const holder = this.#held.get(id);
    if (holder?.epoch !== epoch) return;
    this.#release(id, worker);
    const record = this.#openRecord(id);
    // It could not be written down: tried again, as soon as there may be room.
    if (ending.kind === 'lost') this.#wake(id, this.#options.now() + storeRetryMs, ending.message);
    else if (record !== undefined && isAtRest(record)) this.#rest(record, holder.stopping);
    // While it was leaving, a person said to go on.
    else if (record !== undefined) this.#schedule.queue(id, toldToGoOn);
    this.assign();
  }

  /** A run that no worker is to have now: a waiting one until it is due. */
  #rest(record: RunRecord, stopping = false): void {
    const { id } = record.request;
    if (record.stopAsked !== undefined && !stopping) this.#schedule.queue(id, undefined);
    // One that waits for somebody alone is due at no instant.
    else if (record.state === 'waiting') this.#wake(id, record.waitingUntil ?? Infinity);
  }

  #release(id: string, worker: PoolWorker): void {
    this.#held.delete(id);
    this.#pool?.take(worker, id);
  }

  #wake(id: string, at: number, after?: string): void {
    this.#schedule.wake(id, at, after);
    this.#tellIdle();
  }

  /** A worker died: its runs go on with another, unless they killed three. */
  bury(worker: PoolWorker): void {
    for (const id of worker.runs) {
      if (this.#held.get(id)?.worker !== worker) continue;
      this.#held.delete(id);
      const record = this.#openRecord(id);
      if (record === undefined) continue;
      if (isAtRest(record)) this.#rest(record);
      else if (countDeaths(record) + 1 < deathLimit) this.#schedule.queue(id, deathOf(worker));
      else void this.#giveUp(record, worker);
    }
    this.assign();
  }

  async #giveUp(record: RunRecord, worker: PoolWorker): Promise<void> {
    const { id } = record.request;
    const reason = `${deathLimit} workers died without a new checkpoint, the last of them ${worker.name}`;
    const at = this.#options.now();
    try {
      const { epoch = 0 } = this.store.get(id) ?? {};
      await this.store.append(id, epoch, [{ type: 'run.interrupted', at, reason, keys: openKeys(record) }]);
    } catch {
      this.#wake(id, at + storeRetryMs, deathOf(worker));
    }
  }

  #openRecord(id: string): RunRecord | undefined {
    const record = this.store.get(id)?.record;
    return record === undefined || isFinal(record.state) ? undefined : record;
  }

  #tellIdle(): void {
    this.#options.onIdle(this.busy() === 0 && this.#followers.count === 0);
  }
}
