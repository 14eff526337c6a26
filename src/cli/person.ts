import { userInfo } from 'node:os';
import type { Stream } from '../reporters/reporter.ts';

export interface Decision {
  readonly approved: boolean;
  readonly by: string;
  readonly note?: string;
}

/** Somebody who can be asked. */
export interface Person {
  /** Undefined: there is no answer, because the signal fired or the terminal was closed. */
  decide(question: string, signal: AbortSignal): Promise<Decision | undefined>;
}

/** Asks on a terminal. Its lines are read as the terminal gives them, so that Ctrl-C stays a signal. */
export function createPerson(input: NodeJS.ReadableStream, output: Stream): Person {
  return {
    async decide(question, signal) {
      const lines = await openLines(input, output, signal);
      try {
        output.write(`${question}\n`);
        const approved = await askUntil(lines, '  approve or reject? ', readDecision);
        const note = approved === undefined ? undefined : await lines.ask('  note (Enter for none): ');
        if (approved === undefined || note === undefined) return undefined;
        const text = note.trim();
        return { approved, by: userName(), ...(text === '' ? {} : { note: text }) };
      } finally {
        lines.close();
      }
    },
  };
}

interface Lines {
  /** Undefined: no line comes any more. */
  ask(prompt: string): Promise<string | undefined>;
  close(): void;
}

async function openLines(input: NodeJS.ReadableStream, output: Stream, signal: AbortSignal): Promise<Lines> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input, terminal: false });
  const typed: string[] = [];
  let isOver = signal.aborted;
  let wake = (): void => {};
  let isAsking = false;
  const end = (): void => lines.close();
  lines.on('line', (line) => {
    typed.push(line);
    wake();
  });
  lines.once('close', () => {
    // At once: what is told next begins a line of its own.
    if (isAsking) output.write('\n');
    isOver = true;
    wake();
  });
  signal.addEventListener('abort', end, { once: true });
  return {
    async ask(prompt) {
      if (isOver) return undefined;
      output.write(prompt);
      isAsking = true;
      while (typed.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      isAsking = false;
      return typed.shift();
    },
    close() {
      signal.removeEventListener('abort', end);
      end();
    },
  };
}

async function askUntil<T>(
  lines: Lines,
  prompt: string,
  read: (line: string) => T | undefined,
): Promise<T | undefined> {
  for (;;) {
    const line = await lines.ask(prompt);
    if (line === undefined) return undefined;
    const answer = read(line);
    if (answer !== undefined) return answer;
  }
}

/** `approve` and `reject`, or the beginning of one. */
function readDecision(line: string): boolean | undefined {
  const word = line.trim().toLowerCase();
  if (word === '') return undefined;
  if ('approve'.startsWith(word)) return true;
  return 'reject'.startsWith(word) ? false : undefined;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may have no name for its user.
    return 'somebody';
  }
}
