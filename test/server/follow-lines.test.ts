import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../src/run/event.ts';
import { followLines } from '../../src/server/follow-lines.ts';
import type { JournalLine, RunStore } from '../../src/stores/store.ts';

function line(seq: number, event?: RunEvent): JournalLine {
  const note: RunEvent = { type: 'note.added', at: seq, key: `note ${seq}`, text: '' };
  return { seq, epoch: 1, hash: '', events: [event ?? note] };
}

const lastLine = (seq: number): JournalLine => line(seq, { type: 'run.finished', at: seq, state: 'passed' });

/** A store with one run, of which some lines are there. */
function storeWith(stored: readonly JournalLine[]): { store: RunStore; push: (line: JournalLine) => void } {
  const listeners = new Set<(line: JournalLine) => void>();
  const store = {
    subscribe: (_id: string, listener: (line: JournalLine) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lines: async (_id: string, after: number) => stored.filter(({ seq }) => seq > after),
    get: () => ({ record: { state: 'running' }, seq: stored.length }),
  };
  return {
    store: store as unknown as RunStore,
    push: (one) => {
      for (const listener of listeners) listener(one);
    },
  };
}

function collect(lines: AsyncGenerator<readonly JournalLine[]>): { told: number[][]; ended: Promise<void> } {
  const told: number[][] = [];
  const ended = (async () => {
    for await (const some of lines) told.push(some.map(({ seq }) => seq));
  })();
  return { told, ended };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('what is there and what comes meanwhile is told once, in order', async () => {
  const { store, push } = storeWith([line(1), line(2), line(3)]);
  const { told, ended } = collect(followLines(store, 'run', 1).lines);
  push(line(3));
  push(line(4));
  push(lastLine(5));
  await ended;
  expect(told).toEqual([
    [2, 3],
    [4, 5],
  ]);
});

test('the first is told at once, those that come fast together, and the end does not wait', async () => {
  const { store, push } = storeWith([]);
  const { told, ended } = collect(followLines(store, 'run', 0).lines);
  await settle();
  push(line(1));
  await settle();
  expect(told).toEqual([[1]]);
  push(line(2));
  push(line(3));
  await vi.advanceTimersByTimeAsync(19);
  expect(told).toEqual([[1]]);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual([[1], [2, 3]]);
  push(line(4));
  push(lastLine(5));
  await ended;
  expect(told).toEqual([[1], [2, 3], [4, 5]]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a long run is told in parts', async () => {
  const stored = Array.from({ length: 250 }, (_, index) => line(index + 1));
  const { store, push } = storeWith(stored);
  const { told, ended } = collect(followLines(store, 'run', 0).lines);
  push(lastLine(251));
  await ended;
  expect(told.map((part) => part.length)).toEqual([100, 100, 50, 1]);
  expect(told.flat()).toEqual(Array.from({ length: 251 }, (_, index) => index + 1));
});

test('who leaves is told nothing more, also between two parts', async () => {
  const { store, push } = storeWith([]);
  const following = followLines(store, 'run', 0);
  const { told, ended } = collect(following.lines);
  await settle();
  push(line(1));
  await settle();
  following.stop();
  push(line(2));
  await ended;
  expect(told).toEqual([[1]]);
  expect(vi.getTimerCount()).toBe(0);
});
