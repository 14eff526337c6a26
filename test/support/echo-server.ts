import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The target of the language reference's examples: what it answers is what it was sent. */
export interface EchoServer {
  readonly url: string;
  /** Cuts off whoever still waits for an answer. */
  close(): Promise<void>;
}

interface Asked {
  readonly message: IncomingMessage;
  readonly url: URL;
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
  ]);
}

/** The body and its type as they came, with the status of `?status`. */
function giveBack(response: ServerResponse, { message, url, text }: Asked): void {
  const type = message.headers['content-type'];
  const headers = type === undefined ? {} : { 'content-type': type };
  response.writeHead(Number(url.searchParams.get('status') ?? 200), headers).end(text);
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

export async function openEchoServer(): Promise<EchoServer> {
  const answers = createAnswers();
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const url = new URL(message.url ?? '/', 'http://echo');
    const answer = answers.get(url.pathname.split('/')[1] ?? '') ?? echo;
    answer(response, { message, url, text: Buffer.concat(chunks).toString() });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
