import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { tellLater } from '../../src/backends/told-later.ts';
import type { RunEvent } from '../../src/run/event.ts';

function note(text: string): RunEvent {
  return { type: 'note.added', at: 0, key: text, text };
}

test('events are told in their order, not before the turn is over', async () => {
  const told: RunEvent[] = [];
  const telling = tellLater((event) => told.push(event));
  telling.tell(note('a'));
  telling.tell(note('b'));
  expect(told).toEqual([]);
  await turn();
  expect(told).toEqual([note('a'), note('b')]);
  telling.tell(note('c'));
  telling.end();
  expect(told).toEqual([note('a'), note('b'), note('c')]);
  await turn();
  expect(told).toHaveLength(3);
});

test('what a listener throws comes out at the end, however early it was', async () => {
  const telling = tellLater((event) => {
    if (event.type === 'note.added' && event.text === 'bad') throw new Error('the listener failed');
  });
  telling.tell(note('bad'));
  await turn();
  telling.tell(note('good'));
  expect(() => telling.end()).toThrow('the listener failed');
});
