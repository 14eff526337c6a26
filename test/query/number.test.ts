import { describe, expect, test } from 'vitest';
import { isMultiple, isWhole } from '../../src/query/number.ts';
import { ExactNumber } from '../../src/query/value.ts';

const exact = (text: string): ExactNumber => new ExactNumber(text);

describe('a multiple', () => {
  test.each<[number | ExactNumber, number | ExactNumber, boolean]>([
    [6, 3, true],
    [7, 3, false],
    [-6, 3, true],
    [6, -3, true],
    [0, 7, true],
    [0.3, 0.1, true],
    [0.35, 0.1, false],
    [1, 0.25, true],
    [0.1, 1, false],
    [exact('10.0'), 5, true],
    [5, 10, false],
    [30, 7.5, true],
    [exact('12345678901234567890'), 10, true],
    [exact('12345678901234567891'), 10, false],
    [exact('12345678901234567890'), exact('12345678901234567891'), false],
    [exact('1e400'), 0.01, true],
    [exact('1e400'), 3, false],
    [exact('3e999999999999'), 7, false],
    [exact('7e999999999999'), 7, true],
    [exact('1e-400'), exact('1e-401'), true],
  ])('%j of %j: %s', (number, divisor, is) => expect(isMultiple(number, divisor)).toBe(is));
});

describe('a whole number', () => {
  test.each<[number | ExactNumber, boolean]>([
    [7, true],
    [0, true],
    [7.5, false],
    [exact('10.0'), true],
    [exact('1e400'), true],
    [exact('12e-1'), false],
    [exact('120e-1'), true],
    [exact('12345678901234567890.5'), false],
  ])('%j: %s', (number, is) => expect(isWhole(number)).toBe(is));
});
