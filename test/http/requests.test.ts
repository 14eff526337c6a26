import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import type { WireRequest } from '../../src/run/wire.ts';
import { openTargetServer, type TargetServer } from '../support/target-server.ts';
import { failureOf, request, responseOf, silent } from './exchanges.ts';

let server: TargetServer;
let effects: WireEffects;

beforeAll(async () => {
  server = await openTargetServer();
});
afterAll(() => server.close());
beforeEach(() => {
  effects = createEffects({ version: '1.2.3' });
});
afterEach(() => effects.close());

type Headers = WireRequest['headers'];

describe('headers', () => {
  const ours = (host: string): Headers => [
    ['host', host],
    ['connection', 'keep-alive'],
  ];
  const agent: Headers = [['user-agent', 'reqflo/1.2.3']];
  const length = (bytes: number): Headers => [['content-length', String(bytes)]];

  const table: readonly {
    readonly title: string;
    readonly given: Partial<WireRequest>;
    readonly wire: (host: string) => Headers;
  }[] = [
    { title: 'a bare GET', given: {}, wire: (host) => [...ours(host), ...agent] },
    {
      title: 'names and order as written, repeats kept',
      given: {
        headers: [
          ['X-B', '1'],
          ['x-a', ''],
          ['X-b', '2'],
        ],
      },
      wire: (host) => [...ours(host), ['X-B', '1'], ['x-a', ''], ['X-b', '2'], ...agent],
    },
    {
      title: 'a POST with a body of two bytes a letter',
      given: { method: 'POST', body: 'ä€' },
      wire: (host) => [...ours(host), ...agent, ...length(5)],
    },
    {
      title: 'a POST without a body',
      given: { method: 'POST' },
      wire: (host) => [...ours(host), ...agent, ...length(0)],
    },
    {
      title: 'a DELETE without a body',
      given: { method: 'DELETE' },
      wire: (host) => [...ours(host), ...agent],
    },
    {
      title: 'a GET with a body',
      given: { body: 'q' },
      wire: (host) => [...ours(host), ...agent, ...length(1)],
    },
    {
      title: 'a written user agent',
      given: { headers: [['User-Agent', 'me']] },
      wire: (host) => [...ours(host), ['User-Agent', 'me']],
    },
    {
      title: 'a written host',
      given: { headers: [['Host', 'shop.example']] },
      wire: () => [...ours('shop.example'), ...agent],
    },
    {
      title: 'a written connection and length',
      given: {
        method: 'PUT',
        body: 'abc',
        headers: [
          ['Content-Length', '3'],
          ['Connection', 'Close'],
        ],
      },
      wire: (host) => [['host', host], ['connection', 'close'], ...agent, ...length(3)],
    },
    {
      title: 'HEAD, after which the connection closes',
      given: { method: 'HEAD' },
      wire: (host) => [['host', host], ['connection', 'close'], ...agent],
    },
    {
      title: 'text beyond ASCII as UTF-8',
      given: { headers: [['X-Name', 'Zoë 🦊']] },
      wire: (host) => [...ours(host), ['X-Name', 'Zoë 🦊'], ...agent],
    },
    {
      title: 'a method of one’s own',
      given: { method: 'PURGE' },
      wire: (host) => [...ours(host), ...agent],
    },
  ];

  test.each(table)('$title', async ({ given, wire }) => {
    const exchange = await effects.send(request(server.url('/echo'), given), silent);
    const seen = server.seen.at(-1);
    responseOf(exchange);
    expect(seen?.headers).toEqual(wire(server.place));
    expect(exchange.sentHeaders).toEqual(seen?.headers);
    expect(seen?.body).toBe(given.body ?? '');
    expect(seen?.method).toBe(given.method ?? 'GET');
  });
});

