import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalValues } from '../../src/query/equal.ts';
import { compareNumbers } from '../../src/query/number.ts';
import { ExactNumber, numberFrom, type Value } from '../../src/query/value.ts';

describe('equalValues', () => {
  test.each<[Value, Value]>([
    [1, new ExactNumber('1.0')],
    [new ExactNumber('1e2'), 100],
    [new ExactNumber('-0'), 0],
    [new ExactNumber('12345678901234567890'), new ExactNumber('12345678901234567890.0')],
    [
      { a: 1, b: [2] },
      { b: [new ExactNumber('2.0')], a: 1 },
    ],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    [[], []],
    [null, null],
  ])('%j equals %j', (a, b) => {
    expect(equalValues(a, b)).toBe(true);
    expect(equalValues(b, a)).toBe(true);
  });

  test.each<[Value, Value]>([
    [1, '1'],
    [1, true],
    [0, null],
    [new ExactNumber('9007199254740993'), 9007199254740992],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 1, b: null }],
    [{ a: null }, { b: null }],
    [[], {}],
    [Uint8Array.of(1), Uint8Array.of(2)],
    [Uint8Array.of(1), [1]],
    ['é', 'e\u0301'],
  ])('%j does not equal %j', (a, b) => {
    expect(equalValues(a, b)).toBe(false);
    expect(equalValues(b, a)).toBe(false);
  });
});

describe('compareNumbers', () => {
  test.each([
    ['9007199254740993', '9007199254740992', 1],
    ['0.1', '0.10', 0],
    ['0.1', '0.10000000000000000001', -1],
    ['-1.5', '-1.4', -1],
    ['1e400', '2e399', 1],
    ['-1e400', '1', -1],
    ['0e9', '-0.0', 0],
    ['1e-400', '0', 1],
    ['123e-2', '1.23', 0],
  ])('%s and %s: %i', (a, b, result) => {
    expect(compareNumbers(numberFrom(a), numberFrom(b))).toBe(result);
    expect(compareNumbers(numberFrom(b), numberFrom(a))).toBe(0 - result);
  });

  test('agrees with doubles where they are exact', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(double, double, (a, b) => {
        expect(compareNumbers(new ExactNumber(String(a)), new ExactNumber(String(b)))).toBe(
          compareNumbers(a, b),
        );
      }),
    );
  });
});
