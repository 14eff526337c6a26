import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import type { Dispatcher } from 'undici';
import createConnector from 'undici/lib/core/connect.js';
import symbols from 'undici/lib/core/symbols.js';
import Client from 'undici/lib/dispatcher/client.js';

/** Header section of an answer; a larger one is refused. */
export const maxHeaderBytes = 64 * 1024;

/**
 * A keep-alive connection to one origin that carries one request at a time: so undici never sends a request
 * again by itself (it does so only behind a pipelined one), and a failed connect belongs to one request.
 */
export interface Connection {
  readonly origin: string;
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** Why the last connect failed: DNS, TCP or TLS. Nothing was sent then. */
  connectError(): Error | undefined;
  /** Of the answer whose header section was just read. */
  httpVersion(): '1.0' | '1.1';
  /** To be called after an answer: the next request waits until the event loop has looked at the socket. */
  rest(): void;
  /** Ends it at once, also while it is being opened. */
  destroy(): Promise<void>;
}

/** The connections of one sender; a request takes one, and gives it back when its answer was read to the end. */
export interface Connections {
  take(origin: string): Connection;
  giveBack(connection: Connection): void;
  drop(connection: Connection): Promise<void>;
  close(): Promise<void>;
}

export function openConnections(): Connections {
  avoidOptimisingParser();
  const connect = createConnector({ allowH2: false, timeout: 0 });
  const open = new Set<Connection>();
  const idle = new Map<string, Connection[]>();

  function create(origin: string): Connection {
    const connection = createConnection(origin, connect);
    open.add(connection);
    return connection;
  }
  function drop(connection: Connection): Promise<void> {
    open.delete(connection);
    return connection.destroy();
  }
  return {
    take: (origin) => idle.get(origin)?.pop() ?? create(origin),
    giveBack(connection) {
      connection.rest();
      const others = idle.get(connection.origin);
      if (others === undefined) idle.set(connection.origin, [connection]);
      else others.push(connection);
    },
    drop,
    async close() {
      idle.clear();
      await Promise.all([...open].map(drop));
    },
  };
}

function createConnection(origin: string, connect: ReturnType<typeof createConnector>): Connection {
  let socket: Socket | undefined;
  let failure: Error | undefined;
  let resting = false;
  const client = new Client(origin, {
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: maxHeaderBytes,
    // One timer covers the whole attempt; these would end it a second way.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(options, callback) {
      socket = connect(options, (...result) => {
        failure = result[0] ?? undefined;
        callback(...result);
      });
    },
  });
  return {
    origin,
    dispatch(options, handler) {
      if (resting) setImmediate(() => client.dispatch(options, handler));
      else client.dispatch(options, handler);
    },
    connectError: () => failure,
    httpVersion: () => (socket === undefined ? '1.1' : versionOn(socket)),
    // A server that closes after an answer, and did not say so, would get the next request on the way:
    // undici looks only until the end of this turn of the loop.
    rest() {
      resting = true;
      setImmediate(() => {
        resting = false;
      });
    },
    destroy() {
      const ended = client.destroy();
      // undici leaves a connection that is still being opened to the system's patience.
      socket?.destroy();
      return ended;
    },
  };
}

interface Parser {
  readonly ptr: number;
  readonly llhttp: { llhttp_get_http_minor(ptr: number): number };
}

// undici does not pass the version on, but its parser knows it.
function versionOn(socket: Socket): '1.0' | '1.1' {
  const parser: Parser | null | undefined = Reflect.get(socket, symbols.kParser);
  return parser?.llhttp.llhttp_get_http_minor(parser.ptr) === 0 ? '1.0' : '1.1';
}

// Node 20 optimises undici's WebAssembly parser in the background, and exits only when that is done: 200 ms.
function avoidOptimisingParser(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--liftoff-only');
}
