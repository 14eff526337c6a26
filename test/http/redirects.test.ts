import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import { followRedirect } from '../../src/http/redirect.ts';
import type { Exchange, WireRequest } from '../../src/run/wire.ts';
import { findRefusedPlace, openTargetServer, type TargetServer } from '../support/target-server.ts';
import { failureOf, request, responseOf, silent } from './exchanges.ts';

let home: TargetServer;
let abroad: TargetServer;
let effects: WireEffects;

beforeAll(async () => {
  home = await openTargetServer();
  abroad = await openTargetServer();
});
afterAll(async () => {
  await home.close();
  await abroad.close();
});
beforeEach(() => {
  effects = createEffects({ version: '1.2.3' });
});
afterEach(() => effects.close());

function redirectTo(to: string, more = ''): string {
  return `/redirect?to=${encodeURIComponent(to)}${more}`;
}

function follow(url: string, given: Partial<WireRequest> = {}): Promise<Exchange> {
  return effects.send(request(url, { followRedirects: 5, ...given }), silent);
}

function lastHeaders(server: TargetServer): Record<string, string> {
  const headers = server.seen.at(-1)?.headers ?? [];
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

describe('method and body', () => {
  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [302, 'HEAD', 'HEAD'],
    [307, 'PURGE', 'PURGE'],
  ])('after %i a %s becomes a %s', async (status, method, expected) => {
    const body = method === 'HEAD' ? {} : { body: 'order' };
    const headers = [
      ['Content-Type', 'text/plain'],
      ['X-A', '1'],
    ] as const;
    const exchange = await follow(home.url(redirectTo('/echo', `&status=${status}`)), {
      method,
      headers,
      ...body,
    });
    const kept = expected === method;
    const seen = home.seen.at(-1);
    expect(responseOf(exchange)).toMatchObject({ status: 200, redirects: 1, url: home.url('/echo') });
    expect(seen).toMatchObject({ method: expected, path: '/echo', body: kept ? (body.body ?? '') : '' });
    expect(lastHeaders(home)).toMatchObject({ 'x-a': '1' });
    expect(lastHeaders(home)['content-type']).toBe(kept ? 'text/plain' : undefined);
    expect(exchange.sentHeaders).toEqual(seen?.headers);
    expect(exchange.redirected).toEqual({
      method: expected,
      url: home.url('/echo'),
      ...(kept && body),
    });
  });
});

describe('what is followed', () => {
  test.each([
    ['not asked for', undefined],
    ['none allowed', 0],
  ])('nothing, where it is %s', async (_title, followRedirects) => {
    const url = home.url(redirectTo('/ok'));
    const exchange = await effects.send(
      request(url, followRedirects === undefined ? {} : { followRedirects }),
      silent,
    );
    expect(responseOf(exchange)).toMatchObject({ status: 302, redirects: 0, url });
    expect(exchange).not.toHaveProperty('hops');
    expect(exchange).not.toHaveProperty('redirected');
  });

  test.each([
    ['/ok', '/ok'],
    ['ok?a=1', '/ok?a=1'],
    ['./b/../ok', '/ok'],
    ['?to=', '/redirect?to='],
    ['/gr%C3%BC%C3%9Fe', '/gr%C3%BC%C3%9Fe'],
    ['/ok#part', '/ok'],
  ])('the location %s leads to %s', async (location, target) => {
    await follow(home.url(redirectTo(location)), { followRedirects: 1 });
    expect(home.seen.at(-1)?.target).toBe(target);
  });

  test('no further than allowed: the last redirect is the answer', async () => {
    const twice = redirectTo(redirectTo(redirectTo('/ok')));
    const exchange = await follow(home.url(twice), { followRedirects: 2 });
    expect(responseOf(exchange)).toMatchObject({
      status: 302,
      redirects: 2,
      url: home.url(redirectTo('/ok')),
    });
    expect(exchange.hops?.length).toBe(2);
  });

  test.each([
    ['a 300', '/redirect?to=/ok&status=300'],
    ['a 304', '/redirect?to=/ok&status=304'],
    ['a 201', '/redirect?to=/ok&status=201'],
  ])('not %s', async (_title, path) => {
    expect(responseOf(await follow(home.url(path))).redirects).toBe(0);
  });
});

