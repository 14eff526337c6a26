import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import { openProxyServer, type ProxyServer } from '../support/proxy-server.ts';
import { selfSigned } from '../support/self-signed.ts';
import {
  findRefusedPlace,
  openTargetServer,
  openTlsTargetServer,
  type TargetServer,
} from '../support/target-server.ts';
import { failureOf, request, responseOf, silent } from './exchanges.ts';

const tls = { ca: selfSigned.cert };
const letIn = `Basic ${Buffer.from('ada:p@ss').toString('base64')}`;

let plain: TargetServer;
let secure: TargetServer;
let effects: WireEffects;
let proxy: ProxyServer;

beforeAll(async () => {
  plain = await openTargetServer();
  secure = await openTlsTargetServer();
});
afterAll(async () => {
  await plain.close();
  await secure.close();
});
beforeEach(() => {
  effects = createEffects({ version: '1.2.3' });
});
afterEach(async () => {
  await effects.close();
  await proxy.close();
});

describe.each([
  ['a proxy over http', { secure: false }],
  ['a proxy over TLS', { secure: true }],
])('%s', (_title, options) => {
  // The proxy's own certificate is trusted by the same word.
  const trust = options.secure ? { insecure: true } : tls;
  beforeEach(async () => {
    proxy = await openProxyServer(options);
  });

  test('opens a tunnel for https, and is left alone while it is kept', async () => {
    for (const path of ['/ok', '/echo']) {
      const exchange = await effects.send(
        request(secure.url(path), { proxy: proxy.url, tls: trust, method: 'POST', body: 'x' }),
        silent,
      );
      expect(responseOf(exchange)).toMatchObject({ status: 200, certificate: { subject: 'CN=localhost' } });
      expect(secure.seen.at(-1)).toMatchObject({ target: path, body: 'x' });
      expect(exchange.sentHeaders).toEqual(secure.seen.at(-1)?.headers);
    }
    expect(proxy.seen).toEqual([
      { line: `CONNECT ${secure.place}`, headers: expect.objectContaining({ host: secure.place }) },
    ]);
  });
});

describe('a proxy', () => {
  test('is asked for plain http, in absolute form', async () => {
    proxy = await openProxyServer();
    const exchange = await effects.send(
      request(plain.url('/echo?a=1'), { proxy: proxy.url, method: 'POST', body: 'x' }),
      silent,
    );
    expect(responseOf(exchange).headers).toContainEqual(['via', '1.1 test']);
    expect(proxy.seen.map(({ line }) => line)).toEqual([`POST ${plain.url('/echo?a=1')}`]);
    expect(proxy.seen[0]?.headers.host).toBe(plain.place);
    expect(plain.seen.at(-1)).toMatchObject({ target: '/echo?a=1', body: 'x' });
  });

  test.each(['http', 'https'])('gets its password for %s, the target does not', async (scheme) => {
    proxy = await openProxyServer({ authorization: letIn });
    const target = scheme === 'https' ? secure : plain;
    const exchange = await effects.send(
      request(target.url('/ok'), { proxy: `http://ada:p%40ss@${proxy.place}`, tls }),
      silent,
    );
    expect(responseOf(exchange).status).toBe(200);
    expect(target.seen.at(-1)?.headers.map(([name]) => name.toLowerCase())).not.toContain(
      'proxy-authorization',
    );
  });

  test('that wants a password answers for plain http', async () => {
    proxy = await openProxyServer({ authorization: letIn });
    const exchange = await effects.send(request(plain.url('/ok'), { proxy: proxy.url }), silent);
    expect(responseOf(exchange).status).toBe(407);
  });

  test.each([
    ['wants a password', { authorization: letIn }, '407 Proxy Authentication Required'],
    ['hangs up', { hangsUp: true }, 'no answer'],
  ])('that %s gives no tunnel', async (_title, options, why) => {
    proxy = await openProxyServer(options);
    const before = secure.seen.length;
    const exchange = await effects.send(
      request(secure.url('/ok'), { proxy: proxy.url, tls, method: 'POST' }),
      silent,
    );
    expect(failureOf(exchange)).toMatchObject({
      reason: 'refused',
      message: `the proxy ${proxy.place} gives no tunnel: ${why}`,
    });
    expect(exchange.sent).toBe('no');
    expect(secure.seen.length).toBe(before);
  });

  test('tells of a target that is not there', async () => {
    proxy = await openProxyServer();
    const place = await findRefusedPlace();
    const exchange = await effects.send(request(`https://${place}/`, { proxy: proxy.url }), silent);
    expect(failureOf(exchange)?.message).toBe(`the proxy ${proxy.place} gives no tunnel: 502 Bad Gateway`);
  });

  test('does not hide whom the target is', async () => {
    proxy = await openProxyServer();
    const exchange = await effects.send(request(secure.url('/ok'), { proxy: proxy.url }), silent);
    expect(failureOf(exchange)).toMatchObject({
      reason: 'tls',
      message: `no TLS with ${secure.place}: self-signed certificate`,
    });
  });

  test.each(['http', 'https'])('that is not there is told by its name, for %s', async (scheme) => {
    proxy = await openProxyServer();
    const place = await findRefusedPlace();
    const exchange = await effects.send(
      request(`${scheme}://shop.invalid/`, { proxy: `http://${place}` }),
      silent,
    );
    expect(failureOf(exchange)).toMatchObject({
      reason: 'refused',
      message: `connection refused by the proxy ${place}`,
    });
    expect(exchange.sent).toBe('no');
  });

  test.each(['socks5://127.0.0.1:1080', '127.0.0.1:3128', 'nonsense'])('is no %s', async (url) => {
    proxy = await openProxyServer();
    const exchange = await effects.send(request(plain.url('/ok'), { proxy: url }), silent);
    expect(failureOf(exchange)).toMatchObject({
      reason: 'protocol',
      message: 'a proxy is a URL that begins with http:// or https://',
    });
  });

  test('that does not answer is given up with the request', async () => {
    proxy = await openProxyServer();
    const hanging = await openTargetServer();
    const mute = `http://${hanging.place}`;
    const exchange = await effects.send(request(secure.url('/ok'), { proxy: mute, timeoutMs: 80 }), silent);
    await hanging.close();
    expect(failureOf(exchange)?.reason).toBe('refused');
  });
});
