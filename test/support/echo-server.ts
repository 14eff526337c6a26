import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { selfSigned } from './self-signed.ts';

/** The target of the language reference's examples: what it answers is what it was sent. */
export interface EchoServer {
  readonly url: string;
  /** Cuts off whoever still waits for an answer. */
  close(): Promise<void>;
}

interface Asked {
  readonly message: IncomingMessage;
  readonly url: URL;
  readonly body: Buffer;
  readonly text: string;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

/** By the first segment of the path; every other path is echoed. */
function createAnswers(): ReadonlyMap<string, Answer> {
  const times = new Map<string, number>();
  return new Map<string, Answer>([
    ['answer', giveBack],
    ['cookie', setCookie],
    ['hang', () => undefined],
    ['busy', (response, asked) => giveBusy(response, asked, times)],
    ['redirect', redirect],
    ['digest', challenge],
    ['token', giveToken],
    ['pages', givePage],
  ]);
}

/** The body and its type as they came, with the status of `?status`. */
function giveBack(response: ServerResponse, { message, url, body }: Asked): void {
  const type = message.headers['content-type'];
  const headers = type === undefined ? {} : { 'content-type': type };
  response.writeHead(Number(url.searchParams.get('status') ?? 200), headers).end(body);
}

/** `/cookie?NAME=VALUE` */
function setCookie(response: ServerResponse, { url }: Asked): void {
  const cookies = [...url.searchParams].map(([name, value]) => `${name}=${value}; Path=/`);
  response.writeHead(204, { 'set-cookie': cookies }).end();
}

/** 503 for the first `?times` requests of a URL, then 200. */
function giveBusy(response: ServerResponse, { url }: Asked, times: Map<string, number>): void {
  const before = times.get(url.href) ?? 0;
  times.set(url.href, before + 1);
  const busy = before < Number(url.searchParams.get('times'));
  sendJson(response, busy ? 503 : 200, { busy, before });
}

/** `/redirect?to=PATH`, with the status of `?status` or 302. */
function redirect(response: ServerResponse, { url: { searchParams } }: Asked): void {
  const location = searchParams.get('to') ?? '/';
  response.writeHead(Number(searchParams.get('status') ?? 302), { location }).end();
}

/** Echoes what brings an answer to its Digest challenge (RFC 7616), whatever the answer. */
function challenge(response: ServerResponse, asked: Asked): void {
  const header = 'Digest realm="echo", nonce="b24fe1", qop="auth", algorithm=SHA-256';
  if (asked.message.headers.authorization?.startsWith('Digest ')) echo(response, asked);
  else response.writeHead(401, { 'www-authenticate': header }).end();
}

/** As an authorization server does (RFC 6749, 5.1), whoever asks. */
function giveToken(response: ServerResponse): void {
  sendJson(response, 200, { access_token: 'token-of-echo', token_type: 'Bearer', expires_in: 3600 });
}

const pages: Readonly<Record<string, unknown>> = {
  '': { items: [1, 2], next: 'b' },
  b: { items: [3, 4], next: 'c' },
  c: { items: [5] },
};

/** `/pages?after=CURSOR` */
function givePage(response: ServerResponse, { url }: Asked): void {
  const page = pages[url.searchParams.get('after') ?? ''];
  sendJson(response, page === undefined ? 404 : 200, page ?? null);
}

function echo(response: ServerResponse, { message: { method, url, headers }, text }: Asked): void {
  sendJson(response, 200, { method, target: url, headers, text, json: readJson(text) });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function createListener(): RequestListener {
  const answers = createAnswers();
  return async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const url = new URL(message.url ?? '/', 'http://echo');
    const answer = answers.get(url.pathname.split('/')[1] ?? '') ?? echo;
    const body = Buffer.concat(chunks);
    answer(response, { message, url, body, text: body.toString() });
  };
}

export function openEchoServer(): Promise<EchoServer> {
  return open('http', createServer(createListener()));
}

/** The same over TLS, with HTTP/2 beside HTTP/1.1. */
export function openSecureEchoServer(): Promise<EchoServer> {
  // Node's HTTP/2 requests and responses are used as those of HTTP/1.1 are.
  const listener = createListener() as unknown as Parameters<typeof createSecureServer>[1];
  return open('https', createSecureServer({ ...selfSigned, allowHTTP1: true }, listener));
}

async function open(scheme: 'http' | 'https', server: Server): Promise<EchoServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
