import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createPerson } from '../../src/cli/person.ts';

function sit() {
  const input = new PassThrough();
  let shown = '';
  const look = { columns: 80, colour: false, interactive: true, unicode: true };
  const person = createPerson(input, {
    ...look,
    write(text) {
      shown += text;
    },
  });
  const over = new AbortController();
  return { input, over, decision: person.decide('? belt: There?', over.signal), shown: () => shown };
}

describe('a person at a terminal', () => {
  test.each([
    ['approve\nlooks good\n', { approved: true, note: 'looks good' }],
    ['a\n\n', { approved: true }],
    ['R\n  wrong colour \n', { approved: false, note: 'wrong colour' }],
    ['\nyes\nreject\n\n', { approved: false }],
  ])('types %j', async (typed, decision) => {
    const { input, decision: decided, shown } = sit();
    input.write(typed);
    expect(await decided).toEqual({ by: expect.any(String), ...decision });
    expect(shown()).toMatch(/^\? belt: There\?\n {2}approve or reject\? /);
    expect(shown()).toMatch(/ {2}note \(Enter for none\): $/);
  });

  test('is asked again after anything else', async () => {
    const { input, decision, shown } = sit();
    input.write('maybe\n\na\n\n');
    await decision;
    expect(shown().split('approve or reject?')).toHaveLength(4);
  });

  test.each([
    ['is no longer asked', (seat: ReturnType<typeof sit>) => seat.over.abort()],
    ['closes it', (seat: ReturnType<typeof sit>) => seat.input.end()],
  ])('%s, and gives no answer', async (_, leave) => {
    const seat = sit();
    await new Promise((resolve) => setImmediate(resolve));
    leave(seat);
    expect(await seat.decision).toBeUndefined();
    expect(seat.shown()).toMatch(/\? \n$/);
  });
});
