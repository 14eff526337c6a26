import { expect, test } from 'vitest';
import { parsePattern } from '../../src/query/regex.ts';
import { renderText, ValueError } from '../../src/query/text.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';

test.each<[Value, string]>([
  ['text', 'text'],
  [7, '7'],
  [0.1, '0.1'],
  [true, 'true'],
  [false, 'false'],
  [new ExactNumber('2.0'), '2'],
  [new ExactNumber('0.10'), '0.1'],
  [new ExactNumber('1e3'), '1000'],
  [new ExactNumber('-0'), '0'],
  [new ExactNumber('12345678901234567890'), '12345678901234567890'],
  [new ExactNumber('1e400'), '1e400'],
  [{ a: [1, new ExactNumber('2.0'), 'é'] }, '{"a":[1,2.0,"é"]}'],
  [[], '[]'],
])('%j in a longer text is %s', (value, text) => expect(renderText(value)).toBe(text));

test.each<[Value, string]>([
  [null, 'null cannot be written into a text'],
  [Uint8Array.of(1), 'bytes cannot be written into a text'],
  [{ a: [Uint8Array.of(1)] }, 'a list or an object with bytes in it cannot be written into a text'],
])('%j cannot stand in a longer text', (value, message) => {
  expect(() => renderText(value)).toThrow(new ValueError(message));
});

test('patterns have the u flag', () => {
  const parsed = parsePattern('^.$');
  expect(parsed.ok && parsed.pattern.test('🙂')).toBe(true);
});

test.each([
  ['(', 'unterminated group'],
  ['\\-', 'invalid escape'],
  ['a{2,1}', 'numbers out of order in {} quantifier'],
])('the pattern %s is refused', (text, message) =>
  expect(parsePattern(text)).toEqual({ ok: false, message }),
);
