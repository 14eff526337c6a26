import type { Instant } from '../run/outcome.ts';

/**
 * The branches of one pass, counted.
 *
 * A resumed run does no new work until every branch has replayed what is recorded: else a request could
 * leave although a recorded fail-fast, not replayed yet, forbids it. And a run may park only when every
 * branch waits.
 */
export interface Threads {
  /** Resolves when every branch has come to the end of what is recorded. */
  replayed(): Promise<void>;
  /** The branch that calls is replaced by `count` others (0: none starts). */
  fork(count: number): void;
  /** A branch ended, by its end or by leaving. */
  end(): void;
  /** The last of its branches ended: the one that forked goes on. Call in the same turn as `end`. */
  join(): void;
  /** A branch begins to wait until `until`; gives what ends the registration. */
  wait(until: Instant): () => void;
  /** The earliest instant that anything is due (`Infinity`: none is), if all branches wait; else undefined. */
  idleUntil(): Instant | undefined;
}

export function createThreads(nothingRecorded: boolean): Threads {
  let live = 1;
  let replaying = nothingRecorded ? 0 : 1;
  let released = nothingRecorded;
  let release: () => void = () => {};
  const barrier = new Promise<void>((resolve) => {
    release = resolve;
  });
  const waits = new Set<{ readonly until: Instant }>();

  // Counted at the end of the turn: a branch that ends may be followed by the next one at once.
  const check = (): void => {
    queueMicrotask(() => {
      if (released || replaying > 0) return;
      released = true;
      release();
    });
  };
  // A branch at the barrier no longer replays, so only those before it are counted out when they end.
  const count = (delta: number): void => {
    live += delta;
    if (!released) replaying += delta;
  };
  return {
    async replayed() {
      if (released) return;
      replaying -= 1;
      check();
      await barrier;
    },
    fork: (branches) => count(branches - 1),
    end() {
      count(-1);
      if (!released) check();
    },
    join: () => count(1),
    wait(until) {
      const entry = { until };
      waits.add(entry);
      return () => waits.delete(entry);
    },
    idleUntil() {
      if (waits.size === 0 || waits.size < live) return undefined;
      return Math.min(...[...waits].map((entry) => entry.until));
    },
  };
}