test('each hop is told', async () => {
  const path = redirectTo(abroad.url('/ok'), '&status=307');
  const exchange = await follow(home.url(path), { method: 'POST', body: 'x' });
  expect(exchange.hops).toEqual([
    {
      method: 'POST',
      url: home.url(path),
      sentHeaders: home.seen.at(-1)?.headers,
      status: 307,
      statusText: 'Elsewhere',
      httpVersion: '1.1',
      headers: [
        ['Location', abroad.url('/ok')],
        ['Content-Length', '9'],
      ],
      location: abroad.url('/ok'),
      durationMs: expect.any(Number),
    },
  ]);
  expect(exchange.durationMs).toBeGreaterThan(exchange.hops?.[0]?.durationMs ?? Number.POSITIVE_INFINITY);
});

describe('to another origin', () => {
  const headers = [
    ['Authorization', 'Bearer secret'],
    ['Cookie', 'written=1'],
    ['Host', 'shop.example'],
    ['X-Api-Key', 'secret'],
    ['X-Trace', '1'],
  ] as const;
  const given = { headers, originHeaders: ['x-api-key'] };

  test('what is meant for the first does not follow', async () => {
    await follow(home.url(redirectTo(abroad.url('/ok'))), given);
    expect(lastHeaders(abroad)).toEqual({
      host: abroad.place,
      connection: 'keep-alive',
      'user-agent': 'reqflo/1.2.3',
      'x-trace': '1',
    });
  });

  test('it does at home', async () => {
    await follow(home.url(redirectTo('/ok')), given);
    expect(lastHeaders(home)).toMatchObject({
      host: 'shop.example',
      authorization: 'Bearer secret',
      cookie: 'written=1',
      'x-api-key': 'secret',
    });
  });

  test('it does not come back from there', async () => {
    await follow(home.url(redirectTo(abroad.url(redirectTo(home.url('/ok'))))), given);
    expect(home.seen.at(-1)?.path).toBe('/ok');
    expect(lastHeaders(home)).not.toHaveProperty('authorization');
    expect(lastHeaders(home)).not.toHaveProperty('x-api-key');
  });

  test('credentials that are made for it stay: client certificate, digest, signature', () => {
    const moved = followRedirect(
      request('https://a.example/', {
        tls: { ca: 'ca', cert: 'cert', key: 'key' },
        digest: { username: 'u', password: 'p' },
        sigV4: { accessKeyId: 'a', secretAccessKey: 's' },
      }),
      302,
      'https://b.example/',
    );
    expect(moved.strays).toBe(true);
    expect(moved.request).toEqual(request('https://b.example/', { tls: { ca: 'ca' } }));
  });

  test('settings of the origin alone stay, and others take their place', () => {
    const bound = { tls: { ca: 'ca', insecure: true }, proxy: 'http://p:1' };
    const move = (elsewhere: WireRequest['elsewhere'], to: string): WireRequest =>
      followRedirect(request('https://a.example/', { ...bound, ...(elsewhere && { elsewhere }) }), 302, to)
        .request;
    expect(move({}, 'https://b.example/')).toEqual(request('https://b.example/'));
    const own = { tls: { ca: 'own', cert: 'cert', key: 'key' }, proxy: 'http://own:1' };
    const travel = { tls: { ca: 'own' }, proxy: 'http://own:1' };
    expect(move(own, 'https://b.example/')).toEqual(request('https://b.example/', travel));
    expect(move({}, '/there')).toMatchObject({ url: 'https://a.example/there', ...bound });
    expect(move(undefined, 'https://b.example/')).toEqual(request('https://b.example/', bound));
  });

  test.each([
    ['http://a.example/x', false],
    ['//a.example:80/x', false],
    ['https://a.example/', true],
    ['http://a.example:8080/', true],
    ['//b.example/', true],
    ['http://[', true],
  ])('%s is one: %s', (location, strays) => {
    expect(followRedirect(request('http://a.example/'), 302, location).strays).toBe(strays);
  });
});

