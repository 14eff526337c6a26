export type Decoding =
  | { readonly kind: 'decoded'; readonly body: Uint8Array }
  /** More than the limit: stopped while inflating. */
  | { readonly kind: 'tooLarge' }
  /** The compressed data ends too early. */
  | { readonly kind: 'cutOff'; readonly coding: string }
  | { readonly kind: 'invalid'; readonly coding: string; readonly problem: string };

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
  // Most answers are not compressed, and node:zlib is loaded for those that are.
  const { decoders } = await import('./decoders.ts');
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
