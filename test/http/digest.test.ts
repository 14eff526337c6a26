import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readChallenges } from '../../src/http/challenge.ts';
import { answerDigest, readDigestChallenge } from '../../src/http/digest.ts';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import type { Exchange, WireRequest } from '../../src/run/wire.ts';
import { answer, openTargetServer, type Scenario, type TargetServer } from '../support/target-server.ts';
import { request, responseOf, silent } from './exchanges.ts';

describe('challenges (RFC 9110, 11.6.1)', () => {
  test.each([
    ['Basic realm="a"', [['basic', { realm: 'a' }]]],
    ['Digest Realm = "a \\"b\\", c" ,nonce=n', [['digest', { realm: 'a "b", c', nonce: 'n' }]]],
    [
      'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
      [
        ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
        ['basic', { realm: 'simple' }],
      ],
    ],
    [
      'Negotiate, NTLM TlRMTVNTUAAC==, Digest qop="auth,auth-int", algorithm=MD5',
      [
        ['negotiate', {}],
        ['ntlm', {}],
        ['digest', { qop: 'auth,auth-int', algorithm: 'MD5' }],
      ],
    ],
    [', ,Basic realm=""', [['basic', { realm: '' }]]],
    ['Basic realm="open', [['basic', {}]]],
    ['', []],
    ['=', []],
  ])('%s', (header, expected) => {
    const read = readChallenges(header);
    expect(read.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])).toEqual(expected);
  });
});

