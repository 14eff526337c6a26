/** Lets several reports that grow at once come out one after the other, each whole. */
export interface Turns {
  open(id: string): void;
  write(id: string, text: string): void;
  close(id: string): void;
}

interface Turn {
  held: string;
  closed: boolean;
}

/** The oldest open report is written as it grows; the others are held until their turn. */
export function createTurns(write: (text: string) => void): Turns {
  const turns = new Map<string, Turn>();

  /** Ended reports first: what is whole need not wait for what is under way. */
  function next(): void {
    for (const [id, turn] of turns) {
      if (!turn.closed) continue;
      write(turn.held);
      turns.delete(id);
    }
    const [first] = turns.values();
    if (first === undefined) return;
    if (first.held !== '') write(first.held);
    first.held = '';
  }

  function isFirst(turn: Turn): boolean {
    const [first] = turns.values();
    return first === turn;
  }

  return {
    open(id) {
      if (!turns.has(id)) turns.set(id, { held: '', closed: false });
    },
    write(id, text) {
      const turn = turns.get(id);
      if (turn === undefined || isFirst(turn)) write(text);
      else turn.held += text;
    },
    close(id) {
      const turn = turns.get(id);
      if (turn === undefined) return;
      turn.closed = true;
      if (isFirst(turn)) next();
    },
  };
}
