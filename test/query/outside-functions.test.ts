import { describe, expect, test } from 'vitest';
import { nodeDigests } from '../../src/query/node-digests.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';
import { createScope, evaluate, expression } from './scope.ts';

const notUtf8 = Uint8Array.of(0xff, 0x00);

describe('encodings', () => {
  test.each<[string, Value]>([
    ['base64("é🙂")', 'w6nwn5mC'],
    ['base64(b"\\xff\\x00")', '/wA='],
    ['base64Decode("w6nwn5mC")', 'é🙂'],
    ['base64Decode("/wA=")', notUtf8],
    ['base64.decode("w6k=")', Uint8Array.of(0xc3, 0xa9)],
    ['base64Url(b"\\xff\\x00")', '_wA'],
    ['base64UrlDecode("_wA")', notUtf8],
    ['hex("é")', 'c3a9'],
    ['hexDecode("C3A9")', 'é'],
    ['hex.decode("c3a9")', Uint8Array.of(0xc3, 0xa9)],
    ['urlEncode("a b/ü~")', 'a%20b%2F%C3%BC~'],
    ['urlDecode("a%20b+%2F")', 'a b+/'],
    ['urlDecode("%ff%00")', notUtf8],
    ['formEncode("a b+c&ü~*")', 'a+b%2Bc%26%C3%BC%7E*'],
    ['formDecode("a+b%2Bc")', 'a b+c'],
    [
      'json("[1, 2.0, 12345678901234567890]")',
      [1, new ExactNumber('2.0'), new ExactNumber('12345678901234567890')],
    ],
    ['json("{\\"a\\": {\\"b\\": 1}}").a.b + 1', 2],
    ['jwtDecode("eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.").payload.sub', '7'],
    ['jwtDecode("eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.").header.alg', 'none'],
  ])('%s is %j', (text, value) => expect(evaluate(text)).toEqual(value));

  test.each([
    ['base64Decode("é")', 'the text is no base64'],
    ['base64UrlDecode("/w")', 'the text is no base64url'],
    ['hexDecode("abc")', 'the text is no hex'],
    ['urlDecode("%")', 'the text is no percent-encoding'],
    ['formDecode("%zz")', 'the text is no form encoding'],
    ['json("{")', "the text is no JSON: expected a member's name in double quotes, found the end (offset 1)"],
    // Of the text itself nothing is said: it may be a secret.
    ['json("secret")', /^the text is no JSON: expected a value \(offset 0\)$/],
    ['jwtDecode("a.b.c")', 'the text is no signed JSON Web Token'],
    ['base64(1)', 'base64(int) has no meaning'],
  ])('%s fails', (text, message) => expect(() => evaluate(text)).toThrow(message));
});

describe('digests', () => {
  test.each([
    // RFC 1321, A.5; FIPS 180; RFC 2202; RFC 4231, 4.3.
    ['md5("abc")', '900150983cd24fb0d6963f7d28e17f72'],
    ['sha1("abc")', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256("abc")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'sha512(b"abc")',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
    ['sha256("é") == sha256(b"\\xc3\\xa9") ? "same" : "other"', 'same'],
    ['hmac("md5", "Jefe", "what do ya want for nothing?")', '750c783e6ab0b503eaa86e310a5db738'],
    ['hmac("sha1", "Jefe", b"what do ya want for nothing?")', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    [
      'hmac("sha256", b"Jefe", "what do ya want for nothing?")',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      'hmac("sha512", b"Jefe", b"what do ya want for nothing?")',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ])('%s', (text, digest) => expect(evaluate(text)).toBe(digest));

  test('an algorithm that is calculated is checked when it is known', () => {
    expect(() => evaluate('hmac(inputs.a, "k", "v")', { inputs: { a: 'sha3' } })).toThrow(
      'hmac() knows md5, sha1, sha256, sha512, not "sha3"',
    );
  });

  test('a scope without digests has none', () => {
    const { digests: _, ...scope } = createScope({});
    expect(() => expression('md5("abc")').evaluate(scope)).toThrow('digests cannot be calculated here');
    expect(expression('md5("abc")').evaluate({ ...scope, digests: nodeDigests })).toHaveLength(32);
  });
});

describe('files', () => {
  const files = { '~files': { 'a.txt': Uint8Array.of(0xc3, 0xa9), 'b.bin': '/wA=' } };

  test.each<[string, Value]>([
    ['string(file("a.txt"))', 'é'],
    ['file("b.bin")', notUtf8],
    ['hex(file("b.bin"))', 'ff00'],
  ])('%s is %j', (text, value) => expect(evaluate(text, files)).toEqual(value));

  test.each(['file("c.txt")', 'file("constructor")'])('%s is not there', (text) =>
    expect(() => evaluate(text, files)).toThrow('is not there'),
  );

  test('an expression tells which files it reads', () => {
    expect(expression('file("a.txt") == inputs.x.map(f, file("b.bin"))[0]').files).toEqual([
      { path: 'a.txt', span: { start: 5, end: 12 } },
      { path: 'b.bin', span: { start: 38, end: 45 } },
    ]);
  });
});
