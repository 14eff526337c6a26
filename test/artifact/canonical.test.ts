import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, digestOf, encodeArtifact } from '../../src/artifact/canonical.ts';
import { decodeValue, encodeValue, type Json } from '../../src/artifact/value-codec.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';
import { minimalArtifact } from '../support/minimal-artifact.ts';

const name = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '$number',
    '$bytes',
    '$entries',
    '$$number',
    '$$$entries',
    '$other',
    '__proto__',
    '10',
    '2',
    'b',
    'a',
  ),
);

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.constantFrom('1.0', '1e3', '12345678901234567890', '-0').map((text) => new ExactNumber(text)),
    fc.uint8Array({ maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

function orderOf(of: unknown): unknown {
  if (Array.isArray(of)) return of.map(orderOf);
  if (typeof of !== 'object' || of === null || of instanceof ExactNumber || of instanceof Uint8Array)
    return of;
  return Object.entries(of).map(([key, inner]) => [key, orderOf(inner)]);
}

describe('values as JSON', () => {
  test('what was encoded is decoded, order of members included, also through canonical text', () => {
    fc.assert(
      fc.property(value, (original) => {
        const json = encodeValue(original);
        expect(orderOf(decodeValue(json))).toEqual(orderOf(original));
        const text = canonicalJson(json);
        expect(orderOf(decodeValue(JSON.parse(text) as Json))).toEqual(orderOf(original));
      }),
      { numRuns: 1000 },
    );
  });

  test.each<[string, Value, Json]>([
    ['a number that a double cannot give back', new ExactNumber('1.10'), { $number: '1.10' }],
    ['bytes', new Uint8Array([1, 255]), { $bytes: 'Af8=' }],
    ['members in canonical order', { a: 1, b: 2 }, { a: 1, b: 2 }],
    [
      'members in another order',
      { b: 2, a: 1 },
      {
        $entries: [
          ['b', 2],
          ['a', 1],
        ],
      },
    ],
    ['a reserved name', { $number: 'x' }, { $$number: 'x' }],
    ['an escaped reserved name', { $$number: 'x' }, { $$$number: 'x' }],
    ['a reserved name among others', { $number: 1, a: 2 }, { $number: 1, a: 2 }],
  ])('%s', (_, original, json) => {
    expect(encodeValue(original)).toEqual(json);
    expect(decodeValue(json)).toEqual(original);
  });

  test.each<[Json]>([[{ $number: 1 }], [{ $bytes: null }], [{ $entries: {} }], [{ $entries: [['a']] }]])(
    '%j is refused',
    (json) => {
      expect(() => decodeValue(json)).toThrow(TypeError);
    },
  );
});

describe('canonical JSON (RFC 8785)', () => {
  test('members are sorted by UTF-16 code units, nothing is escaped without need', () => {
    const json = {
      '\u20ac': 'Euro',
      '\r': 'CR',
      '\ufb33': 'Dalet',
      '1': 'One',
      '\u{1f600}': 'Smiley',
      '\u0080': 'Control',
      '\u00f6': 'Umlaut',
    };
    expect(Object.keys(JSON.parse(canonicalJson(json)) as object)).toHaveLength(7);
    expect(canonicalJson(json)).toBe(
      '{"\\r":"CR","1":"One","\u0080":"Control","\u00f6":"Umlaut","\u20ac":"Euro","\u{1f600}":"Smiley","\ufb33":"Dalet"}',
    );
  });

  test('numbers are written as ECMAScript writes them', () => {
    expect(canonicalJson([333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27]',
    );
  });

  test('the digest is that of the UTF-8 bytes', () => {
    expect(digestOf('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(digestOf('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });

  test('the order of members in the structure does not matter, that of data does', () => {
    const artifact = minimalArtifact();
    const reversed = Object.fromEntries(Object.entries(artifact).reverse()) as unknown as typeof artifact;
    expect(encodeArtifact(reversed)).toBe(encodeArtifact(artifact));
    const at = [0, 1, 1, 1, 2] as const;
    const withData = (data: Value) => ({ ...artifact, variables: [{ name: 'v', at, value: data }] });
    expect(encodeArtifact(withData({ a: 1, b: 2 }))).not.toBe(encodeArtifact(withData({ b: 2, a: 1 })));
  });
});
