import { encodeUtf8 } from '../query/byte-encodings.ts';

export interface Part {
  readonly name: string;
  readonly filename?: string;
  /** Absent: text, as RFC 7578, 4.4 has it; with a file name `application/octet-stream`. */
  readonly contentType?: string;
  readonly content: Uint8Array | string;
}

/** The Content-Type of what `encodeMultipart` gives. */
export function multipartType(boundary: string): string {
  return `multipart/form-data; boundary=${boundary}`;
}

/**
 * A body of multipart/form-data (RFC 7578), its parts in order; text as UTF-8.
 * @param boundary up to 70 letters and digits that no part holds (RFC 2046, 5.1.1).
 */
export function encodeMultipart(parts: readonly Part[], boundary: string): Uint8Array<ArrayBuffer> {
  const chunks = parts.flatMap((part) => [
    encodeUtf8(`--${boundary}\r\n${renderHead(part)}\r\n\r\n`),
    typeof part.content === 'string' ? encodeUtf8(part.content) : part.content,
    encodeUtf8('\r\n'),
  ]);
  return join([...chunks, encodeUtf8(`--${boundary}--\r\n`)]);
}

function renderHead({ name, filename, contentType }: Part): string {
  const file = filename === undefined ? '' : `; filename="${escapeName(filename)}"`;
  const type = contentType ?? (filename === undefined ? undefined : 'application/octet-stream');
  const disposition = `Content-Disposition: form-data; name="${escapeName(name)}"${file}`;
  return type === undefined ? disposition : `${disposition}\r\nContent-Type: ${type}`;
}

/** As browsers do it (HTML, 4.10.21.8): RFC 7578, 2 leaves the rest as it is. */
function escapeName(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function join(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