test.each([
  ['bytes', Uint8Array.of(0xe2, 0x82, 0xac)],
  ['a part of other bytes', Uint8Array.of(1, 0xe2, 0x82, 0xac, 1).subarray(1, 4)],
])('a body of %s', async (_title, body) => {
  const exchange = await effects.send(request(server.url('/echo'), { method: 'POST', body }), silent);
  expect(server.seen.at(-1)?.body).toBe('€');
  expect(exchange.sentHeaders).toContainEqual(['content-length', '3']);
});

describe('compression', () => {
  test.each([
    [true, [], ['accept-encoding', 'gzip, deflate, br']],
    [true, [['Accept-Encoding', 'br']], ['Accept-Encoding', 'br']],
    [false, [], undefined],
  ] as const)('%s with %j asks for %j', async (compression, headers, expected) => {
    await effects.send(request(server.url('/ok'), { compression, headers }), silent);
    const sent = server.seen.at(-1)?.headers.filter(([name]) => name.toLowerCase() === 'accept-encoding');
    expect(sent).toEqual(expected === undefined ? [] : [expected]);
  });
});

test('a body larger than a packet arrives whole', async () => {
  const body = 'ö'.repeat(500_000);
  await effects.send(request(server.url('/echo'), { method: 'POST', body }), silent);
  expect(server.seen.at(-1)?.body).toBe(body);
});

describe('the target', () => {
  test.each([
    ['', '/'],
    ['/', '/'],
    ['?a=1', '/?a=1'],
    ['/a/../b/./c', '/a/../b/./c'],
    ['/a%2Fb%2e', '/a%2Fb%2e'],
    ['//double//slash', '//double//slash'],
    ['/p?q=%20&r=a+b&s=[1]', '/p?q=%20&r=a+b&s=[1]'],
    ['/grüße 1?x="ü"', '/gr%C3%BC%C3%9Fe%201?x=%22%C3%BC%22'],
    ['/a#fragment?no', '/a'],
    ['/🦊', '/%F0%9F%A6%8A'],
    ['/a\nb', '/a%0Ab'],
  ])('%j is sent as %s', async (path, target) => {
    await effects.send(request(server.url(path)), silent);
    expect(server.seen.at(-1)?.target).toBe(target);
  });
});

describe('what cannot be sent is told, and nothing leaves', () => {
  test.each([
    [{ url: 'orders/1' }, '"orders/1" is no URL'],
    [{ url: 'ftp://127.0.0.1/' }, 'http:// or https://, not ftp:'],
    [{ url: 'http://user:secret@127.0.0.1/' }, 'the URL holds a user name or password'],
    [{ headers: [['x a', '1']] }, '"x a" is no name of a header'],
    [{ headers: [['x-a', 'a\r\nb: c']] }, 'header x-a holds a line break'],
    [{ headers: [['Transfer-Encoding', 'chunked']] }, 'header Transfer-Encoding belongs to the connection'],
    [{ headers: [['Expect', '100-continue']] }, 'header Expect belongs to the connection'],
    [{ headers: [['Connection', 'upgrade']] }, 'header Connection can only be close or keep-alive'],
    [{ headers: [['Content-Length', '7']], body: 'abc' }, 'Content-Length says 7, but the body has 3 bytes'],
    [{ headers: [['Content-Length', '7']], method: 'POST' }, 'says 7, but the body has 0 bytes'],
    [
      {
        headers: [
          ['host', 'a'],
          ['Host', 'b'],
        ],
      },
      'duplicate host header',
    ],
    [{ method: 'GE T' }, 'invalid request method'],
    [{ method: 'CONNECT' }, 'CONNECT'],
  ] as const)('%j', async (given, message) => {
    const before = server.seen.length;
    const exchange = await effects.send(request(server.url('/ok'), given), silent);
    expect(failureOf(exchange)).toMatchObject({
      reason: 'protocol',
      message: expect.stringContaining(message),
    });
    expect(failureOf(exchange)?.message).not.toContain('secret');
    expect(exchange.sent).toBe('no');
    expect(server.seen.length).toBe(before);
  });
});
