import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cookiesFor, keepCookies } from '../../src/http/cookies.ts';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import type { Cookies } from '../../src/run/outcome.ts';
import { openTargetServer, type TargetServer } from '../support/target-server.ts';
import { request, silent } from './exchanges.ts';

const now = Date.now();

async function keep(url: string, setCookies: readonly string[], jar: Cookies = []): Promise<Cookies> {
  return (await keepCookies(jar, url, setCookies, now)) ?? jar;
}

/** What a jar with these cookies sends there. */
async function sentTo(url: string, from: string, ...setCookies: readonly string[]): Promise<string> {
  return cookiesFor(await keep(from, setCookies), url);
}

describe('which cookie goes where', () => {
  test.each([
    ['http://localhost:4010/', ['a=1', 'b=2; Domain=localhost', 'c=3; Secure'], 'a=1; b=2; c=3'],
    ['http://127.0.0.1:4010/', ['a=1', 'b=2; Domain=127.0.0.1', 'c=3; Secure'], 'a=1; b=2; c=3'],
    ['http://[::1]:4010/', ['a=1'], 'a=1'],
    ['http://shop:8080/', ['a=1', 'b=2; Domain=shop'], 'a=1; b=2'],
    ['http://shop.local/', ['a=1', 'b=2; Domain=.shop.local', 'c=3; Domain=local'], 'a=1; b=2'],
    ['https://shop.github.io/', ['a=1; Domain=github.io', 'b=2; Domain=shop.github.io'], 'b=2'],
    ['https://api.example.com/', ['a=1; Domain=com', 'b=2; Domain=other.com', 'c=3'], 'c=3'],
    ['http://api.example.com/', ['a=1; Secure', 'b=2; HttpOnly; SameSite=Strict'], 'b=2'],
    ['http://localhost/', ['bad', '', '=', 'a="x y"'], 'a="x y"'],
    ['http://localhost/', ['a=1', 'a=2', 'b=; Path=/', 'c=3; Max-Age=0', 'a=4'], 'a=4; b='],
    ['http://localhost/', ['a=1; Max-Age=60', 'b=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT'], 'a=1'],
    ['http://localhost/', ['a=1; Max-Age=99999999999999999999'], 'a=1'],
  ])('%s %j sends %j', async (url, setCookies, expected) => {
    expect(await sentTo(url, url, ...setCookies)).toBe(expected);
  });

  test.each([
    ['http://www.example.com/', 'http://api.example.com/', 'a=1', ''],
    ['http://www.example.com/', 'http://api.example.com/', 'a=1; Domain=example.com', 'a=1'],
    ['http://shop.localhost/', 'http://localhost/', 'a=1', ''],
    ['http://localhost/b', 'http://localhost/', 'a=1; Path=/a', ''],
    ['http://localhost/a/b', 'http://localhost/', 'a=1; Path=/a', 'a=1'],
    ['http://example.com/', 'https://example.com/', 'a=1; Secure', ''],
  ])('to %s from %s: %s', async (url, from, setCookie, expected) => {
    expect(await sentTo(url, from, setCookie)).toBe(expected);
  });

  test('the longest path first, then the oldest', async () => {
    const setCookies = ['c=1', 'b=1; Path=/', 'a=1; Path=/a/b', 'c=2'];
    expect(await sentTo('http://localhost/a/b', 'http://localhost/', ...setCookies)).toBe('a=1; c=2; b=1');
  });
});

describe('the jar', () => {
  test('is plain data that survives JSON', async () => {
    const jar = await keep('http://localhost/', ['a=1; Max-Age=60; HttpOnly; SameSite=Lax', 'b=2; Secure']);
    expect(jar).toEqual([
      {
        key: 'a',
        value: '1',
        domain: 'localhost',
        path: '/',
        hostOnly: true,
        expires: new Date(now + 60_000).toISOString(),
        httpOnly: true,
        sameSite: 'lax',
        origin: 'http://localhost',
      },
      {
        key: 'b',
        value: '2',
        domain: 'localhost',
        path: '/',
        hostOnly: true,
        secure: true,
        origin: 'http://localhost',
      },
    ]);
    expect(JSON.parse(JSON.stringify(jar))).toEqual(jar);
  });

  test.each([
    ['no Set-Cookie', []],
    ['the same cookie again', ['a=1']],
    ['a cookie that a browser ignores', ['b=2; Domain=com', 'nonsense']],
    ['the end of a cookie that is not there', ['c=; Max-Age=0']],
  ])('is not told after %s', async (_title, setCookies) => {
    const jar = await keep('http://localhost/', ['a=1']);
    expect(await keepCookies(jar, 'http://localhost/', setCookies, now)).toBeUndefined();
  });

  test('loses a cookie that the server ends', async () => {
    const jar = await keep('http://localhost/', ['a=1', 'b=2']);
    const after = await keep('http://localhost/', ['a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], jar);
    expect(after.map(({ key }) => key)).toEqual(['b']);
  });

  test('loses a cookie whose time is over, and does not send it', async () => {
    const url = 'http://localhost/';
    const jar = await keepCookies([], url, ['a=1; Max-Age=10', 'b=2'], now - 60_000);
    expect(await cookiesFor(jar ?? [], url)).toBe('b=2');
    const after = await keepCookies(jar ?? [], url, [], now);
    expect(after?.map(({ key }) => key)).toEqual(['b']);
  });
});

describe('over the wire', () => {
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

  const cookieOf = (headers: readonly (readonly [string, string])[] | undefined) =>
    headers?.filter(([name]) => name.toLowerCase() === 'cookie');

  test('cookies come back with the next request, and are told as sent', async () => {
    const first = await effects.send(request(server.url('/set-cookie?c=a=1&c=b=2')), silent);
    const second = await effects.send(request(server.url('/ok'), { cookies: first.cookies ?? [] }), silent);
    expect(cookieOf(server.seen.at(-1)?.headers)).toEqual([['cookie', 'a=1; b=2']]);
    expect(cookieOf(second.sentHeaders)).toEqual([['cookie', 'a=1; b=2']]);
    expect(second.cookies).toBeUndefined();
  });

  test.each([
    [[['Cookie', 'b=mine; d=4']], [['Cookie', 'b=mine; d=4; a=1; c=3']]],
    [
      [
        ['cookie', 'a=x'],
        ['cookie', 'c='],
      ],
      [
        ['cookie', 'a=x; b=2'],
        ['cookie', 'c='],
      ],
    ],
    [[['Cookie', 'a=x; b=y; c=z']], [['Cookie', 'a=x; b=y; c=z']]],
  ] as const)('%j wins by name', async (headers, expected) => {
    const cookies = await keep(server.url('/'), ['a=1', 'b=2', 'c=3']);
    await effects.send(request(server.url('/ok'), { headers, cookies }), silent);
    expect(cookieOf(server.seen.at(-1)?.headers)).toEqual(expected);
  });
});
