import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellLater } from '../../src/backends/told-later.ts';
import type { RunEvent, StepFinished } from '../../src/run/event.ts';
import type { Evidence } from '../../src/run/outcome.ts';

function note(text: string): RunEvent {
  return { type: 'note.added', at: 0, key: text, text };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('events are told together, in their order, and while the run goes on', () => {
  const told: RunEvent[] = [];
  const telling = tellLater((event) => told.push(event));
  telling.tell(note('a'));
  telling.tell(note('b'));
  expect(told).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(told).toEqual([note('a'), note('b')]);
  telling.tell(note('c'));
  expect(told).toHaveLength(2);
  vi.advanceTimersByTime(20);
  expect(told).toEqual([note('a'), note('b'), note('c')]);
});

test('the end tells the rest, and leaves no timer', () => {
  const told: RunEvent[] = [];
  const telling = tellLater((event) => told.push(event));
  telling.tell(note('a'));
  telling.end();
  expect(told).toEqual([note('a')]);
  expect(vi.getTimerCount()).toBe(0);
});

test('evidence is made when it is told', () => {
  const told: RunEvent[] = [];
  const evidence: Evidence = { assertions: [], durationMs: 3 };
  const make = vi.fn(() => evidence);
  const outcome = { state: 'passed', sent: 'yes', startedAt: 1, at: 4 } as const;
  const event: StepFinished = { type: 'step.finished', at: 4, key: 'login', outcome };
  const telling = tellLater((one) => told.push(one));
  telling.tellFinished(event, make);
  expect(make).not.toHaveBeenCalled();
  telling.end();
  expect(told).toEqual([{ ...event, evidence }]);
});

test('what a listener throws comes out at the end, however early it was', () => {
  const telling = tellLater((event) => {
    if (event.type === 'note.added' && event.text === 'bad') throw new Error('the listener failed');
  });
  telling.tell(note('bad'));
  vi.advanceTimersByTime(20);
  telling.tell(note('good'));
  expect(() => telling.end()).toThrow('the listener failed');
});