describe('an answer', () => {
  const use = { method: 'GET', uri: '/dir/index.html', count: 1 };

  test.each(['MD5', 'SHA-256'])('by %s is that of RFC 7616, 3.9.1', (algorithm) => {
    const challenge = readDigestChallenge([
      'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'.replace(
        'SHA-256',
        algorithm,
      ),
    ]);
    if (challenge === undefined) throw new Error('no challenge');
    const credentials = { username: 'Mufasa', password: 'Circle of Life' };
    const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
    const response = {
      MD5: '8ca523f5e9506fed4657c9700eebdbec',
      'SHA-256': '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    }[algorithm];
    expect(answerDigest(challenge, credentials, { ...use, cnonce })).toBe(
      `Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=${algorithm}, ` +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, ' +
        `cnonce="${cnonce}", qop=auth, response="${response}", ` +
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    );
  });

  test('to a server of RFC 2069 has neither count nor cnonce', () => {
    const challenge = readDigestChallenge(['Digest realm="r", nonce="n"']);
    if (challenge === undefined) throw new Error('no challenge');
    const answered = answerDigest(challenge, { username: 'u"x', password: 'p' }, { ...use, cnonce: 'c' });
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const response = md5(`${md5('u"x:r:p')}:n:${md5('GET:/dir/index.html')}`);
    expect(answered).toBe(
      `Digest username="u\\"x", realm="r", uri="/dir/index.html", nonce="n", response="${response}"`,
    );
  });

  test('to a server that asks for it hides the user', () => {
    const challenge = readDigestChallenge([
      'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true',
    ]);
    if (challenge === undefined) throw new Error('no challenge');
    const credentials = { username: 'Jäsøn Doe', password: 'Secret, or not?' };
    const cnonce = 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v';
    // RFC 7616, 3.9.2, with the erratum 4897: the printed values are not of SHA-512-256.
    expect(answerDigest(challenge, credentials, { ...use, uri: '/doe.json', cnonce })).toMatch(
      /^Digest username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b", .*response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5", .*userhash=true$/,
    );
  });

  test.each([
    [[]],
    [['Basic realm="a"']],
    [['Digest realm="a"']],
    [['Digest realm="a", nonce="n", algorithm=SHA3-256']],
    [['Digest realm="a", nonce="n", qop="auth-int"']],
  ])('is none to %j', (headers) => {
    expect(readDigestChallenge(headers)).toBeUndefined();
  });

  test('is to the first challenge that can be answered', () => {
    const headers = [
      'Digest realm="a", nonce="1", algorithm=SHA3-256, Basic realm="a"',
      'Digest realm="a", nonce="2", algorithm=sha-256-SESS, Digest realm="a", nonce="3"',
    ];
    expect(readDigestChallenge(headers)).toMatchObject({ nonce: '2', hash: 'sha256', session: true });
  });
});

describe('over the wire', () => {
  const credentials = { username: 'ada', password: 'secret' };
  let server: TargetServer;
  let effects: WireEffects;
  let nonce: string;

  // RFC 7616, 3.4.1, written out for one user.
  const guarded =
    (session: boolean): Scenario =>
    (socket, { method, target, headers }) => {
      const given = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
      const field = (name: string) => new RegExp(`[ ,]${name}="?([^",]*)`).exec(given)?.[1] ?? '';
      const sha = (text: string) => createHash('sha256').update(text).digest('hex');
      const plain = sha('ada:shop:secret');
      const key = session ? sha(`${plain}:${nonce}:${field('cnonce')}`) : plain;
      const parts = [key, nonce, field('nc'), field('cnonce'), 'auth', sha(`${method}:${target}`)];
      if (field('response') === sha(parts.join(':'))) return socket.write(answer([], field('nc')));
      const algorithm = session ? 'SHA-256-sess' : 'SHA-256';
      const challenge = `WWW-Authenticate: Digest realm="shop", nonce="${nonce}", qop="auth", algorithm=${algorithm}`;
      return socket.write(answer([challenge], 'who?', 'HTTP/1.1 401 Unauthorized'));
    };

  beforeEach(async () => {
    nonce = 'first';
    server = await openTargetServer({ '/guarded': guarded(false), '/session': guarded(true) });
    effects = createEffects({ version: '1.2.3' });
  });
  afterEach(async () => {
    await effects.close();
    await server.close();
  });

  function send(path: string, given: Partial<WireRequest> = {}): Promise<Exchange> {
    return effects.send(request(server.url(path), { digest: credentials, ...given }), silent);
  }

  test.each(['/guarded', '/session'])('%s: the challenge is answered, and told', async (path) => {
    const exchange = await send(`${path}?a=1`, { method: 'POST', body: 'x' });
    expect(responseOf(exchange)).toMatchObject({ status: 200, redirects: 0 });
    expect(responseOf(exchange).text()).toBe('00000001');
    expect(exchange.hops).toEqual([
      expect.objectContaining({ method: 'POST', url: server.url(`${path}?a=1`), status: 401 }),
    ]);
    expect(exchange.hops?.[0]?.location).toBeUndefined();
    expect(exchange.hops?.[0]?.sentHeaders.map(([name]) => name)).not.toContain('authorization');
    expect(exchange.sentHeaders.map(([name]) => name)).toContain('authorization');
    expect(server.seen.map(({ body }) => body)).toEqual(['x', 'x']);
  });

  test('later requests answer at once, and count', async () => {
    await send('/guarded');
    const second = await send('/guarded');
    const third = await send('/guarded?b=2');
    expect([second, third].map((exchange) => responseOf(exchange).text())).toEqual(['00000002', '00000003']);
    expect(second).not.toHaveProperty('hops');
    expect(server.seen.length).toBe(4);
  });

  test('a nonce that is over is answered anew', async () => {
    await send('/guarded');
    nonce = 'second';
    const exchange = await send('/guarded');
    expect(responseOf(exchange).text()).toBe('00000001');
    expect(exchange.hops?.length).toBe(1);
  });

  test('a wrong password is tried once', async () => {
    const exchange = await send('/guarded', { digest: { username: 'ada', password: 'wrong' } });
    expect(responseOf(exchange).status).toBe(401);
    expect(server.seen.length).toBe(2);
  });

  test('a written header wins', async () => {
    const exchange = await send('/guarded', { headers: [['Authorization', 'Bearer x']] });
    expect(responseOf(exchange).status).toBe(401);
    expect(server.seen.length).toBe(1);
  });

  test('without credentials nothing is answered', async () => {
    const exchange = await effects.send(request(server.url('/guarded')), silent);
    expect(responseOf(exchange).status).toBe(401);
  });

  test('at the end of a redirect, and not at another origin', async () => {
    const here = await send('/redirect?to=/guarded', { followRedirects: 1 });
    expect(responseOf(here).status).toBe(200);
    expect(here.hops?.map(({ status }) => status)).toEqual([302, 401]);
    const other = await openTargetServer({ '/guarded': guarded(false) });
    const there = await send(`/redirect?to=${other.url('/guarded')}`, { followRedirects: 1 });
    expect(responseOf(there).status).toBe(401);
    expect(other.seen.length).toBe(1);
    await other.close();
  });
});
