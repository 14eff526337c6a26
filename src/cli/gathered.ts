/** Text on its way to a file or a pipe. */
export interface Gathered {
  write(text: string): void;
  /** Writes out what has gathered. */
  flush(): void;
}

/** Longer than that nothing is held back; nobody who reads a pipe misses it. */
const heldMs = 50;
const heldUnits = 64 * 1024;

/** Makes few writes, in order, of many: each costs a call of the system. `later` calls back once, so many ms on. */
export function gather(
  write: (text: string) => void,
  later: (ms: number, flush: () => void) => void,
): Gathered {
  let held = '';
  let isDue = false;
  const flush = (): void => {
    const text = held;
    held = '';
    if (text !== '') write(text);
  };
  return {
    write(text) {
      held += text;
      if (held.length >= heldUnits) return flush();
      if (isDue) return;
      isDue = true;
      later(heldMs, () => {
        isDue = false;
        flush();
      });
    },
    flush,
  };
}
