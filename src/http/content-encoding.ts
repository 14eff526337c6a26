import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

export type Decoding =
  | { readonly kind: 'decoded'; readonly body: Uint8Array }
  /** More than the limit: stopped while inflating. */
  | { readonly kind: 'tooLarge' }
  /** The compressed data ends too early. */
  | { readonly kind: 'cutOff'; readonly coding: string }
  | { readonly kind: 'invalid'; readonly coding: string; readonly problem: string };

type Decoder = (body: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

const gunzip: Decoder = promisify(zlib.gunzip);
const inflate: Decoder = promisify(zlib.inflate);
const inflateRaw: Decoder = promisify(zlib.inflateRaw);
const brotli: Decoder = promisify(zlib.brotliDecompress);

const decoders: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  // RFC 9110, 8.4.1.2 means zlib's format; some servers send bare deflate.
  ['deflate', (body, options) => (isZlib(body) ? inflate : inflateRaw)(body, options)],
  ['br', brotli],
]);

/**
 * Undoes a Content-Encoding (RFC 9110, 8.4), the last coding first. A coding that is not known stays.
 * @param maxBytes of the decoded body, and of every step on the way.
 */
export async function decodeBody(
  received: Uint8Array,
  encoding: string,
  maxBytes: number,
): Promise<Decoding> {
  let body = received;
  if (encoding === '' || body.length === 0) return { kind: 'decoded', body };
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  for (const coding of codings.reverse()) {
    if (coding === 'identity' || coding === '') continue;
    const decode = decoders.get(coding);
    if (decode === undefined) break;
    try {
      body = await decode(body, { maxOutputLength: maxBytes });
    } catch (error) {
      return readFailure(coding, error);
    }
  }
  return { kind: 'decoded', body };
}

function readFailure(coding: string, error: unknown): Decoding {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_BUFFER_TOO_LARGE') return { kind: 'tooLarge' };
  if (code === 'Z_BUF_ERROR') return { kind: 'cutOff', coding };
  return { kind: 'invalid', coding, problem: error.message };
}

// RFC 1950, 2.2: the first two bytes are a multiple of 31, and say deflate.
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
