import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExactNumber, type Value } from '../../../src/query/value.ts';
import { readExact, renderExact } from '../../../src/stores/json-file/event-codec.ts';

const names = fc.oneof(
  fc.string(),
  fc.constantFrom('$number', '$bytes', '$$number', '$$$bytes', '__proto__', 'constructor', '10', 'toJSON'),
);
const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.constantFrom('10.0', '1e3', '12345678901234567890').map((text) => new ExactNumber(text)),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.array(fc.tuple(names, tie('value'))).map((entries): Value => Object.fromEntries(entries)),
  ),
})).value;

describe('values as text', () => {
  test('come back exactly, members in their order', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = renderExact(value);
        const back = readExact(text);
        expect(isDeepStrictEqual(back, value)).toBe(true);
        expect(renderExact(back)).toBe(text);
      }),
    );
  });

  test.each([
    [new ExactNumber('10.0'), '{"$number":"10.0"}'],
    [new Uint8Array([1, 2, 3]), '{"$bytes":"AQID"}'],
    [{ $number: 'mine' }, '{"$$number":"mine"}'],
    [{ $$bytes: 1, b: 2, a: 3 }, '{"$$$bytes":1,"b":2,"a":3}'],
    [{ $other: 1 }, '{"$other":1}'],
  ])('%j is %s', (value, text) => {
    expect(renderExact(value)).toBe(text);
    expect(readExact(text)).toStrictEqual(value);
  });

  test('a buffer is bytes, an absent member is none', () => {
    expect(renderExact({ bytes: Buffer.from('a'), absent: undefined })).toBe('{"bytes":{"$bytes":"YQ=="}}');
  });

  test('what JSON has not is refused', () => {
    expect(() => renderExact({ total: Number.NaN })).toThrow(TypeError);
  });

  test('text that JSON does not know is refused', () => {
    expect(() => readExact('{"$number":')).toThrow(SyntaxError);
  });
});
