import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Listener } from './connection.ts';
import { isToken } from './header-rules.ts';
import { http2Headers, type PreparedRequest } from './prepared-request.ts';

// RFC 9113, 7.
const errorNames = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];
/** The server is at its end, or wants to be: as if it had closed the connection. */
const endings = new Set(['NO_ERROR', 'INTERNAL_ERROR', 'STREAM_CLOSED', 'CANCEL']);

/** Sends a request as a stream of its own. Gives what makes it fail. */
export function sendStream(
  session: ClientHttp2Session,
  request: PreparedRequest,
  listener: Listener,
): (error: Error) => void {
  let open = true;
  const fail = (error: Error) => {
    if (open) listener.onError(error);
    open = false;
  };
  const complete = () => {
    if (open) listener.onEnd();
    open = false;
  };
  // Node would send it.
  if (!isToken(request.method)) {
    fail(new Error('invalid request method'));
    return fail;
  }
  try {
    const stream = session.request(headersOf(request), { endStream: request.body === undefined });
    listener.onSent();
    hear(stream, listener, complete, fail);
    if (request.body !== undefined) stream.end(request.body);
  } catch (error) {
    // A header that HTTP/2 has not, like TE.
    fail(error instanceof Error ? error : new Error(String(error)));
  }
  return fail;
}

function hear(
  stream: ClientHttp2Stream,
  listener: Listener,
  complete: () => void,
  fail: (error: Error) => void,
): void {
  let answering = false;
  let broken: Error | undefined;
  stream.on('response', (headers: object, _flags: number, raw?: unknown) => {
    answering = true;
    const fields = Array.isArray(raw) ? raw : Object.entries(headers).flat();
    listener.onAnswering();
    listener.onHead(Number(Reflect.get(headers, ':status')), undefined, readFields(fields));
  });
  stream.on('data', (chunk: Buffer) => listener.onData(chunk));
  stream.on('error', (error) => {
    broken = error;
  });
  stream.once('end', () => {
    if (answering && !stream.aborted && !stream.rstCode) complete();
  });
  stream.once('close', () => fail(explainClose(stream.rstCode, broken)));
}

/** Names and values in turn, as bytes; without the pseudo-header fields. */
function readFields(fields: readonly unknown[]): readonly unknown[] {
  const bytes: Buffer[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = String(fields[index]);
    if (name.startsWith(':')) continue;
    // Node hands each byte over as one character.
    bytes.push(Buffer.from(name), Buffer.from(String(fields[index + 1]), 'latin1'));
  }
  return bytes;
}

function explainClose(code: number | undefined, error: Error | undefined): Error {
  const name = errorNames[code ?? 0] ?? `error ${code}`;
  if (endings.has(name)) return Object.assign(error ?? new Error(name), { code: 'ECONNRESET' });
  return Object.assign(new Error(name), { code: `HTTP2_${name}` });
}

function headersOf({ method, target, sentHeaders }: PreparedRequest): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>([
    [':method', method],
    [':scheme', target.secure ? 'https' : 'http'],
    [':path', target.pathAndQuery],
  ]);
  for (const [name, value] of http2Headers(sentHeaders)) {
    const before = fields.get(name);
    // Node writes each character as one byte.
    const bytes = Buffer.from(value).toString('latin1');
    fields.set(name, before === undefined ? bytes : [before, bytes].flat());
  }
  return Object.fromEntries(fields);
}
