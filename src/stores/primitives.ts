import type { RunEvent, StopReason } from '../run/event.ts';
import type { Instant, Outcome } from '../run/outcome.ts';
import type {
  Branch,
  BranchResult,
  CancelSignal,
  Finished,
  Mode,
  Primitives,
  Shared,
  Waited,
  Work,
} from '../run/ports.ts';
import type { Signal, WaitFor } from '../run/signal.ts';
import { runBranches } from './branches.ts';
import { type History, type PendingIntent, readHistory, wholeOutcome } from './history.ts';
import { joinLeaving, type Leaving, LeftError, parkedUntil } from './left.ts';
import { appendFinished, type Log } from './log.ts';
import { createSleepers } from './sleepers.ts';
import { createStops, type Stops } from './stops.ts';
import { createThreads, type Threads } from './threads.ts';
import { endOfWait, withSignal } from './waited.ts';

export interface PassOptions {
  /** Everything recorded so far, hidden parts opened. */
  readonly history: readonly RunEvent[];
  readonly log: Log;
  readonly now: () => Instant;
  /** Hands the engine a branch. */
  readonly runBranch: (branch: Branch, shared: Shared, scopes: readonly string[]) => Promise<BranchResult>;
  /** Tells work in flight to hurry to its end. */
  readonly signal: CancelSignal;
  /** A run in which nothing is due for longer than this leaves its worker. */
  readonly parkAfterMs: number;
}

/** The durable primitives over a log: memory and JSON files are this, and differ in the log alone. */
export interface LogPrimitives extends Primitives {
  /** Records that a scope ('' is the run) is stopped; heard before the next step, and by waits at once. */
  stop(scope: string, reason: StopReason): void;
  /** Starts nothing more in this pass: it parks when what is under way has ended. */
  leave(): void;
  /** Something came from outside. Durable when it resolves; false: a signal of that name was there already. */
  receive(name: string, signal: Signal): Promise<boolean>;
}

export function createLogPrimitives(options: PassOptions): LogPrimitives {
  const history = readHistory(options.history);
  const threads = createThreads(history.outcomes.size === 0 && history.intents.size === 0);
  const pass = new Pass(options, history, threads);
  if (history.cancelRequested !== undefined) pass.stop('', history.cancelRequested);
  return pass;
}

class Pass implements LogPrimitives {
  readonly #options: PassOptions;
  readonly #history: History;
  readonly #threads: Threads;
  readonly #stops: Stops;
  readonly #sleepers = createSleepers();
  #lost: Leaving | undefined;
  #isLeaving = false;

