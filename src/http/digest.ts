import { createHash } from 'node:crypto';
import { type Challenge, readChallenges } from './challenge.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A Digest challenge that can be answered (RFC 7616, 3.3). */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  /** As the server wrote it, to be written back. */
  readonly algorithm?: string;
  /** Node's name of the hash. */
  readonly hash: string;
  /** The key is bound to the nonce: an algorithm that ends in `-sess`. */
  readonly session: boolean;
  /** Absent: a server of RFC 2069, which knows none. */
  readonly qop?: 'auth';
  readonly userhash: boolean;
}

const hashes: ReadonlyMap<string, string> = new Map([
  ['md5', 'md5'],
  ['sha-256', 'sha256'],
  ['sha-512-256', 'sha512-256'],
]);

/** The first Digest challenge that can be answered: the server lists them as it prefers them. */
export function readDigestChallenge(headers: readonly string[]): DigestChallenge | undefined {
  for (const challenge of headers.flatMap(readChallenges)) {
    const digest = readDigest(challenge);
    if (digest !== undefined) return digest;
  }
  return undefined;
}

function readDigest({ scheme, parameters }: Challenge): DigestChallenge | undefined {
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  if (scheme !== 'digest' || realm === undefined || nonce === undefined) return undefined;
  const algorithm = parameters.get('algorithm');
  const [, name = '', suffix] = /^(.*?)(-sess)?$/.exec((algorithm ?? 'MD5').toLowerCase()) ?? [];
  const hash = hashes.get(name);
  const qops = parameters
    .get('qop')
    ?.split(',')
    .map((qop) => qop.trim().toLowerCase());
  if (hash === undefined || (qops !== undefined && !qops.includes('auth'))) return undefined;
  const opaque = parameters.get('opaque');
  return {
    realm,
    nonce,
    hash,
    session: suffix !== undefined,
    userhash: parameters.get('userhash')?.toLowerCase() === 'true',
    ...(opaque !== undefined && { opaque }),
    ...(algorithm !== undefined && { algorithm }),
    ...(qops !== undefined && { qop: 'auth' as const }),
  };
}

export interface DigestUse {
  readonly method: string;
  /** The request's target as it is sent. */
  readonly uri: string;
  /** Which request with this nonce it is, from 1. */
  readonly count: number;
  readonly cnonce: string;
}

/** The value of Authorization that answers a challenge (RFC 7616, 3.4). */
export function answerDigest(
  challenge: DigestChallenge,
  { username, password }: Credentials,
  { method, uri, count, cnonce }: DigestUse,
): string {
  const { realm, nonce, opaque, algorithm, qop, userhash, session } = challenge;
  const digest = (text: string) => createHash(challenge.hash).update(text).digest('hex');
  const nc = count.toString(16).padStart(8, '0');
  const secret = digest(`${username}:${realm}:${password}`);
  const key = session ? digest(`${secret}:${nonce}:${cnonce}`) : secret;
  const request = digest(`${method}:${uri}`);
  const bound = qop === undefined ? [nonce] : [nonce, nc, cnonce, qop];
  const fields = [
    `username=${quote(userhash ? digest(`${username}:${realm}`) : username)}`,
    `realm=${quote(realm)}`,
    `uri=${quote(uri)}`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    `nonce=${quote(nonce)}`,
    ...(qop === undefined ? [] : [`nc=${nc}`]),
    ...(qop === undefined && !session ? [] : [`cnonce=${quote(cnonce)}`]),
    ...(qop === undefined ? [] : [`qop=${qop}`]),
    `response=${quote(digest([key, ...bound, request].join(':')))}`,
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ...(userhash ? ['userhash=true'] : []),
  ];
  return `Digest ${fields.join(', ')}`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
