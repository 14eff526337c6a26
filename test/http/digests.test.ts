import { expect, test } from 'vitest';
import { createEffects } from '../../src/http/effects.ts';

const { sha256, hmacSha256 } = createEffects({ version: '1.2.3' });

test('SHA-256 (FIPS 180-4) of a text and of its bytes', () => {
  const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256('abc')).toBe(digest);
  expect(sha256(new TextEncoder().encode('abc'))).toBe(digest);
});

test('HMAC-SHA-256 (RFC 4231, test case 2)', () => {
  expect(hmacSha256('Jefe', 'what do ya want for nothing?')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});
