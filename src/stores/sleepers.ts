/** What waits in this process, and can be woken before its time. */
export interface Sleepers {
  /** Resolves after so many milliseconds (`Infinity`: never by itself), or when all are woken. */
  sleep(ms: number): Promise<void>;
  wakeAll(): void;
}

/** The longest timer that Node sets. */
const longestTimerMs = 2 ** 31 - 1;

export function createSleepers(): Sleepers {
  const sleepers = new Set<() => void>();
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          sleepers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, Math.min(Math.max(0, ms), longestTimerMs));
        sleepers.add(wake);
      }),
    wakeAll() {
      for (const wake of sleepers) wake();
    },
  };
}
