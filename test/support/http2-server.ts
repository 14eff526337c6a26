import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type Http2Session,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { selfSigned } from './self-signed.ts';

export interface SeenStream {
  /** Pseudo-header fields first, in order; names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Which session it came on, from 1. */
  readonly session: number;
}

/** A server of HTTP/2 that behaves by path. */
export interface Http2TestServer {
  readonly place: string;
  url(path: string): string;
  readonly seen: readonly SeenStream[];
  close(): Promise<void>;
}

type Scenario = (stream: ServerHttp2Stream, seen: SeenStream) => void;

const ok = { ':status': 200, 'content-type': 'text/plain' };

const scenarios: { readonly [path: string]: Scenario } = {
  '/ok': (stream) => {
    stream.respond(ok);
    stream.end('ok');
  },
  '/head-only': (stream) => stream.respond({ ':status': 204 }, { endStream: true }),
  '/fields'(stream) {
    stream.respond({ ...ok, 'set-cookie': ['a=1', 'b=2'], 'x-name': Buffer.from('Zoë').toString('latin1') });
    stream.end();
  },
  '/early-hints'(stream) {
    stream.additionalHeaders({ ':status': 103, link: '</style.css>' });
    stream.respond(ok);
    stream.end('late');
  },
  '/trailers'(stream) {
    stream.respond(ok, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-check': '1' }));
    stream.end('with trailers');
  },
  '/redirect': (stream) => stream.respond({ ':status': 302, location: '/ok' }, { endStream: true }),
  '/hang': () => undefined,
  '/hang-mid-body'(stream) {
    stream.respond(ok);
    stream.write('12345');
  },
  '/reset': (stream) => stream.close(2),
  '/cancel': (stream) => stream.close(8),
  '/refuse': (stream) => stream.close(7),
  '/needs-http1': (stream) => stream.close(13),
  '/reset-mid-body'(stream) {
    stream.respond(ok);
    stream.write('12345', () => setTimeout(() => stream.destroy(new Error('broken')), 20));
  },
  '/close': (stream) => stream.session?.destroy(),
  '/close-mid-body'(stream) {
    stream.respond(ok);
    stream.write('12345', () => setTimeout(() => stream.session?.destroy(), 20));
  },
  '/short'(stream) {
    stream.respond({ ...ok, 'content-length': 10 });
    stream.end('12345');
  },
  '/huge'(stream) {
    stream.respond(ok);
    stream.end(Buffer.alloc(2 ** 21));
  },
  '/then-leave'(stream) {
    stream.respond(ok);
    stream.end('bye');
    stream.session?.close();
  },
};

/** @param scheme `https`: over TLS, with HTTP/1.1 beside it; `http`: with prior knowledge. */
export async function openHttp2Server(scheme: 'http' | 'https'): Promise<Http2TestServer> {
  const seen: SeenStream[] = [];
  const sessions = new Map<Http2Session | undefined, number>();
  const server: Http2Server = scheme === 'https' ? createSecureServer(selfSigned) : createServer();
  server.on('session', (session: ServerHttp2Session) => {
    sessions.set(session, sessions.size + 1);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers, _flags, raw?: readonly string[]) => {
    const chunks: Buffer[] = [];
    // A client that leaves is part of the game.
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const one = {
        headers: pairs(raw ?? []),
        body: Buffer.concat(chunks).toString(),
        session: sessions.get(stream.session) ?? 0,
      };
      seen.push(one);
      const path = String(headers[':path']).replace(/\?.*/, '');
      (scenarios[path] ?? echo)(stream, one);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    place: `127.0.0.1:${port}`,
    url: (path) => `${scheme}://127.0.0.1:${port}${path}`,
    seen,
    async close() {
      for (const session of sessions.keys()) session?.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, Buffer.from(raw[index + 1] ?? '', 'latin1').toString()]] : [],
  );
}

function echo(stream: ServerHttp2Stream, { body }: SeenStream): void {
  stream.respond(ok);
  stream.end(body);
}
