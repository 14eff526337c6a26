import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import symbols from 'undici/lib/core/symbols.js';
import Client from 'undici/lib/dispatcher/client.js';
import type { Connection, Listener } from './connection.ts';
import type { Opening } from './opening.ts';
import { optimiseLess } from './optimiser-flags.ts';
import { needsTunnel, type Route } from './route.ts';

/** Header section of an answer; a larger one is refused. */
export const maxHeaderBytes = 64 * 1024;

/**
 * HTTP/1.1 by undici's client with one request at a time: so it never sends a request again by itself (it
 * does so only behind a pipelined one), and a failed connect belongs to one request.
 */
export function createHttp1Connection(route: Route, opening: Opening): Connection {
  const asksProxy = route.proxy !== undefined && !needsTunnel(route);
  // Not before it must be: Node compiles anew what it loads under other flags, its own modules too.
  optimiseLess();
  let resting = false;
  let waiting: (() => void) | undefined;
  const client = new Client(route.origin, {
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: maxHeaderBytes,
    // One timer covers the whole attempt; these would end it a second way.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: opening.connect,
  });
  return {
    route,
    dispatch({ method, target, headers, body }, listener) {
      const path = asksProxy ? target.origin + target.pathAndQuery : target.pathAndQuery;
      const options = { method, path, headers, ...(body && { body }) };
      const handler = createHandler(listener);
      const send = () => void client.dispatch(options, handler);
      if (resting) waiting = send;
      else send();
    },
    connectFailure: opening.failure,
    takePhases: opening.takePhases,
    certificate: opening.certificate,
    httpVersion: () => versionOn(opening.socket()),
    // A server that closes after an answer, and did not say so, would get the next request on the way:
    // undici looks only until the end of this turn of the loop.
    rest() {
      resting = true;
      setImmediate(() => {
        resting = false;
        const send = waiting;
        waiting = undefined;
        send?.();
      });
    },
    destroy() {
      const ended = client.destroy();
      // undici leaves a connection that is still being opened to the system's patience.
      opening.abandon();
      return ended;
    },
  };
}

function createHandler(listener: Listener): Dispatcher.DispatchHandler {
  return {
    onRequestStart: () => listener.onSent(),
    onResponseStarted: () => listener.onAnswering(),
    onResponseStart(controller, status, _headers, statusText) {
      const { rawHeaders } = controller;
      if (status >= 200) listener.onHead(status, statusText, Array.isArray(rawHeaders) ? rawHeaders : []);
    },
    onResponseData: (_controller, chunk) => listener.onData(chunk),
    onResponseEnd: () => listener.onEnd(),
    onResponseError: (_controller, error) => listener.onError(error),
  };
}

interface Parser {
  readonly ptr: number;
  readonly llhttp: { llhttp_get_http_minor(ptr: number): number };
}

// undici does not pass the version on, but its parser knows it.
function versionOn(socket: Socket | undefined): '1.0' | '1.1' {
  const parser: Parser | null | undefined = socket && Reflect.get(socket, symbols.kParser);
  return parser?.llhttp.llhttp_get_http_minor(parser.ptr) === 0 ? '1.0' : '1.1';
}
