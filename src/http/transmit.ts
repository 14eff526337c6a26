import { setMaxListeners } from 'node:events';
import type { CancelSignal } from '../run/ports.ts';
import type { Connections } from './connections.ts';
import { type Head, readHead } from './head.ts';
import type { PreparedRequest } from './prepared-request.ts';

/** How far a sending came, and so what can be said about its arrival. */
export type Phase = 'connecting' | 'sent' | 'answering';

/** What ended a sending before its answer was complete. */
export type Cause =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'bodyTooLarge'; readonly declaredBytes?: number }
  /** No connection: DNS, TCP or TLS. */
  | { readonly kind: 'connect'; readonly error: Error }
  /** Refused by undici before it was written, or broken after. */
  | { readonly kind: 'wire'; readonly error: Error };

export interface Answer {
  readonly kind: 'answered';
  readonly head: Head;
  readonly body: Uint8Array;
}

export interface Broken {
  readonly kind: 'broken';
  readonly phase: Phase;
  readonly cause: Cause;
  /** Bytes of the body that came. */
  readonly receivedBytes: number;
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
  request: PreparedRequest,
  limits: Limits,
  signal: CancelSignal,
): Promise<Transmission> {
  return new Promise((resolve) => {
    let breakOff: (cause: Cause) => void = () => undefined;
    const stop = () => breakOff({ kind: 'stopped' });
    const expire = () => breakOff({ kind: 'timeout' });
    const timer = setTimeout(expire, Math.min(limits.timeoutMs, longestTimerMs));
    // One signal may stop any number of requests: that is no leak.
    if (signal instanceof EventTarget) setMaxListeners(0, signal);
    signal.addEventListener('abort', stop);

    function start(): void {
      breakOff = attempt(connections, request, limits.bodyBytes, (transmission) => {
        if (isStale(transmission)) return start();
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        resolve(transmission);
      });
      if (signal.aborted) stop();
    }
    start();
  });
}

// The peer had closed a kept connection before the request was written to it: another one serves.
function isStale(transmission: Transmission): boolean {
  return (
    transmission.kind === 'broken' &&
    transmission.phase === 'connecting' &&
    transmission.cause.kind === 'wire' &&
    isBrokenConnection(transmission.cause.error)
  );
}

export function isBrokenConnection(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

function attempt(
  connections: Connections,
  request: PreparedRequest,
  maxBodyBytes: number,
  ended: (transmission: Transmission) => void,
): (cause: Cause) => void {
  const connection = connections.take(request.target.origin);
  const chunks: Buffer[] = [];
  let phase: Phase = 'connecting';
  let head: Head | undefined;
  let receivedBytes = 0;
  let open = true;

  function breakOff(cause: Cause): void {
    if (!open) return;
    open = false;
    void connections.drop(connection);
    ended({ kind: 'broken', phase, cause, receivedBytes });
  }
  function complete(): void {
    if (!open || head === undefined) return;
    open = false;
    connections.giveBack(connection);
    ended({ kind: 'answered', head, body: Buffer.concat(chunks) });
  }
  const { method, target, headers, body } = request;
  connection.dispatch(
    { method, path: target.pathAndQuery, headers, ...(body && { body }) },
    {
      onRequestStart() {
        phase = 'sent';
      },
      onResponseStarted() {
        phase = 'answering';
      },
      onResponseStart(controller, status, _headers, statusText) {
        if (status < 200) return;
        head = readHead(status, statusText, connection.httpVersion(), controller.rawHeaders);
        const declaredBytes = declaredLength(method, head);
        if (declaredBytes > maxBodyBytes) breakOff({ kind: 'bodyTooLarge', declaredBytes });
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
        receivedBytes += chunk.length;
        if (receivedBytes > maxBodyBytes) breakOff({ kind: 'bodyTooLarge' });
      },
      onResponseEnd: complete,
      onResponseError(_controller, error) {
        // undici holds the length that a 304 declares against it, though it is its due (RFC 9110, 15.4.5).
        if (head?.status === 304) complete();
        breakOff({ kind: error === connection.connectError() ? 'connect' : 'wire', error });
      },
    },
  );
  return breakOff;
}

// An answer to HEAD, and a 304, declare the length of a body that they do not have.
function declaredLength(method: string, head: Head): number {
  if (method === 'HEAD' || head.status === 304) return 0;
  return Number(head.all('content-length')[0] ?? 0);
}
