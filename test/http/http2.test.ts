import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import type { Exchange, WireRequest } from '../../src/run/wire.ts';
import { type Http2TestServer, openHttp2Server } from '../support/http2-server.ts';
import { openProxyServer } from '../support/proxy-server.ts';
import { selfSigned } from '../support/self-signed.ts';
import { findRefusedPlace, openTargetServer, openTlsTargetServer } from '../support/target-server.ts';
import { failureOf, request, responseOf, silent } from './exchanges.ts';

const tls = { ca: selfSigned.cert };

let effects: WireEffects;

beforeEach(() => {
  effects = createEffects({ version: '1.2.3', maxBodyBytes: 2 ** 20 });
});
afterEach(() => effects.close());

function send(url: string, given: Partial<WireRequest> = {}): Promise<Exchange> {
  return effects.send(request(url, { http2: true, tls, ...given }), silent);
}

describe.each(['https', 'http'] as const)('HTTP/2 over %s', (scheme) => {
  let server: Http2TestServer;

  beforeAll(async () => {
    server = await openHttp2Server(scheme);
  });
  afterAll(() => server.close());

  test('an answer', async () => {
    const exchange = await send(server.url('/ok'));
    expect(responseOf(exchange)).toMatchObject({
      status: 200,
      statusText: 'OK',
      httpVersion: '2',
      headers: expect.arrayContaining([['content-type', 'text/plain']]),
    });
    expect(responseOf(exchange).text()).toBe('ok');
    expect(responseOf(exchange).certificate?.subject).toBe(scheme === 'https' ? 'CN=localhost' : undefined);
    expect(exchange.sent).toBe('yes');
  });

  test.each([
    ['POST', { body: 'ä' }, [['content-length', '2']]],
    ['POST', {}, [['content-length', '0']]],
    ['GET', {}, []],
    ['GET', { body: 'q' }, [['content-length', '1']]],
    ['DELETE', { body: 'x' }, [['content-length', '1']]],
    ['PURGE', {}, []],
  ])('%s %j goes out whole, and is told as it went', async (method, given, length) => {
    const headers = [
      ['X-B', '1'],
      ['X-Name', 'Zoë 🦊'],
      ['x-b', '2'],
      ['Connection', 'close'],
    ] as const;
    const exchange = await send(server.url('/echo?a=1'), { method, headers, ...given });
    const seen = server.seen.at(-1);
    const body: string = 'body' in given ? given.body : '';
    expect(responseOf(exchange).text()).toBe(body);
    expect(seen?.body).toBe(body);
    expect(seen?.headers).toEqual(
      expect.arrayContaining([
        [':method', method],
        [':scheme', scheme],
        [':path', '/echo?a=1'],
      ]),
    );
    const fields = [
      [':authority', server.place],
      ['x-b', '1'],
      ['x-name', 'Zoë 🦊'],
      ['x-b', '2'],
      ['user-agent', 'reqflo/1.2.3'],
      ...length,
    ];
    expect(exchange.sentHeaders).toEqual(fields);
    expect(seen?.headers.filter(([name]) => !/^:[mps]/.test(name)).sort()).toEqual(fields.sort());
  });

  test('a written host is the authority', async () => {
    await send(server.url('/ok'), { headers: [['Host', 'shop.example']] });
    expect(server.seen.at(-1)?.headers).toContainEqual([':authority', 'shop.example']);
  });

  test('fields as they came', async () => {
    const { headers } = responseOf(await send(server.url('/fields')));
    expect(headers.filter(([name]) => name !== 'date')).toEqual([
      ['content-type', 'text/plain'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-name', 'Zoë'],
    ]);
  });

  test.each([
    ['/head-only', 204, ''],
    ['/early-hints', 200, 'late'],
    ['/trailers', 200, 'with trailers'],
  ])('%s', async (path, status, text) => {
    const response = responseOf(await send(server.url(path)));
    expect(response.status).toBe(status);
    expect(response.text()).toBe(text);
  });

  test('of HEAD has no body', async () => {
    expect(responseOf(await send(server.url('/ok'), { method: 'HEAD' })).body.length).toBe(0);
  });

  test('one session serves one request after the other, cookies and redirects as ever', async () => {
    const first = await send(server.url('/fields'));
    const cookies = first.cookies ?? [];
    const second = await send(server.url('/redirect'), { cookies, followRedirects: 1 });
    expect(responseOf(second)).toMatchObject({ status: 200, redirects: 1, url: server.url('/ok') });
    expect(second.hops?.[0]).toMatchObject({ status: 302, httpVersion: '2', location: '/ok' });
    const three = server.seen.slice(-3);
    expect(new Set(three.map(({ session }) => session)).size).toBe(1);
    expect(three.at(-1)?.headers).toContainEqual(['cookie', 'a=1; b=2']);
  });

  test.each([
    ['/reset', 'reset', 'maybe', 'PLACE closed the connection without an answer'],
    ['/cancel', 'reset', 'maybe', 'PLACE closed the connection without an answer'],
    ['/close', 'reset', 'maybe', 'PLACE closed the connection without an answer'],
    ['/refuse', 'refused', 'no', 'PLACE refused the request (REFUSED_STREAM)'],
    ['/needs-http1', 'protocol', 'maybe', 'the answer of PLACE is no valid HTTP: HTTP_1_1_REQUIRED'],
    ['/reset-mid-body', 'cutOff', 'yes', 'PLACE broke off its answer after 5 bytes of the body'],
    ['/close-mid-body', 'cutOff', 'yes', 'PLACE broke off its answer after 5 bytes of the body'],
    ['/short', 'protocol', 'yes', 'the answer of PLACE is no valid HTTP: PROTOCOL_ERROR'],
    ['/huge', 'tooLarge', 'yes', 'the answer of PLACE is too large: more than 1048576 bytes'],
    ['/hang', 'timeout', 'maybe', 'no answer from PLACE within 80 ms'],
    ['/hang-mid-body', 'timeout', 'yes', 'no complete answer from PLACE within 80 ms'],
  ])('%s: %s, sent once, and the next request is served', async (path, reason, sent, message) => {
    const before = server.seen.length;
    const timeoutMs = path.startsWith('/hang') ? 80 : 20_000;
    const exchange = await send(server.url(path), { method: 'POST', body: 'order', timeoutMs });
    expect(failureOf(exchange)).toEqual({
      kind: 'failed',
      reason,
      message: message.replace('PLACE', server.place),
    });
    expect(exchange.sent).toBe(sent);
    expect(server.seen.length).toBe(before + 1);
    expect(responseOf(await send(server.url('/ok'))).status).toBe(200);
  });

  test('a session that the server ends is replaced', async () => {
    for (let count = 0; count < 20; count += 1) {
      expect(responseOf(await send(server.url('/then-leave'))).text()).toBe('bye');
      const before = server.seen.length;
      const exchange = await send(server.url('/ok'), { method: 'POST' });
      // It may meet the closing, but then it says so; and it never arrives twice.
      expect(exchange.sent === 'yes' ? [1] : [0, 1]).toContain(server.seen.length - before);
      expect(failureOf(exchange)?.reason).not.toBe('refused');
    }
  });

  test('a kept session that refuses is replaced once', async () => {
    await send(server.url('/ok'));
    const before = server.seen.length;
    const exchange = await send(server.url('/refuse'), { method: 'POST' });
    expect(failureOf(exchange)?.reason).toBe('refused');
    const sessions = server.seen.slice(before).map(({ session }) => session);
    expect(new Set(sessions).size).toBe(2);
    expect(sessions.length).toBe(2);
  });

  test.each<[string, Partial<WireRequest>]>([
    ['a header that it has not', { headers: [['TE', 'gzip']] }],
    ['a method that is none', { method: 'GE T' }],
  ])('%s is told, and nothing leaves', async (_title, given) => {
    const before = server.seen.length;
    const exchange = await send(server.url('/ok'), given);
    expect(failureOf(exchange)).toMatchObject({
      reason: 'protocol',
      message: expect.stringContaining(`the request to ${server.place} cannot be sent`),
    });
    expect(exchange.sent).toBe('no');
    expect(server.seen.length).toBe(before);
  });

  test('is ended with its sender', async () => {
    const sending = send(server.url('/hang'));
    const before = server.seen.length;
    await expect.poll(() => server.seen.length).toBe(before + 1);
    await effects.close();
    expect(failureOf(await sending)?.message).toBe(`stopped before ${server.place} answered`);
  });

  test('through a tunnel', async () => {
    const proxy = await openProxyServer();
    const exchange = await send(server.url('/ok'), { proxy: proxy.url });
    await effects.close();
    await proxy.close();
    expect(responseOf(exchange)).toMatchObject({ status: 200, httpVersion: '2' });
    expect(proxy.seen.map(({ line }) => line)).toEqual([`CONNECT ${server.place}`]);
  });

  test('is not spoken where it is not asked for', async () => {
    const exchange = await send(server.url('/ok'), { http2: false });
    expect(responseOfOrNone(exchange)?.httpVersion).not.toBe('2');
  });
});

function responseOfOrNone({ result }: Exchange) {
  return result.kind === 'answered' ? result.response : undefined;
}

describe('a server without HTTP/2', () => {
  test('over TLS is spoken to in HTTP/1.1, on connections that are kept', async () => {
    const server = await openTlsTargetServer({ ALPNProtocols: ['http/1.1'] });
    for (const path of ['/ok', '/then-close', '/ok', '/ok']) {
      const exchange = await send(server.url(path));
      expect(responseOf(exchange)).toMatchObject({
        status: 200,
        httpVersion: '1.1',
        certificate: { subject: 'CN=localhost' },
      });
      expect(exchange.sentHeaders).toEqual(server.seen.at(-1)?.headers);
    }
    expect(server.seen.map(({ connection }) => connection)).toEqual([1, 1, 2, 2]);
    await effects.close();
    await server.close();
  });

  test('over plain http: that is told', async () => {
    const server = await openTargetServer();
    const exchange = await send(server.url('/ok'));
    await server.close();
    expect(failureOf(exchange)?.reason).toMatch(/^(protocol|reset)$/);
  });

  test('that is not there at all', async () => {
    const place = await findRefusedPlace();
    for (const scheme of ['http', 'https']) {
      const exchange = await send(`${scheme}://${place}/`);
      expect(failureOf(exchange)?.message).toBe(`connection refused by ${place}`);
      expect(exchange.sent).toBe('no');
    }
  });

  test('whose certificate is not trusted', async () => {
    const server = await openTlsTargetServer();
    const exchange = await send(server.url('/ok'), { tls: {} });
    await server.close();
    expect(failureOf(exchange)?.message).toBe(`no TLS with ${server.place}: self-signed certificate`);
  });
});