describe('cookies', () => {
  test('of each hop are kept, and sent from there on', async () => {
    const exchange = await follow(home.url(redirectTo('/set-cookie?c=b=2', '&c=a=1')), { cookies: [] });
    expect(lastHeaders(home).cookie).toBe('a=1');
    expect(exchange.cookies?.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('of a host alone do not follow to another port of it', async () => {
    const { cookies = [] } = await follow(home.url('/set-cookie?c=a=1'), { cookies: [] });
    await follow(home.url(redirectTo(abroad.url('/ok'), '&c=b=2')), { cookies });
    expect(lastHeaders(abroad)).not.toHaveProperty('cookie');
  });

  test('that the other origin set are sent to it', async () => {
    const first = await follow(home.url('/set-cookie?c=a=1'), { cookies: [] });
    const second = await follow(abroad.url('/set-cookie?c=b=2'), { cookies: first.cookies ?? [] });
    await follow(home.url(redirectTo(abroad.url('/ok'))), { cookies: second.cookies ?? [] });
    expect(lastHeaders(abroad).cookie).toBe('b=2');
  });

  test('that did not change are not told', async () => {
    const { cookies = [] } = await follow(home.url('/set-cookie?c=a=1'), { cookies: [] });
    const exchange = await follow(home.url(redirectTo('/ok', '&c=a=1')), { cookies });
    expect(lastHeaders(home).cookie).toBe('a=1');
    expect(exchange).not.toHaveProperty('cookies');
  });

  test('are neither sent nor kept without a jar', async () => {
    const { cookies: _, ...without } = request(home.url(redirectTo('/set-cookie?c=b=2', '&c=a=1')));
    const exchange = await effects.send({ ...without, followRedirects: 5 }, silent);
    expect(responseOf(exchange).status).toBe(200);
    expect(lastHeaders(home)).not.toHaveProperty('cookie');
    expect(exchange).not.toHaveProperty('cookies');
  });

  test('of a hop are kept when the next fails', async () => {
    const exchange = await follow(home.url(redirectTo('/reset', '&c=a=1')), { cookies: [] });
    expect(failureOf(exchange)?.reason).toBe('reset');
    expect(exchange.cookies?.map(({ key }) => key)).toEqual(['a']);
  });
});

describe('a redirect into nothing', () => {
  test.each([
    ['ftp://shop.example/', 'protocol', 'after a redirect: a URL begins with http:// or https://, not ftp:'],
    ['http://[', 'protocol', 'after a redirect: "http://[" is no URL'],
    ['http://u:secret@127.0.0.1/', 'protocol', 'after a redirect: the URL holds a user name or password'],
  ])('%s', async (location, reason, message) => {
    const exchange = await follow(home.url(redirectTo(location)));
    expect(failureOf(exchange)).toMatchObject({ reason, message: expect.stringContaining(message) });
    expect(exchange.sent).toBe('yes');
  });

  test('is told as sent, since the first hop arrived', async () => {
    const place = await findRefusedPlace();
    const exchange = await follow(home.url(redirectTo(`http://${place}/`)), { method: 'POST' });
    expect(failureOf(exchange)).toMatchObject({
      reason: 'refused',
      message: `after a redirect: connection refused by ${place}`,
    });
    expect(exchange.sent).toBe('yes');
  });

  test('may have arrived where the last hop may have', async () => {
    const exchange = await follow(home.url(redirectTo('/reset')));
    expect(exchange.sent).toBe('maybe');
  });
});

test('one timeout covers all hops', async () => {
  const slow = redirectTo('/hang');
  const exchange = await follow(home.url(slow), { timeoutMs: 100 });
  expect(failureOf(exchange)).toMatchObject({
    reason: 'timeout',
    message: `after a redirect: no answer from ${home.place} within 100 ms`,
  });
});
