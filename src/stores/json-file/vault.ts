import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { decodeValue, encodeValue } from '../../artifact/value-codec.ts';
import type { Value } from '../../query/value.ts';
import { StoreError } from './store-error.ts';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 'v1.';

/** 256 random bits, base64. */
export function createKey(): string {
  return randomBytes(keyBytes).toString('base64');
}

/**
 * A value as ciphertext (AES-256-GCM, NIST SP 800-38D): `v1.` and base64 of nonce, text and tag. `purpose` says
 * what it is and where it belongs, and is authenticated: moved to another place it does not open.
 */
export function seal(key: string, purpose: string, value: Value): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, Buffer.from(key, 'base64'), nonce);
  cipher.setAAD(Buffer.from(purpose));
  const text = Buffer.concat([cipher.update(JSON.stringify(encodeValue(value)), 'utf8'), cipher.final()]);
  return version + Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64');
}

/** Throws a StoreError `bad-seal` where key, purpose or a byte of the text is another one. */
export function open(key: string, purpose: string, text: string): Value {
  try {
    if (!text.startsWith(version)) throw new Error('not a sealed value of this version');
    const bytes = Buffer.from(text.slice(version.length), 'base64');
    const decipher = createDecipheriv(algorithm, Buffer.from(key, 'base64'), bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(purpose));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const plain = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
    return decodeValue(JSON.parse(Buffer.concat([plain, decipher.final()]).toString('utf8')));
  } catch (cause) {
    throw new StoreError('bad-seal', purpose, 'cannot be opened with this key', {
      fix: 'restore the runner.key and key.json that it was sealed with',
      cause,
    });
  }
}