  constructor(options: PassOptions, history: History, threads: Threads) {
    this.#options = options;
    this.#history = history;
    this.#threads = threads;
    this.#stops = createStops(history.stops, options.now, (scope, reason) => {
      this.#appendLater({ type: 'scope.stopped', at: options.now(), scope, reason });
      this.#sleepers.wakeAll();
    });
  }

  async step(key: string, mode: Mode, work: (work: Work) => Promise<Finished>): Promise<Outcome> {
    const recorded = this.#history.outcomes.get(key);
    if (recorded !== undefined) return recorded;
    await this.#threads.replayed();
    this.#leaveIfAsked();
    const pending = this.#history.intents.get(key);
    if (pending === undefined && this.#stops.hears(mode)) return this.#finish(key, this.#canceled());
    if (pending !== undefined && !pending.intent.repeatable && !pending.sendAgain) {
      return this.#unknown(key, mode, pending);
    }
    return this.#finish(key, await work(this.#work(key, pending)));
  }

  #work(key: string, pending: PendingIntent | undefined): Work {
    const at = pending?.at ?? this.#options.now();
    return {
      at,
      signal: this.#options.signal,
      intend: async (intent) => {
        await this.#append({ type: 'step.started', at, key, intent }, true);
      },
    };
  }

  /** The result is not waited for here: the next intent is the barrier, and one sync covers both. */
  async #finish(key: string, finished: Finished): Promise<Outcome> {
    const outcome = wholeOutcome(finished);
    this.#history.outcomes.set(key, outcome);
    if (this.#lost !== undefined) throw new LeftError(this.#lost);
    this.#mind(appendFinished(this.#options.log, key, finished));
    return outcome;
  }

  async #unknown(key: string, mode: Mode, pending: PendingIntent): Promise<Outcome> {
    const stop = this.#history.stops.get('');
    const canceling = stop === 'cancel' || stop === 'superseded';
    if (mode.cleanup !== true && !canceling) throw new LeftError({ kind: 'interrupted', keys: [key] });
    const outcome = {
      state: 'unknown',
      sent: 'maybe',
      startedAt: pending.at,
      at: this.#options.now(),
    } as const;
    return this.#finish(key, { outcome });
  }

  #canceled(): Finished {
    const at = this.#options.now();
    return { outcome: { state: 'canceled', sent: 'no', startedAt: at, at } };
  }

  async parallel(
    key: string,
    mode: Mode,
    shared: Shared,
    branches: readonly Branch[],
    how: { readonly limit: number; readonly failFast: boolean },
  ): Promise<readonly (BranchResult | undefined)[]> {
    const scopes = [...mode.scopes, key];
    const lanes = Math.min(how.limit, branches.length);
    let running = lanes;
    const ended = (): void => {
      this.#threads.end();
      running -= 1;
      if (running === 0) this.#threads.join();
      // Those that are left may all be waiting: then the run may park.
      this.#sleepers.wakeAll();
    };
    this.#threads.fork(lanes);
    if (lanes === 0) this.#threads.join();
    const run = async (branch: Branch): Promise<BranchResult> => {
      const result = await this.#options.runBranch(branch, shared, scopes);
      if (result.halts && how.failFast) this.stop(key, 'failFast');
      return result;
    };
    const { results, left } = await runBranches(branches, lanes, run, ended);
    const leaving = joinLeaving(left);
    if (leaving !== undefined) throw new LeftError(leaving);
    return results;
  }

  async wait(key: string, mode: Mode, wanted: WaitFor): Promise<Waited> {
    const recorded = this.#history.outcomes.get(key);
    if (recorded !== undefined) return withSignal(wanted, recorded, this.#history);
    await this.#threads.replayed();
    const startedAt = this.#options.now();
    const due = this.#stops.due(mode, wanted.until ?? Infinity);
    const done = this.#threads.wait(due);
    try {
      while (
        !this.#stops.hears(mode) &&
        endOfWait(wanted, this.#history, this.#options.now()) === undefined
      ) {
        this.#tellWait(key, wanted);
        await this.#sleep(mode, wanted, due);
      }
    } finally {
      done();
    }
    const end = endOfWait(wanted, this.#history, this.#options.now()) ?? { state: 'canceled' };
    const outcome: Outcome = { ...end, sent: 'no', startedAt, at: this.#options.now() };
    this.#history.outcomes.set(key, outcome);
    await this.#append({ type: 'wait.finished', at: outcome.at, key, outcome }, false);
    return withSignal(wanted, outcome, this.#history);
  }

  /** Until the instant, a signal, a stop, or the moment when the whole run may park. */
  async #sleep(mode: Mode, wanted: WaitFor, due: Instant): Promise<void> {
    // Two turns later every branch that was about to wait does.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (this.#lost !== undefined) throw new LeftError(this.#lost);
    this.#leaveIfAsked();
    if (this.#stops.hears(mode) || endOfWait(wanted, this.#history, this.#options.now()) !== undefined)
      return;
    const idle = this.#threads.idleUntil();
    if (idle !== undefined && idle - this.#options.now() > this.#options.parkAfterMs) {
      this.#sleepers.wakeAll();
      throw new LeftError(parkedUntil(idle));
    }
    await this.#sleepers.sleep(due - this.#options.now());
  }

  /** Somebody has to know that they are waited for; a pause says nothing to anybody. */
  #tellWait(key: string, wanted: WaitFor): void {
    if (wanted.kind === 'instant' || this.#history.waits.has(key)) return;
    this.#history.waits.add(key);
    this.#appendLater({ type: 'wait.started', at: this.#options.now(), key, for: wanted });
  }

  async receive(name: string, signal: Signal): Promise<boolean> {
    if (this.#history.signals.has(name)) return false;
    this.#history.signals.set(name, signal);
    const received = { type: 'signal.received', at: signal.at, name, hidden: { signal } } as const;
    await this.#append(received, true);
    this.#sleepers.wakeAll();
    return true;
  }

  note(key: string, text: string): void {
    if (this.#history.notes.has(key)) return;
    this.#history.notes.add(key);
    this.#appendLater({ type: 'note.added', at: this.#options.now(), key, text });
  }

  stop(scope: string, reason: StopReason): void {
    this.#stops.stop(scope, reason);
  }

  deadline(scope: string, at: Instant): void {
    this.#stops.deadline(scope, at);
  }

  stopOf(scope: string): StopReason | undefined {
    return this.#stops.of(scope);
  }

  leave(): void {
    this.#isLeaving = true;
    this.#sleepers.wakeAll();
  }

  /** Another pass goes on from here, at once. */
  #leaveIfAsked(): void {
    if (this.#isLeaving) throw new LeftError(parkedUntil(this.#options.now()));
  }

  async #append(event: RunEvent, barrier: boolean): Promise<void> {
    if (this.#lost !== undefined) throw new LeftError(this.#lost);
    if (!barrier) return this.#appendLater(event);
    try {
      await this.#options.log.append(event);
    } catch (cause) {
      throw new LeftError(this.#lose(cause));
    }
  }

  #appendLater(event: RunEvent): void {
    this.#mind(this.#options.log.append(event));
  }

  /** A lost run is noticed at the next barrier; until then nothing leaves. */
  #mind(appended: Promise<void>): void {
    appended.catch((cause: unknown) => this.#lose(cause));
  }

  #lose(cause: unknown): Leaving {
    this.#lost ??= { kind: 'lost', cause };
    this.#sleepers.wakeAll();
    return this.#lost;
  }
}
