import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { selfSigned } from './self-signed.ts';

/** A request as its bytes came. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names as sent, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Which connection it came on, from 1. */
  readonly connection: number;
  /** Which request of that connection it is, from 1. */
  readonly turn: number;
}

/** What the server does once a request is read. */
export type Scenario = (socket: Socket, request: SeenRequest) => void;

/** A server that behaves badly on purpose, by path. */
export interface TargetServer {
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly place: string;
  url(path: string): string;
  /** Every request that was read to its end. */
  readonly seen: readonly SeenRequest[];
  connections(): number;
  close(): Promise<void>;
}

/** The bytes of an answer; Content-Length is added where no framing is given. */
export function answer(
  headers: readonly string[] = [],
  body: string | Uint8Array = '',
  statusLine = 'HTTP/1.1 200 OK',
): Buffer {
  const framed = headers.some((line) => /^(content-length|transfer-encoding|connection: close)/i.test(line));
  const length = framed ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [statusLine, ...headers, ...length, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

function answerWith(headers: readonly string[], body: string | Uint8Array = ''): Scenario {
  return (socket) => socket.write(answer(headers, body));
}

/** Sends bytes, then closes in order (FIN). */
function writeAndEnd(bytes: string | Uint8Array): Scenario {
  return (socket) => socket.end(bytes);
}

const partOfTen = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345';

const scenarios: { readonly [path: string]: Scenario } = {
  '/ok': answerWith(['Content-Type: text/plain'], 'ok'),
  '/echo'(socket, { method, target, headers, body }) {
    const text = JSON.stringify({ method, target, headers, body });
    socket.write(answer(['Content-Type: application/json'], text));
  },
  '/reset': (socket) => socket.resetAndDestroy(),
  '/close': (socket) => socket.end(),
  '/reset-mid-body': (socket) =>
    socket.write(partOfTen, () => setTimeout(() => socket.resetAndDestroy(), 20)),
  '/close-mid-head': writeAndEnd('HTTP/1.1 200 OK\r\nContent-Le'),
  '/close-mid-body': writeAndEnd(partOfTen),
  '/close-mid-chunk': writeAndEnd('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n12345'),
  '/hang': () => undefined,
  '/hang-mid-body': (socket) => socket.write(partOfTen),
  '/slow-head'(socket, { query }) {
    setTimeout(() => socket.write(answer([], 'late')), Number(query.get('ms') ?? 50));
  },
  '/drip': (socket) => drip(socket, [...answer([], 'drop by drop')]),
  '/garbage': writeAndEnd('SSH-2.0-OpenSSH_9.6\r\n'),
  '/bad-header': writeAndEnd('HTTP/1.1 200 OK\r\nno colon here\r\n\r\n'),
  '/bad-length': writeAndEnd('HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n1234567890'),
  '/bad-chunk': writeAndEnd('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nten\r\n1234567890'),
  '/short-length': writeAndEnd('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay'),
  '/unasked-upgrade': writeAndEnd(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  ),
  '/gzip-bomb': (socket) => socket.write(answer(['Content-Encoding: gzip'], gzipSync(Buffer.alloc(2 ** 24)))),
  '/huge-declared': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n1'),
  '/huge': (socket) => socket.write(answer(['Connection: close'], Buffer.alloc(2 ** 21))),
  '/big-header': answerWith([`X-Big: ${'x'.repeat(64 * 1024)}`]),
  '/then-close': (socket) => socket.end(answer([], 'bye')),
  '/then-reset': (socket) =>
    socket.write(answer([], 'bye'), () => setImmediate(() => socket.resetAndDestroy())),
  '/close-if-reused': (socket, { turn }) => (turn === 1 ? socket.write(answer([], 'first')) : socket.end()),
  '/redirect': (socket, { query }) => {
    const cookies = query.getAll('c').map((cookie) => `Set-Cookie: ${cookie}`);
    const headers = [`Location: ${query.get('to')}`, ...cookies];
    socket.write(answer(headers, 'elsewhere', `HTTP/1.1 ${query.get('status') ?? 302} Elsewhere`));
  },
  '/set-cookie': (socket, { query }) => {
    socket.write(answer(query.getAll('c').map((cookie) => `Set-Cookie: ${cookie}`)));
  },
};

function drip(socket: Socket, [byte, ...rest]: readonly number[]): void {
  if (byte === undefined) return;
  socket.write(Uint8Array.of(byte));
  setImmediate(() => drip(socket, rest));
}

/** @param more scenarios by path, beside the ones above. */
export function openTargetServer(more: { readonly [path: string]: Scenario } = {}): Promise<TargetServer> {
  return open('http', createServer(), 'connection', { ...scenarios, ...more });
}

/** The same over TLS, with a certificate that nobody trusts. */
export function openTlsTargetServer(
  options: TlsOptions = {},
  more: { readonly [path: string]: Scenario } = {},
): Promise<TargetServer> {
  const server = createTlsServer({ ...selfSigned, ...options });
  return open('https', server, 'secureConnection', { ...scenarios, ...more });
}

/** Where nobody listens. */
export async function findRefusedPlace(): Promise<string> {
  const server = await openTargetServer();
  await server.close();
  return server.place;
}

async function open(
  scheme: string,
  server: Server,
  event: 'connection' | 'secureConnection',
  behaviour: { readonly [path: string]: Scenario },
): Promise<TargetServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on(event, (socket: Socket) => {
    connections += 1;
    // A client that leaves is part of the game.
    socket.on('error', () => undefined);
    readRequests(socket, connections, (request) => {
      seen.push(request);
      const scenario = behaviour[request.path] ?? writeAndEnd('HTTP/1.1 404 Not Found\r\n\r\n');
      scenario(socket, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    place: `127.0.0.1:${port}`,
    url: (path) => `${scheme}://127.0.0.1:${port}${path}`,
    seen,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function readRequests(socket: Socket, connection: number, onRequest: (request: SeenRequest) => void): void {
  let buffered = '';
  let turn = 0;
  // Latin-1 keeps one character per byte, so lengths are bytes.
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    buffered += chunk;
    for (;;) {
      const headEnd = buffered.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const head = parseHead(buffered.slice(0, headEnd));
      const length = Number(head.headers.find(([name]) => /^content-length$/i.test(name))?.[1] ?? 0);
      const bodyEnd = headEnd + 4 + length;
      if (buffered.length < bodyEnd) return;
      const body = Buffer.from(buffered.slice(headEnd + 4, bodyEnd), 'latin1').toString();
      buffered = buffered.slice(bodyEnd);
      turn += 1;
      onRequest({ ...head, body, connection, turn });
    }
  });
}

function parseHead(text: string): Pick<SeenRequest, 'method' | 'target' | 'path' | 'query' | 'headers'> {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const [method = '', target = ''] = requestLine.split(' ');
  const [path = '', query = ''] = target.split('?');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), Buffer.from(line.slice(colon + 2), 'latin1').toString()];
  });
  return { method, target, path, query: new URLSearchParams(query), headers };
}
