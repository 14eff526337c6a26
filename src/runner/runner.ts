import type { StopReason } from '../run/event.ts';
import { isFinal } from '../run/fold.ts';
import type { Effects } from '../run/ports.ts';
import type { RunRecord } from '../run/record.ts';
import type { Answered, RetryCommand, RunnerControl, RunnerInfo } from '../server/control.ts';
import { readEvents, renderExact } from '../stores/json-file/event-codec.ts';
import { LostRunError } from '../stores/log.ts';
import type { NewRun, RunStore } from '../stores/store.ts';
import type { EndingMessage, FromWorker } from '../worker/protocol.ts';
import { countDeaths } from './deaths.ts';
import { refused, retryRun } from './retry.ts';
import type { PoolWorker, WorkerPool } from './worker-pool.ts';

/** Deaths of workers without a new checkpoint after which a person decides. */
const deathLimit = 3;
/** Milliseconds before a run whose record could not be written is tried again. */
const storeRetryMs = 1_000;
/** The longest timer that Node sets. */
const longestTimerMs = 2 ** 31 - 1;

interface Holder {
  readonly worker: PoolWorker;
  readonly epoch: number;
}

export interface RunnerOptions {
  readonly store: RunStore;
  readonly info: RunnerInfo;
  /** Digests, for planning retries. */
  readonly effects: Effects;
  readonly now: () => number;
  /** Nothing is busy and nobody follows, or no longer so. */
  readonly onIdle: (idle: boolean) => void;
  readonly onShutdown: () => void;
}

