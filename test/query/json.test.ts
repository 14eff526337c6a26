import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxJsonDepth, parseJson, stringifyJson } from '../../src/query/json.ts';
import { readJson } from '../../src/query/json-reader.ts';
import { ExactNumber } from '../../src/query/value.ts';
import { anyText } from './scope.ts';

function parsed(text: string) {
  const result = parseJson(text);
  if (!result.ok) throw new Error(`${result.message} at ${result.offset}`);
  return result.value;
}

/** JSON texts, numbers in every form that the grammar has. */
const jsonText = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false'),
    fc.stringMatching(/^-?(?:0|[1-9]\d{0,25})(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?$/),
    anyText.map((value) => JSON.stringify(value)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(fc.string({ minLength: 1 }), tie('value')), {
        maxLength: 4,
        selector: ([name]) => name,
      })
      // Integer-like names leave the order written; every other name keeps it.
      .map((members) => members.map(([name, value]) => `${JSON.stringify(`_${name}`)}:${value}`))
      .map((members) => `{${members.join(',')}}`),
  ),
})).value as fc.Arbitrary<string>;

describe('parseJson', () => {
  test('gives every JSON text back as it was written', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(stringifyJson(parsed(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('reads the same by the fast way and token by token', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(parseJson(text)).toEqual(readJson(text, maxJsonDepth));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['7', '0.1', '-12.5', '123456789012345', '9007199254740992', '100000000000000000000'])(
    '%s is a plain number',
    (text) => expect(parsed(text)).toBe(Number(text)),
  );

  test.each(['10.0', '1e3', '-0', '9007199254740993', '0.10', '0.0000001', '1E400', '0.1000000000000000055'])(
    '%s keeps its text',
    (text) => expect(parsed(`[ ${text} ]`)).toEqual([new ExactNumber(text)]),
  );

  test('numbers in strings are no numbers', () => {
    expect(parsed('{"at":"10:00, 1.50","b":" : 1e5"}')).toEqual({ at: '10:00, 1.50', b: ' : 1e5' });
  });

  test.each(['{"a":1,"a":2}', '{"a":1.0,"a":2}'])('of members with one name the last one wins: %s', (text) =>
    expect(parsed(text)).toEqual({ a: 2 }),
  );

  test.each(['{"__proto__":1}', '{"__proto__":1.0}'])('__proto__ is a member: %s', (text) => {
    const value = parsed(text);
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(stringifyJson(value)).toBe(text);
  });

  test.each([
    ['', 0, 'expected a value, found the end'],
    ['{"a":}', 5, 'expected a value'],
    ['{"a" 1}', 5, 'expected ":"'],
    ['{a:1}', 1, "expected a member's name in double quotes"],
    ['[1 2]', 3, 'expected "," or "]"'],
    ['[1,]', 3, 'expected a value'],
    ['{"a":1,}', 7, "expected a member's name in double quotes"],
    ['[1] x', 4, 'expected the end'],
    ['["a', 1, 'this string is not closed'],
    ['["a\nb"]', 1, 'this string holds a control character or a wrong escape'],
    ['["\\x"]', 1, 'this string holds a control character or a wrong escape'],
    ['[01]', 2, 'expected "," or "]"'],
    ['[1.]', 2, 'expected "," or "]"'],
    ['nul', 0, 'expected a value'],
  ])('%j is refused at %i', (text, offset, message) => {
    expect(parseJson(text)).toEqual({ ok: false, offset, message });
  });

  test.each(['[]', '[1.0]'])('nests %s at most 500 deep', (innermost) => {
    const nested = (depth: number) => '['.repeat(depth - 1) + innermost + ']'.repeat(depth - 1);
    expect(parseJson(nested(500))).toMatchObject({ ok: true });
    expect(parseJson(nested(501))).toEqual({
      ok: false,
      message: 'nested deeper than 500 levels',
      offset: 500,
    });
    expect(parseJson('['.repeat(100_000))).toMatchObject({ ok: false, offset: 500 });
  });

  test('reads a long string full of escapes', () => {
    const long = '\\"'.repeat(500_000);
    expect(parsed(`[1.0,"${long}"]`)).toEqual([new ExactNumber('1.0'), '"'.repeat(500_000)]);
  });

  test.each(['"\\\\"', '"a\\\\\\""', '""'])('ends %s at its own quote', (text) =>
    expect(stringifyJson(parsed(`[1.0,${text}]`))).toBe(`[1.0,${text}]`),
  );
});

test('stringifyJson refuses what JSON has not', () => {
  expect(() => stringifyJson({ a: new Uint8Array(1) })).toThrow(TypeError);
  expect(() => stringifyJson([Number.NaN])).toThrow(TypeError);
});
