/** The longest timer that Node sets. */
const longestTimerMs = 2 ** 31 - 1;

/** Open runs that no worker has: those that wait for one, oldest first, and those whose time has not come. */
export class Schedule {
  readonly #now: () => number;
  readonly #onDue: (id: string, after: string | undefined) => void;
  /** With what ended the pass before. */
  readonly #queue = new Map<string, string | undefined>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** `onDue`: the time of a run has come. */
  constructor(now: () => number, onDue: (id: string, after: string | undefined) => void) {
    this.#now = now;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#queue.size + this.#timers.size;
  }

  queued(): IterableIterator<[id: string, after: string | undefined]> {
    return this.#queue.entries();
  }

  has(id: string): boolean {
    return this.#queue.has(id);
  }

  queue(id: string, after: string | undefined): void {
    this.forget(id);
    this.#queue.set(id, after);
  }

  take(id: string): void {
    this.#queue.delete(id);
  }

  wake(id: string, at: number, after?: string): void {
    this.forget(id);
    const delayMs = Math.min(Math.max(0, at - this.#now()), longestTimerMs);
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      this.#onDue(id, after);
    }, delayMs);
    this.#timers.set(id, timer);
  }

  /** Its timer is no longer wanted. */
  forget(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  close(): void {
    for (const id of this.#timers.keys()) this.forget(id);
  }
}