/** Hands registered runs to workers, and minds what becomes of them. All it knows it can read from the store. */
export class Runner implements RunnerControl {
  readonly info: RunnerInfo;
  readonly store: RunStore;
  readonly #options: RunnerOptions;
  /** Runs that wait for a worker, oldest first, with what ended the pass before. */
  readonly #queue = new Map<string, string | undefined>();
  readonly #held = new Map<string, Holder>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #pool: WorkerPool | undefined;
  #followers = 0;
  #closed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.info = options.info;
    this.store = options.store;
  }

  /** Takes up what was open when the runner before ended. */
  start(pool: WorkerPool): void {
    this.#pool = pool;
    for (const { record, epoch, corrupt } of [...this.store.list()].reverse()) {
      if (corrupt !== undefined || isFinal(record.state)) continue;
      const after = epoch === 0 ? undefined : 'the runner ended';
      if (record.state === 'waiting') this.#wake(record.request.id, record.waitingUntil ?? 0);
      else if (record.state !== 'interrupted') this.#queue.set(record.request.id, after);
    }
    this.assign();
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  busy(): number {
    return this.#queue.size + this.#held.size + this.#timers.size;
  }

  follow(): () => void {
    this.#followers += 1;
    this.#tellIdle();
    let gone = false;
    return () => {
      if (gone) return;
      gone = true;
      this.#followers -= 1;
      this.#tellIdle();
    };
  }

  shutdown(): void {
    this.#options.onShutdown();
  }

  async dispatch(run: NewRun): ReturnType<RunnerControl['dispatch']> {
    const result = await this.store.create(run);
    if (result === 'created') this.#enqueue(run.request.id, undefined);
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
    const { effects, now } = this.#options;
    return retryRun(
      {
        store,
        effects,
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
    const ended = new Promise<void>((resolve) => {
      const leave = this.store.subscribe(id, (line) => {
        if (!line.events.some((event) => event.type === 'run.finished')) return;
        leave();
        resolve();
      });
    });
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
    else if (!this.#queue.has(id)) this.#enqueue(id, undefined);
  }

  #tellStop(id: string, { worker, epoch }: Holder, reason: StopReason): void {
    worker.send({ type: 'stop', id, epoch, reason });
  }

  #enqueue(id: string, after: string | undefined): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#queue.set(id, after);
    this.assign();
  }

  /** Gives queued runs to workers that have room. */
  assign(): void {
    if (this.#closed || this.#pool === undefined) return;
    for (const [id, after] of this.#queue) {
      const worker = this.#pool.idle(this.#isLastTry(id));
      if (worker === undefined) break;
      this.#queue.delete(id);
      void this.#hand(id, after, worker, this.#pool);
    }
    this.#tellIdle();
  }

  async #hand(id: string, after: string | undefined, worker: PoolWorker, pool: WorkerPool): Promise<void> {
    pool.give(worker, id);
    this.#held.set(id, { worker, epoch: -1 });
    try {
      const claim = await this.store.claim(id, worker.name, after);
      this.#held.set(id, { worker, epoch: claim.epoch });
      worker.send({ type: 'run', claim: renderExact(claim) });
    } catch {
      this.#release(id, worker);
      this.#wake(id, this.#options.now() + storeRetryMs);
    }
  }

  #isLastTry(id: string): boolean {
    const record = this.store.get(id)?.record;
    return record !== undefined && countDeaths(record) === deathLimit - 1;
  }

  /** What a worker of the pool said. */
  receive(worker: PoolWorker, message: FromWorker): void {
    if (message.type === 'append') void this.#append(worker, message);
    if (message.type === 'ended') this.#end(worker, message.id, message.epoch, message.ending);
  }

  async #append(worker: PoolWorker, message: Extract<FromWorker, { type: 'append' }>): Promise<void> {
    const { id, epoch } = message;
    try {
      await this.store.append(id, epoch, readEvents(message.events));
      worker.send({ type: 'appended', id, epoch });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      worker.send({ type: 'refused', id, epoch, message: text });
      if (!(error instanceof LostRunError)) process.stderr.write(`${id}: ${text}\n`);
    }
  }

  #end(worker: PoolWorker, id: string, epoch: number, ending: EndingMessage): void {
    if (this.#held.get(id)?.epoch !== epoch) return;
    this.#release(id, worker);
    if (ending.kind === 'parked') this.#wake(id, ending.until);
    // It could not be written down: tried again, as soon as there may be room.
    if (ending.kind === 'lost') this.#wake(id, this.#options.now() + storeRetryMs, ending.message);
    this.assign();
  }

  #release(id: string, worker: PoolWorker): void {
    this.#held.delete(id);
    this.#pool?.take(worker, id);
  }

  #wake(id: string, at: number, after?: string): void {
    const delayMs = Math.min(Math.max(0, at - this.#options.now()), longestTimerMs);
    this.#timers.set(
      id,
      setTimeout(() => this.#enqueue(id, after), delayMs),
    );
    this.#tellIdle();
  }

  /** A worker died: its runs go on with another, unless they killed three. */
  async bury(worker: PoolWorker): Promise<void> {
    for (const id of worker.runs) {
      this.#held.delete(id);
      const stored = this.store.get(id);
      if (stored === undefined || isFinal(stored.record.state)) continue;
      if (countDeaths(stored.record) + 1 < deathLimit) this.#queue.set(id, `${worker.name} died`);
      else await this.#giveUp(id, stored.epoch, worker);
    }
    this.assign();
  }

  async #giveUp(id: string, epoch: number, worker: PoolWorker): Promise<void> {
    const reason = `${deathLimit} workers died without a new checkpoint, the last of them ${worker.name}`;
    await this.store.append(id, epoch, [
      {
        type: 'run.interrupted',
        at: this.#options.now(),
        reason,
        keys: openKeys(this.store.get(id)?.record),
      },
    ]);
  }

  #tellIdle(): void {
    this.#options.onIdle(this.busy() === 0 && this.#followers === 0);
  }
}

/** Durable keys that were intended and have no outcome. */
function openKeys(record: RunRecord | undefined): readonly string[] {
  return (record?.steps ?? []).flatMap((step) =>
    step.attempts
      .filter((one) => one.intent !== undefined && one.outcome === undefined)
      .map((one) => one.key),
  );
}
