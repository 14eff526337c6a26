import { expect, test } from 'vitest';
import { minimalReads } from '../../src/compile/reads.ts';

test.each([
  ['nothing', [], []],
  ['one', [['status']], [['status']]],
  ['twice the same', [['status'], ['status']], [['status']]],
  ['a part of what is read whole', [['body', 'a'], ['body'], ['body', 'b', 'c']], [['body']]],
  [
    'parts in a fixed order',
    [
      ['body', 'b'],
      ['body', 'a'],
    ],
    [
      ['body', 'a'],
      ['body', 'b'],
    ],
  ],
  [
    'a name that only begins alike',
    [
      ['body', 'ab'],
      ['body', 'a'],
    ],
    [
      ['body', 'a'],
      ['body', 'ab'],
    ],
  ],
])('%s', (_, paths, kept) => {
  expect(minimalReads(paths)).toEqual(kept);
});
