import { createHash, createHmac } from 'node:crypto';
import type { Digests } from './digest.ts';

/** The platform's digests, for whoever makes the effects: what is pure is handed them. */
export const nodeDigests: Digests = {
  hash: (algorithm, data) => createHash(algorithm).update(data).digest('hex'),
  hmac: (algorithm, key, data) => createHmac(algorithm, key).update(data).digest('hex'),
};
