import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

type Decoder = (body: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

const gunzip: Decoder = promisify(zlib.gunzip);
const inflate: Decoder = promisify(zlib.inflate);
const inflateRaw: Decoder = promisify(zlib.inflateRaw);
const brotli: Decoder = promisify(zlib.brotliDecompress);

/** By the name of the coding. */
export const decoders: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  // RFC 9110, 8.4.1.2 means zlib's format; some servers send bare deflate.
  ['deflate', (body, options) => (isZlib(body) ? inflate : inflateRaw)(body, options)],
  ['br', brotli],
]);

// RFC 1950, 2.2: the first two bytes are a multiple of 31, and say deflate.
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
