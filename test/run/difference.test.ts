import { describe, expect, test } from 'vitest';
import type { Value } from '../../src/query/value.ts';
import { findDifferences } from '../../src/run/difference.ts';
import type { Difference } from '../../src/run/outcome.ts';

describe('differences', () => {
  test.each<[expected: Value, actual: Value, how: 'equals' | 'like', differences: readonly Difference[]]>([
    [{ a: 1 }, { a: 1 }, 'equals', []],
    [{ a: 1 }, { a: 1, b: 2 }, 'like', []],
    [{ a: 1 }, { a: 1, b: 2 }, 'equals', [{ path: '$.b', actual: 2, note: 'not expected' }]],
    [{ a: 1 }, {}, 'like', [{ path: '$.a', expected: 1, note: 'not there' }]],
    [{ toString: 1 }, {}, 'like', [{ path: '$.toString', expected: 1, note: 'not there' }]],
    [{}, { toString: 1 }, 'equals', [{ path: '$.toString', actual: 1, note: 'not expected' }]],
    [[1, 2], [1], 'like', [{ path: '$[1]', expected: 2, note: 'not there' }]],
    [[1], [1, null], 'like', [{ path: '$[1]', actual: null, note: 'not expected' }]],
    [[{ a: 1 }], [{ a: 2 }], 'like', [{ path: '$[0].a', expected: 1, actual: 2 }]],
    [{ 'a b': 1 }, { 'a b': 2 }, 'equals', [{ path: "$['a b']", expected: 1, actual: 2 }]],
    [
      { "it's": { '\\': 1 } },
      { "it's": {} },
      'equals',
      [{ path: "$['it\\'s']['\\\\']", expected: 1, note: 'not there' }],
    ],
    [
      { a: [] },
      { a: {} },
      'equals',
      [{ path: '$.a', expected: [], actual: {}, note: 'an object, not an array' }],
    ],
    [null, 0, 'equals', [{ path: '$', expected: null, actual: 0, note: 'a number, not null' }]],
    ['', false, 'equals', [{ path: '$', expected: '', actual: false, note: 'a boolean, not a string' }]],
  ])('of %j and %j (%s)', (expected, actual, how, differences) => {
    expect(findDifferences(expected, actual, how)).toEqual(differences);
  });

  test('all of them, in the order expected, under the path given', () => {
    const expected = { items: [{ sku: 'SKU-1', quantity: 2 }], note: null };
    const actual = { items: [{ sku: 'SKU-10', quantity: '2' }, { sku: 'GIFT' }], note: null };
    expect(findDifferences(expected, actual, 'equals', '$.order')).toEqual([
      { path: '$.order.items[0].sku', expected: 'SKU-1', actual: 'SKU-10' },
      { path: '$.order.items[0].quantity', expected: 2, actual: '2', note: 'a string, not a number' },
      { path: '$.order.items[1]', actual: { sku: 'GIFT' }, note: 'not expected' },
    ]);
  });
});
