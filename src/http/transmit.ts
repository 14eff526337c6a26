import type { CancelSignal } from '../run/ports.ts';
import type { Certificate, Timing } from '../run/wire.ts';
import { readClockMs } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { type Head, readHead } from './head.ts';
import type { ConnectFailure } from './opening.ts';
import type { PreparedRequest } from './prepared-request.ts';
import type { Route } from './route.ts';
import { onStop } from './stops.ts';

/** How far a sending came, and so what can be said about its arrival. */
export type Phase = 'connecting' | 'sent' | 'answering';

/** What ended a sending before its answer was complete. */
export type Cause =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'bodyTooLarge'; readonly declaredBytes?: number }
  /** No connection: DNS, TCP or TLS. */
  | ({ readonly kind: 'connect' } & ConnectFailure)
  /** Refused by the client before it was written, or broken after. */
  | { readonly kind: 'wire'; readonly error: Error };

export interface Answer {
  readonly kind: 'answered';
  readonly head: Head;
  readonly body: Uint8Array;
  readonly timing: Timing;
  readonly certificate?: Certificate;
}

export interface Broken {
  readonly kind: 'broken';
  readonly phase: Phase;
  readonly cause: Cause;
  /** Bytes of the body that came. */
  readonly receivedBytes: number;
  /** It went out as HTTP/2. */
  readonly http2: boolean;
  /** On a connection that had served before. */
  readonly kept: boolean;
}

export type Transmission = Answer | Broken;

export interface Limits {
  /** From the connect to the last byte. */
  readonly timeoutMs: number;
  /** Of the body as it comes. */
  readonly bodyBytes: number;
}

const longestTimerMs = 2 ** 31 - 1;

/** Sends a request and reads its answer. Once its first byte was written it is never sent again. */
export function transmit(
  connections: Connections,
  route: Route,
  request: PreparedRequest,
  limits: Limits,
  signal: CancelSignal,
): Promise<Transmission> {
  return new Promise((resolve) => {
    let breakOff: (cause: Cause) => void = () => undefined;
    const stop = () => breakOff({ kind: 'stopped' });
    const expire = () => breakOff({ kind: 'timeout' });
    const timer = setTimeout(expire, Math.min(limits.timeoutMs, longestTimerMs));
    const forget = onStop(signal, stop);

    function start(): void {
      breakOff = attempt(connections, route, request, limits.bodyBytes, (transmission) => {
        if (isStale(transmission)) return start();
        clearTimeout(timer);
        forget();
        resolve(transmission);
      });
      if (signal.aborted) stop();
    }
    start();
  });
}

// A kept connection that the peer had closed, or meant to, before the request was looked at: another serves.
function isStale(transmission: Transmission): boolean {
  if (transmission.kind === 'answered' || transmission.phase !== 'connecting') return false;
  const { cause, kept } = transmission;
  if (cause.kind !== 'wire') return false;
  return isBrokenConnection(cause.error) || (kept && isRefusedStream(cause.error));
}

export function isBrokenConnection(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

function attempt(
  connections: Connections,
  route: Route,
  request: PreparedRequest,
  maxBodyBytes: number,
  ended: (transmission: Transmission) => void,
): (cause: Cause) => void {
  const startedAt = readClockMs();
  const connection = connections.take(route);
  const chunks: Buffer[] = [];
  let phase: Phase = 'connecting';
  let firstByteAt = startedAt;
  let head: Head | undefined;
  let receivedBytes = 0;
  let open = true;

  function breakOff(cause: Cause): void {
    if (!open) return;
    open = false;
    void connections.drop(connection);
    const kept = connection.takePhases() === undefined;
    const http2 = connection.httpVersion() === '2';
    ended({ kind: 'broken', phase, cause, receivedBytes, http2, kept });
  }
  function complete(): void {
    if (!open || head === undefined) return;
    open = false;
    const certificate = connection.certificate();
    const timing = readTiming(connection, startedAt, firstByteAt);
    connections.giveBack(connection);
    const body = Buffer.concat(chunks);
    ended({ kind: 'answered', head, body, timing, ...(certificate && { certificate }) });
  }
  connection.dispatch(request, {
    onSent() {
      phase = 'sent';
    },
    onAnswering() {
      phase = 'answering';
      firstByteAt = readClockMs();
    },
    onHead(status, statusText, raw) {
      head = readHead(status, statusText, connection.httpVersion(), raw);
      const declaredBytes = declaredLength(request.method, head);
      if (declaredBytes > maxBodyBytes) breakOff({ kind: 'bodyTooLarge', declaredBytes });
    },
    onData(chunk) {
      chunks.push(chunk);
      receivedBytes += chunk.length;
      if (receivedBytes > maxBodyBytes) breakOff({ kind: 'bodyTooLarge' });
    },
    onEnd: complete,
    onError(error) {
      // undici holds the length that a 304 declares against it, though it is its due (RFC 9110, 15.4.5).
      if (head?.status === 304) complete();
      if (isRefusedStream(error)) phase = 'connecting';
      breakOff(causeOf(error, connection));
    },
  });
  return breakOff;
}

function causeOf(error: Error, connection: Connection): Cause {
  const failure = connection.connectFailure();
  return failure?.error === error ? { kind: 'connect', ...failure } : { kind: 'wire', error };
}

/** The server says that it did not look at the request (RFC 9113, 8.7). */
export function isRefusedStream(error: Error): boolean {
  return 'code' in error && error.code === 'HTTP2_REFUSED_STREAM';
}

const onKept = { dns: 0, tcp: 0, tls: 0 };

function readTiming(connection: Connection, startedAt: number, firstByteAt: number): Timing {
  const { dns, tcp, tls } = connection.takePhases() ?? onKept;
  return { dns, tcp, tls, firstByte: firstByteAt - startedAt, total: readClockMs() - startedAt };
}

// An answer to HEAD, and a 304, declare the length of a body that they do not have.
function declaredLength(method: string, head: Head): number {
  if (method === 'HEAD' || head.status === 304) return 0;
  return Number(head.all('content-length')[0] ?? 0);
}
