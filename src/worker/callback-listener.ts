import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBodyText } from '../http/body-text.ts';
import { decodeUtf8 } from '../query/byte-encodings.ts';
import type { Signal } from '../run/signal.ts';
import type { KnowsPath } from './callback-paths.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** What callbacks begin with, where it is not this machine's own address. */
  readonly url?: string;
  /** Largest body of a call; default 64 MiB, as for responses. */
  readonly maxBodyBytes?: number;
}

/** A run whose callbacks are heard. */
export interface HeardRun {
  readonly knows: KnowsPath;
  /** Resolves when the call is on record; false: its callback was called before. */
  receive(path: string, call: Signal): Promise<boolean>;
}

export interface CallbackListener {
  /** Gives the URL below which callbacks of a run are: nobody can guess it. */
  hear(run: HeardRun): { readonly url: string; forget(): void };
  /** Answers that are under way are finished. */
  close(): Promise<void>;
}

const defaultMaxBodyBytes = 64 * 1024 * 1024;
/** How long a caller that does not come to its end is waited for. */
const graceMs = 1_000;

/** Hears the calls of outside systems. @throws where it cannot listen there */
export async function listenForCallbacks(options: ListenOptions): Promise<CallbackListener> {
  const { maxBodyBytes = defaultMaxBodyBytes } = options;
  const runs = new Map<string, HeardRun>();
  const server = createServer((request, response) => {
    const answered = answer(runs, request, maxBodyBytes).then((reply) => send(response, reply));
    // The caller is gone: nobody is there to be told.
    answered.catch(() => response.destroy());
  });
  const base = await listen(server, options);
  return {
    hear(run) {
      const token = randomBytes(16).toString('hex');
      runs.set(token, run);
      return { url: `${base}/callbacks/${token}`, forget: () => runs.delete(token) };
    },
    close: () => close(server),
  };
}

async function listen(server: Server, { host, port, url }: ListenOptions): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  if (url !== undefined) return url.replace(/\/+$/, '');
  const { port: taken, family } = server.address() as AddressInfo;
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const named = family === 'IPv6' && host.includes(':') ? `[${host}]` : host;
  return `http://${isEverywhere ? '127.0.0.1' : named}:${taken}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

interface Reply {
  readonly status: number;
  readonly json: { readonly [name: string]: string };
}

/** Somebody in front of us may put a path of their own before ours. */
const callbackUrl = /\/callbacks\/([0-9a-f]{32})\/([^?#]+)/;

async function answer(
  runs: ReadonlyMap<string, HeardRun>,
  request: IncomingMessage,
  maxBodyBytes: number,
): Promise<Reply> {
  const [, token = '', written = ''] = callbackUrl.exec(request.url ?? '') ?? [];
  const run = runs.get(token);
  const path = decodePath(written);
  if (run === undefined || path === undefined || !run.knows(path)) {
    return refusal(404, 'there is no such callback');
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    return refusal(415, 'send it without content-encoding');
  }
  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) return refusal(413, `a body has ${maxBodyBytes} bytes at most`);
  const isFirst = await run.receive(path, callOf(request, body));
  return isFirst
    ? { status: 202, json: { received: path } }
    : refusal(409, 'this callback was called before; nothing changed');
}

function refusal(status: number, error: string): Reply {
  return { status, json: { error } };
}

function decodePath(written: string): string | undefined {
  try {
    return decodeURIComponent(written);
  } catch {
    return undefined;
  }
}

/** Undefined where it is too large. @throws where the caller breaks off */
async function readBody(request: IncomingMessage, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function callOf(request: IncomingMessage, body: Uint8Array): Signal {
  const { rawHeaders, method = 'POST' } = request;
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
  const text =
    decodeUtf8(body) === undefined ? createBodyText(body, request.headers['content-type'])() : undefined;
  const decoded = text === undefined ? {} : { text };
  return { kind: 'call', at: Date.now(), method, headers, body, ...decoded };
}

function send(response: ServerResponse, { status, json }: Reply): void {
  // Nothing is kept open: the listener ends with its runs.
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(`${JSON.stringify(json)}\n`);
}
