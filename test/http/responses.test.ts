import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import {
  answer,
  openTargetServer,
  openTlsTargetServer,
  type TargetServer,
} from '../support/target-server.ts';
import { failureOf, request, responseOf, silent } from './exchanges.ts';

const text = 'Grüße, '.repeat(50);
const twice = brotliCompressSync(gzipSync(text));

const bodies: { readonly [path: string]: readonly [headers: readonly string[], body: string | Uint8Array] } =
  {
    '/plain': [[], text],
    '/gzip': [['Content-Encoding: gzip'], gzipSync(text)],
    '/x-gzip': [['Content-Encoding: X-GZip'], gzipSync(text)],
    '/deflate': [['Content-Encoding: deflate'], deflateSync(text)],
    '/raw-deflate': [['Content-Encoding: deflate'], deflateRawSync(text)],
    '/br': [['Content-Encoding: br'], brotliCompressSync(text)],
    '/twice': [['Content-Encoding: gzip, br'], twice],
    '/twice-in-two-lines': [['Content-Encoding: gzip', 'Content-Encoding: br'], twice],
    '/identity': [['Content-Encoding: identity'], text],
    '/unknown': [['Content-Encoding: rot13'], text],
    '/chunked': [['Transfer-Encoding: chunked'], '7\r\nGrüße\r\n1\r\n!\r\n0\r\n\r\n'],
    '/until-close': [['Connection: close'], text],
    '/empty-gzip': [['Content-Encoding: gzip'], ''],
    '/not-gzip': [['Content-Encoding: gzip'], 'not gzip at all'],
    '/half-gzip': [['Content-Encoding: gzip'], gzipSync(text).subarray(0, 20)],
  };

const heads: { readonly [path: string]: string } = {
  '/http10': 'HTTP/1.0 200 Fine\r\nContent-Length: 2\r\n\r\nok',
  '/no-reason': 'HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n',
  '/unknown-status': 'HTTP/1.1 799\r\nContent-Length: 0\r\n\r\n',
  '/no-content': 'HTTP/1.1 204 No Content\r\n\r\n',
  '/not-modified': 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9999999999\r\n\r\n',
  '/early-hints':
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nA: 1\r\nContent-Length: 2\r\n\r\nok',
  '/fields': 'HTTP/1.1 200 OK\r\nX-B: 1\r\nx-a:  two words \r\nX-B: 2\r\nContent-Length: 0\r\n\r\n',
};

let server: TargetServer;
let effects: WireEffects;

beforeAll(async () => {
  const written = Object.entries(bodies).map(
    ([path, [headers, body]]) => [path, answer(headers, body)] as const,
  );
  const raw = Object.entries(heads).map(([path, head]) => [path, Buffer.from(head)] as const);
  const latin = [
    ['/latin-1-field', Buffer.from(answer(['X-Name: Zo\u00eb'], '').toString(), 'latin1')],
  ] as const;
  const closing = new Set(['/until-close', '/http10']);
  server = await openTargetServer(
    Object.fromEntries(
      [...written, ...raw, ...latin].map(([path, bytes]) => [
        path,
        (socket) => (closing.has(path) ? socket.end(bytes) : socket.write(bytes)),
      ]),
    ),
  );
});
afterAll(() => server.close());
beforeEach(() => {
  effects = createEffects({ version: '1.2.3' });
});
afterEach(() => effects.close());

async function get(path: string) {
  return responseOf(await effects.send(request(server.url(path)), silent));
}

describe('a body', () => {
  test.each([
    ['/plain', text],
    ['/gzip', text],
    ['/x-gzip', text],
    ['/deflate', text],
    ['/raw-deflate', text],
    ['/br', text],
    ['/twice', text],
    ['/twice-in-two-lines', text],
    ['/identity', text],
    ['/unknown', text],
    ['/until-close', text],
    ['/chunked', 'Grüße!'],
    ['/empty-gzip', ''],
    ['/drip', 'drop by drop'],
    ['/slow-head', 'late'],
    ['/short-length', 'ok'],
  ])('%s', async (path, expected) => {
    const response = await get(path);
    expect(response.text()).toBe(expected);
    expect(Buffer.from(response.body).toString()).toBe(expected);
  });

  test('keeps its encoding in the headers', async () => {
    const { headers } = await get('/gzip');
    expect(headers).toContainEqual(['Content-Encoding', 'gzip']);
  });

  test.each([
    ['/not-gzip', 'protocol', 'is no valid gzip: incorrect header check'],
    ['/half-gzip', 'cutOff', 'the gzip body of'],
  ])('%s cannot be decoded', async (path, reason, message) => {
    const exchange = await effects.send(request(server.url(path)), silent);
    expect(failureOf(exchange)).toMatchObject({ reason, message: expect.stringContaining(message) });
    expect(exchange.sent).toBe('yes');
  });

  test('of just the size that is allowed passes', async () => {
    const strict = createEffects({ version: '1.2.3', maxBodyBytes: Buffer.byteLength(text) });
    const exchanges = ['/plain', '/gzip', '/until-close'].map((path) =>
      strict.send(request(server.url(path)), silent),
    );
    expect((await Promise.all(exchanges)).map(({ result }) => result.kind)).toEqual(
      Array(3).fill('answered'),
    );
    await strict.close();
  });
});

describe('a head', () => {
  test.each([
    ['/http10', { status: 200, statusText: 'Fine', httpVersion: '1.0' }],
    ['/plain', { status: 200, statusText: 'OK', httpVersion: '1.1' }],
    ['/no-reason', { status: 404, statusText: 'Not Found' }],
    ['/unknown-status', { status: 799, statusText: '' }],
    ['/no-content', { status: 204, statusText: 'No Content', headers: [] }],
    ['/not-modified', { status: 304 }],
    [
      '/early-hints',
      {
        status: 201,
        headers: [
          ['A', '1'],
          ['Content-Length', '2'],
        ],
      },
    ],
    [
      '/fields',
      {
        headers: [
          ['X-B', '1'],
          ['x-a', 'two words'],
          ['X-B', '2'],
          ['Content-Length', '0'],
        ],
      },
    ],
    [
      '/latin-1-field',
      {
        headers: [
          ['X-Name', 'Zoë'],
          ['Content-Length', '0'],
        ],
      },
    ],
  ])('%s', async (path, expected) => {
    expect(await get(path)).toMatchObject(expected);
  });

  test('of HEAD has no body', async () => {
    const exchange = await effects.send(request(server.url('/not-modified'), { method: 'HEAD' }), silent);
    expect(responseOf(exchange).body.length).toBe(0);
  });
});

test('an answer over TLS', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const secure = await openTlsTargetServer();
  const first = await effects.send(request(secure.url('/ok')), silent);
  await effects.send(request(secure.url('/ok')), silent);
  await secure.close();
  expect(responseOf(first).text()).toBe('ok');
  expect(secure.connections()).toBe(1);
});

test('the exchange knows when it ended', async () => {
  const before = Date.now();
  const exchange = await effects.send(request(server.url('/slow-head?ms=20')), silent);
  expect(exchange.at).toBeGreaterThanOrEqual(before);
  expect(exchange.at).toBeLessThanOrEqual(Date.now());
  expect(exchange.durationMs).toBeGreaterThan(0);
});
