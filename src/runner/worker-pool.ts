import type { FromWorker, ToWorker } from '../worker/protocol.ts';
import { startWorkerProcess, type WorkerCommand, type WorkerProcess } from './worker-process.ts';

/** Milliseconds before a worker that could not be written down is tried again. */
const startRetryMs = 1_000;

export interface PoolOptions {
  readonly command: WorkerCommand;
  readonly size: number;
  /** Runs that one worker drives at once. */
  readonly capacity: number;
  /** Milliseconds without an answer after which a worker counts as hung, and is killed. */
  readonly hungAfterMs: number;
  readonly onMessage: (worker: PoolWorker, message: FromWorker) => void;
  /** A worker died; its runs are free. Called after its exit, so that nothing of it can still be written. */
  readonly onDeath: (worker: PoolWorker) => void;
  /** A worker is ready, or has room again. */
  readonly onRoom: () => void;
  /** Awaited before a new process gets its first run. */
  readonly onStart: (workers: readonly PoolWorker[]) => Promise<void>;
}

export interface PoolWorker {
  readonly name: string;
  readonly pid: number;
  readonly runs: ReadonlySet<string>;
  send(message: ToWorker): void;
}

interface Member extends PoolWorker {
  readonly runs: Set<string>;
  readonly process: WorkerProcess;
  ready: boolean;
  /** Its run is to have it to itself. */
  alone: boolean;
  /** By the monotonic clock: the other one may jump. */
  answeredAt: number;
}

/** A runner's worker processes: kept at their number, watched, and given work. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #members = new Set<Member>();
  readonly #watch: ReturnType<typeof setInterval>;
  #started = 0;
  #closing = false;
  #registering: Promise<void> = Promise.resolve();
  #lookedAt = performance.now();
  /** Deaths before the first answer, one after the other: a program that cannot start is not started for ever. */
  #stillborn = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#watch = setInterval(() => this.#look(), Math.max(50, options.hungAfterMs / 6));
    for (let count = 0; count < options.size; count++) this.#start();
  }

  get workers(): readonly PoolWorker[] {
    return [...this.#members];
  }

  /** A worker with room; for a run that is to have one to itself, an empty one. */
  idle(alone: boolean): PoolWorker | undefined {
    const free = [...this.#members].filter(
      (member) => member.ready && !member.alone && member.runs.size < this.#options.capacity,
    );
    const fitting = alone ? free.filter((member) => member.runs.size === 0) : free;
    return fitting.sort((a, b) => a.runs.size - b.runs.size)[0];
  }

  give(worker: PoolWorker, id: string, alone: boolean): void {
    const member = this.#memberOf(worker);
    if (member === undefined) return;
    member.runs.add(id);
    member.alone = alone;
  }

  take(worker: PoolWorker, id: string): void {
    const member = this.#memberOf(worker);
    if (member === undefined) return;
    member.runs.delete(id);
    member.alone = false;
  }

  /**
   * Ends all workers, and resolves when they are gone. What is under way is finished first, but not for longer than
   * `graceMs`: a request that is cut off may have to be decided on by a person.
   */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    clearInterval(this.#watch);
    for (const member of this.#members) member.send({ type: 'leave' });
    const endsAt = performance.now() + graceMs;
    const busy = (): boolean => [...this.#members].some(({ runs }) => runs.size > 0);
    while (busy() && performance.now() < endsAt) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const member of this.#members) member.process.kill();
    while (this.#members.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  #memberOf(worker: PoolWorker): Member | undefined {
    return [...this.#members].find((member) => member.name === worker.name);
  }

  #start(): void {
    this.#started += 1;
    const name = `worker ${this.#started}`;
    const process = startWorkerProcess(this.#options.command, name, {
      onMessage: (message) => this.#receive(member, message),
      onExit: () => this.#bury(member),
    });
    const member: Member = {
      name,
      pid: process.pid,
      runs: new Set(),
      process,
      ready: false,
      alone: false,
      answeredAt: performance.now(),
      send: (message) => process.send(message),
    };
    this.#members.add(member);
  }

  #receive(member: Member, message: FromWorker): void {
    member.answeredAt = performance.now();
    if (message.type === 'ready') void this.#welcome(member);
    else if (message.type !== 'pong') this.#options.onMessage(member, message);
  }

  async #welcome(member: Member): Promise<void> {
    this.#stillborn = 0;
    try {
      await this.#register();
    } catch {
      // What is not written down does not work; there may be room for it later.
      if (!this.#closing) setTimeout(() => void this.#welcome(member), startRetryMs);
      return;
    }
    member.ready = true;
    this.#options.onRoom();
  }

  /** One after the other: the last one written is the newest. */
  #register(): Promise<void> {
    const registering = this.#registering.then(() => this.#options.onStart([...this.#members]));
    this.#registering = registering.catch(() => undefined);
    return registering;
  }

  #bury(member: Member): void {
    this.#members.delete(member);
    if (this.#closing) return;
    if (!member.ready) this.#stillborn += 1;
    this.#options.onDeath(member);
    const delayMs = Math.min(10_000, this.#stillborn * 500);
    setTimeout(() => {
      if (!this.#closing) this.#start();
    }, delayMs);
  }

  /** Asks every worker for a sign of life; one that gives none for too long is killed. */
  #look(): void {
    const { hungAfterMs } = this.#options;
    const now = performance.now();
    // Who slept itself has heard no answer, and judges nobody by that.
    const slept = now - this.#lookedAt > hungAfterMs / 2;
    this.#lookedAt = now;
    for (const member of this.#members) {
      if (slept) member.answeredAt = now;
      if (now - member.answeredAt > hungAfterMs) member.process.kill();
      else member.send({ type: 'ping' });
    }
  }
}
