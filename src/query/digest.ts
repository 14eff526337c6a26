/** MD5 (RFC 1321), SHA-1, SHA-256 and SHA-512 (FIPS 180-4), in the order shown to people. */
export const digestAlgorithms = ['md5', 'sha1', 'sha256', 'sha512'] as const;

export type DigestAlgorithm = (typeof digestAlgorithms)[number];

/** Digests as lower-case hex; a text is digested as its UTF-8. They come in with the effects. */
export interface Digests {
  hash(algorithm: DigestAlgorithm, data: string | Uint8Array): string;
  /** RFC 2104. */
  hmac(algorithm: DigestAlgorithm, key: string | Uint8Array, data: string | Uint8Array): string;
}

export function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return digestAlgorithms.some((algorithm) => algorithm === name);
}
