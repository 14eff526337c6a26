import { describe, expect, test } from 'vitest';
import type { ServiceSettings } from '../../src/artifact/environment.ts';
import type { WireRequest } from '../../src/run/wire.ts';
import { braced } from '../query/scope.ts';
import { type Story, shop, tell } from './journey-run.ts';

async function wireOf(request: string, story: Partial<Story> = {}, before = ''): Promise<WireRequest> {
  const { sent, record } = await tell({
    yaml: `${before}steps: [{ id: only, request: ${request} }]`,
    ...story,
  });
  const [wire] = sent;
  if (wire === undefined) throw new Error(JSON.stringify(record.steps[0]?.attempts));
  return wire;
}

function withShop(more: Partial<ServiceSettings>): Partial<Story> {
  return { environment: { services: { shop: { ...shop, ...more } } } };
}

const decode = (body: WireRequest['body']): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);
const away = 'url: "https://evil.example/"';

describe('bodies', () => {
  const files = { 'data/a.txt': 'text of a', 'data/b.bin': '\u0000\u0001' };

  test('multipart: texts, lists, JSON, files and bytes, in the order written', async () => {
    const { headers, body } = await wireOf(
      `{ method: POST, path: /, multipart: { b: x, a: [1, { text: y, contentType: text/x }], gone: null, doc: { json: { n: 1.50 } }, file: { file: data/a.txt }, raw: { base64: AAE=, filename: "r.bin" } } }`,
      { files },
    );
    const boundary = /boundary=(\w{32})$/.exec(
      headers.find(([name]) => name === 'Content-Type')?.[1] ?? '',
    )?.[1];
    const parts = decode(body)
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => part.trim().split('\r\n'));
    expect(parts).toEqual([
      ['Content-Disposition: form-data; name="b"', '', 'x'],
      ['Content-Disposition: form-data; name="a"', '', '1'],
      ['Content-Disposition: form-data; name="a"', 'Content-Type: text/x', '', 'y'],
      ['Content-Disposition: form-data; name="doc"', 'Content-Type: application/json', '', '{"n":1.50}'],
      [
        'Content-Disposition: form-data; name="file"; filename="a.txt"',
        expect.stringMatching(/^Content-Type: /),
        '',
        'text of a',
      ],
      [
        'Content-Disposition: form-data; name="raw"; filename="r.bin"',
        'Content-Type: application/octet-stream',
        '',
        '\u0000\u0001',
      ],
    ]);
  });

  test('multipart: the boundary of a step is its own, and the same when it is sent again', async () => {
    const yaml =
      'steps: [{ id: a, forEach: [1, 2], request: { method: POST, path: /, multipart: { a: x } } }]';
    const bodies = async () => (await tell({ yaml })).sent.map(({ body }) => decode(body));
    const [first, second] = [await bodies(), await bodies()];
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  test.each([
    ['query alone', 'graphql: { query: "{ a }" }', '{"query":"{ a }"}'],
    [
      'query and variables',
      `graphql: { query: "query Q { a }", variables: { id: "${braced('1 + 1')}" } }`,
      '{"query":"query Q { a }","variables":{"id":2}}',
    ],
  ])('graphql: %s', async (_, body, text) => {
    const wire = await wireOf(`{ method: POST, path: /, ${body} }`);
    expect(wire).toMatchObject({ body: text, headers: [['Content-Type', 'application/json']] });
  });

  test.each([
    ['file: data/b.bin', [0, 1]],
    ['base64: /w==', [255]],
  ])('bytes: %s', async (body, bytes) => {
    const wire = await wireOf(`{ method: POST, path: /, ${body} }`, { files });
    expect(wire.body).toEqual(Uint8Array.from(bytes));
    expect(wire.headers).toEqual([['Content-Type', 'application/octet-stream']]);
  });

  test('file() reads what was embedded', async () => {
    const wire = await wireOf(`{ method: POST, path: /, text: "${braced("string(file('data/a.txt'))")}" }`, {
      files,
    });
    expect(wire.body).toBe('text of a');
  });
});

describe('auth', () => {
  const key = (where: string) => `apiKey: { name: k, value: "${braced('secrets.KEY')}", in: ${where} }`;
  const secrets = { KEY: 'hunter22' };

  test.each([
    ['header', { headers: [['k', 'hunter22']], originHeaders: ['k'], url: 'https://shop.example/api/?a=1' }],
    ['query', { headers: [], url: 'https://shop.example/api/?a=1&k=hunter22' }],
    ['cookie', { headers: [['Cookie', 'k=hunter22']], url: 'https://shop.example/api/?a=1' }],
  ])('an API key in the %s', async (where, expected) => {
    const own = `{ path: "/?a=1", auth: { ${key(where)} } }`;
    expect(await wireOf(own, { secrets })).toMatchObject(expected);
    // The same where `defaults` or a service gives it, and nowhere but at home.
    const defaults = `defaults: { service: shop, auth: { ${key(where)} } }\n`;
    expect(await wireOf('{ path: "/?a=1" }', { secrets }, defaults)).toMatchObject(expected);
    const lent = await wireOf(`{ ${away} }`, { secrets }, defaults);
    expect(lent).toMatchObject({ headers: [], url: 'https://evil.example/' });
    const auth: ServiceSettings['auth'] = {
      kind: 'apiKey',
      name: 'k',
      value: braced('secrets.KEY'),
      in: where as 'query',
    };
    expect(await wireOf('{ path: "/?a=1" }', { secrets, ...withShop({ auth }) })).toMatchObject(expected);
    expect(await wireOf(`{ ${away} }`, { secrets, ...withShop({ auth }) })).toMatchObject({
      headers: [],
      url: 'https://evil.example/',
    });
  });

  test('an API key shows nowhere, though nobody called it a secret', async () => {
    const told = await tell({
      yaml: 'steps: [{ id: only, request: { path: /, auth: { apiKey: { name: k, value: plainkey, in: query } } } }]',
    });
    expect(told.sent[0]?.url).toContain('plainkey');
    expect(JSON.stringify(told.record)).not.toContain('plainkey');
  });

  const digest = 'auth: { digest: { username: ada, password: "hunter22" } }';
  const expected = { digest: { username: 'ada', password: 'hunter22' } };

  test('digest waits for the challenge', async () => {
    expect(await wireOf(`{ path: /, ${digest} }`)).toMatchObject({ ...expected, headers: [] });
    const defaults = `defaults: { service: shop, ${digest} }\n`;
    expect(await wireOf('{ path: / }', {}, defaults)).toMatchObject(expected);
    expect(await wireOf('{ path: /, auth: none }', {}, defaults)).not.toHaveProperty('digest');
    expect(await wireOf(`{ ${away} }`, {}, defaults)).not.toHaveProperty('digest');
    const auth: ServiceSettings['auth'] = { kind: 'digest', username: 'ada', password: 'hunter22' };
    expect(await wireOf('{ path: / }', withShop({ auth }))).toMatchObject(expected);
  });
});

describe('cookies that are written', () => {
  const defaults = 'defaults: { service: shop, cookies: { lang: en, consent: yes } }\n';

  test('are one header, the step’s before those of `defaults`; null leaves one out', async () => {
    const { headers } = await wireOf('{ path: /, cookies: { lang: de, n: 1.50, gone: null } }', {}, defaults);
    const [, value] = headers.find(([name]) => name === 'Cookie') ?? [];
    expect(value?.split('; ').sort()).toEqual(['consent=yes', 'lang=de', 'n=1.5']);
  });

  test('one does not become two', async () => {
    const { step, lines } = await tell({
      yaml: `steps: [{ id: only, request: { path: /, cookies: { s: "${braced("'x; admin=1'")}" } } }]`,
    });
    expect(lines).toEqual([]);
    const message = 'the cookie "s" holds a semicolon or a line break, which ends it';
    expect(step('only').attempts[0]?.evidence?.error).toMatchObject({ reason: 'value', message });
  });

  test('of `defaults` go to their service alone', async () => {
    expect((await wireOf(`{ ${away} }`, {}, defaults)).headers).toEqual([]);
    const { headers } = await wireOf(
      '{ url: "https://shop.example/x", cookies: { lang: de } }',
      {},
      defaults,
    );
    expect(headers).toEqual([['Cookie', 'lang=de; consent=yes']]);
  });
});

describe('how it travels', () => {
  test('as the request says', async () => {
    const wire = await wireOf(
      `{ path: /, followRedirects: 3, compression: true, http2: true, proxy: "http://p:${braced('1 + 1')}", tls: { ca: "${braced('secrets.CA')}", cert: "${braced('secrets.CERT')}", key: "${braced('secrets.TLS')}", insecure: true } }`,
      { secrets: { CA: 'the ca', CERT: 'the cert', TLS: 'the key' } },
    );
    expect(wire).toMatchObject({
      followRedirects: 3,
      compression: true,
      http2: true,
      proxy: 'http://p:2',
      tls: { ca: 'the ca', cert: 'the cert', key: 'the key', insecure: true },
    });
  });

  test('as it is where it says nothing', async () => {
    expect(Object.keys(await wireOf('{ path: / }')).sort()).toEqual([
      'cookies',
      'headers',
      'method',
      'timeoutMs',
      'url',
    ]);
  });
});

describe('headers that no redirect takes to another origin', () => {
  const lent = `
defaults: { service: shop, headers: { X-Default: d, X-Both: d } }
actors: { seller: { headers: { X-Actor: a } } }
`;
  const story: Partial<Story> = withShop({
    headers: [
      ['X-Service', 's'],
      ['x-own', 's'],
    ],
  });

  test.each(['path: /', 'url: "https://shop.example/x"'])(
    'are those of service, actor, defaults and auth: %s',
    async (to) => {
      const request = `{ ${to}, followRedirects: true, headers: { X-Own: o, X-Both: o }, auth: { apiKey: { name: X-Key, value: kkkk, in: header } } }`;
      const { sent } = await tell({
        yaml: `${lent}steps: [{ id: only, actor: seller, request: ${request} }]`,
        ...story,
      });
      expect(sent[0]?.headers.map(([name]) => name).sort()).toEqual([
        'X-Actor',
        'X-Both',
        'X-Default',
        'X-Key',
        'X-Own',
        'X-Service',
      ]);
      expect(sent[0]?.originHeaders?.toSorted()).toEqual(['x-actor', 'x-default', 'x-key', 'x-service']);
    },
  );
});
