import { describe, expect, test } from 'vitest';
import type { ServiceSettings } from '../../src/artifact/environment.ts';
import type { Pair } from '../../src/run/wire-pairs.ts';
import { braced } from '../query/scope.ts';
import { digests, type Story, shop, type Told, tell } from './journey-run.ts';

const inputs = {
  id: 'a/b',
  list: [1, null, 'x y'],
  nothing: null,
  flag: true,
  price: 2.5,
  map: { a: 1 },
  token: 't-1',
  away: 'https://evil.example/x',
};
const declared = Object.keys(inputs)
  .map((name) => `  ${name}: {}`)
  .join('\n');

/** Sends one request, written in YAML. */
function send(request: string, story: Partial<Story> = {}): Promise<Told> {
  const yaml = `inputs:\n${declared}\nsteps:\n  - id: only\n    request: ${request}\n`;
  return tell({ yaml, ...story, request: { inputs, ...story.request } });
}

async function urlOf(request: string, story: Partial<Story> = {}): Promise<string | undefined> {
  return (await send(request, story)).sent[0]?.url;
}

async function headersOf(request: string, story: Partial<Story> = {}): Promise<readonly Pair[] | undefined> {
  return (await send(request, story)).sent[0]?.headers;
}

function withShop(more: Partial<ServiceSettings>): Partial<Story> {
  return { environment: { services: { shop: { ...shop, ...more } } } };
}

const i = (name: string): string => braced(`inputs.${name}`);

/** A message that is shown where no value could be had. */
async function problemOf(request: string, story: Partial<Story> = {}): Promise<string | undefined> {
  const told = await send(request, story);
  expect(told.sent).toEqual([]);
  expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'value', key: 'only' } });
  return told.evidence('only').error?.message;
}

describe('addresses', () => {
  test.each<[request: string, url: string]>([
    ['{ path: /carts }', 'https://shop.example/api/carts'],
    ['{ path: carts }', 'https://shop.example/api/carts'],
    ['{ path: "" }', 'https://shop.example/api'],
    ['{ path: "?x=1" }', 'https://shop.example/api?x=1'],
    ['{ service: other, path: / }', 'https://other.example/'],
    [`{ path: "/carts/${i('id')}" }`, 'https://shop.example/api/carts/a%2Fb'],
    ['{ url: "https://any.example/x y" }', 'https://any.example/x y'],
    ['{ url: /carts }', 'https://shop.example/carts'],
    ['{ url: carts/1 }', 'https://shop.example/api/carts/1'],
    [`{ url: "${i('away')}" }`, 'https://evil.example/x'],
    [
      `{ path: /, query: { b: 2, "a${i('flag')}": "${i('list')}" } }`,
      'https://shop.example/api/?b=2&atrue=1&atrue=x%20y',
    ],
    [
      `{ path: "/?x=1", query: { n: "${i('nothing')}", p: "${i('price')}", f: "${i('flag')}" } }`,
      'https://shop.example/api/?x=1&p=2.5&f=true',
    ],
    ['{ url: "https://any.example/a#f", query: { q: "&" } }', 'https://any.example/a?q=%26#f'],
  ])('%s', async (request, url) => {
    expect(await urlOf(request)).toBe(url);
  });

  test('a base may hold a secret, and slashes at its end', async () => {
    const story = {
      ...withShop({ url: `https://${braced('secrets.HOST')}//` }),
      secrets: { HOST: 'h.example' },
    };
    expect(await urlOf('{ path: /x }', story)).toBe('https://h.example/x');
  });

  test('a slash in a value of the path is remarked on', async () => {
    const told = await send(`{ path: "/carts/${i('id')}" }`);
    expect(told.evidence('only').notes).toEqual([expect.stringContaining('%2F')]);
    expect((await send('{ path: /a/b }')).evidence('only')).not.toHaveProperty('notes');
  });

  test.each<[request: string, message: string]>([
    [`{ path: "/x/${braced("'.'")}" }`, '"." as a part of a path would change the path itself'],
    [`{ path: /, query: { m: "${i('map')}" } }`, '"m" cannot take a list or an object here'],
    [`{ path: /, query: { m: "${braced('[[1]]')}" } }`, '"m" cannot take a list or an object here'],
    [`{ path: /, query: { m: "${braced("b'x'")}" } }`, '"m" cannot take bytes here'],
    [`{ path: "/${i('nothing')}" }`, 'null cannot be written into a text'],
  ])('%s', async (request, message) => {
    expect(await problemOf(request)).toBe(message);
  });

  test('a URL that no service completes must be whole', async () => {
    const url = braced("'now' + 'here'");
    const told = await tell({ yaml: `defaults: {}\nsteps: [{ id: only, request: { url: "${url}" } }]` });
    expect(told.evidence('only').error?.message).toBe('"nowhere" is not an absolute URL');
  });

  test('a service that the environment lacks', async () => {
    const story: Partial<Story> = { environment: { services: {} } };
    expect(await problemOf('{ path: / }', story)).toBe('the environment has no service "shop"');
  });
});

describe('headers', () => {
  test.each<[what: string, request: string, story: Partial<Story>, headers: readonly Pair[]]>([
    [
      'are written as in a longer text; null leaves one out, a list repeats it',
      `{ path: /, headers: { A: "${i('price')}", B: "${i('nothing')}", "C${i('flag')}": "${i('list')}", D: 1.50 } }`,
      {},
      [
        ['A', '2.5'],
        ['Ctrue', '1'],
        ['Ctrue', 'x y'],
        ['D', '1.5'],
      ],
    ],
    [
      'that are written win over those of body, auth, key and service',
      `{ path: /, method: POST, json: 1, auth: { bearer: T }, idempotencyKey: K, headers: { content-type: a/b, AUTHORIZATION: mine, idempotency-key: k, x-tenant: me } }`,
      withShop({
        headers: [
          ['X-Tenant', 'qa'],
          ['x-other', '1'],
        ],
      }),
      [
        ['content-type', 'a/b'],
        ['AUTHORIZATION', 'mine'],
        ['idempotency-key', 'k'],
        ['x-tenant', 'me'],
        ['x-other', '1'],
      ],
    ],
    [
      'of key and body, then auth, win over those of the service',
      '{ path: /, method: POST, text: a, auth: { bearer: T }, idempotencyKey: K }',
      withShop({
        headers: [
          ['content-type', 's'],
          ['authorization', 's'],
          ['idempotency-key', 's'],
          ['x', ['1', '2']],
        ],
      }),
      [
        ['Idempotency-Key', 'K'],
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['Authorization', 'Bearer T'],
        ['x', '1'],
        ['x', '2'],
      ],
    ],
    [
      'of a service see secrets alone',
      '{ path: / }',
      { ...withShop({ headers: [['x-key', `k ${braced('secrets.KEY')}`]] }), secrets: { KEY: 'hunter22' } },
      [['x-key', 'k hunter22']],
    ],
    [
      'of a service go to its origin, wherever the URL comes from',
      '{ url: "https://shop.example:443/else" }',
      withShop({ headers: [['x', '1']], auth: { kind: 'bearer', token: 'T' } }),
      [
        ['Authorization', 'Bearer T'],
        ['x', '1'],
      ],
    ],
    [
      'of a service, and its auth, go nowhere else',
      `{ service: shop, url: "${i('away')}", headers: { own: 1 } }`,
      withShop({ headers: [['x', '1']], auth: { kind: 'bearer', token: 'T' } }),
      [['own', '1']],
    ],
  ])('%s', async (_, request, story, headers) => {
    expect(await headersOf(request, story)).toEqual(headers);
  });

  const defaults = (request: string): string =>
    `inputs:\n${declared}\ndefaults: { service: shop, headers: { x: d, Content-Type: d/d }, auth: { bearer: "${i('token')}" } }\nsteps:\n  - id: only\n    request: ${request}\n`;

  test.each<[where: string, request: string, headers: readonly Pair[]]>([
    [
      'the step',
      '{ path: /, method: POST, json: 1 }',
      [
        ['x', 'd'],
        ['Content-Type', 'd/d'],
        ['Authorization', 'Bearer t-1'],
      ],
    ],
    [
      'its origin',
      '{ url: "https://shop.example/x", method: POST, json: 1 }',
      [
        ['x', 'd'],
        ['Content-Type', 'd/d'],
        ['Authorization', 'Bearer t-1'],
      ],
    ],
    [
      'the step, which wins',
      '{ url: "https://shop.example/x", headers: { X: s }, auth: none }',
      [
        ['X', 's'],
        ['Content-Type', 'd/d'],
      ],
    ],
    ['nowhere else', `{ url: "${i('away')}", headers: { own: 1 } }`, [['own', '1']]],
  ])('and auth of defaults go to %s', async (_, request, headers) => {
    const told = await tell({ yaml: defaults(request), request: { inputs } });
    expect(told.sent[0]?.headers).toEqual(headers);
  });
});

describe('auth', () => {
  const service = withShop({ auth: { kind: 'basic', username: 'ada', password: braced('secrets.PW') } });
  const story = { ...service, secrets: { PW: 'pässwörd' } };
  const basic: Pair = ['Authorization', `Basic ${Buffer.from('ada:pässwörd').toString('base64')}`];

  test.each<[request: string, headers: readonly Pair[]]>([
    ['{ path: / }', [basic]],
    ['{ path: /, auth: none }', []],
    [`{ path: /, auth: { bearer: "${i('token')}" } }`, [['Authorization', 'Bearer t-1']]],
    [
      `{ path: /, auth: { basic: { username: "${i('token')}", password: "${i('price')}" } } }`,
      [['Authorization', `Basic ${btoa('t-1:2.5')}`]],
    ],
  ])('%s', async (request, headers) => {
    expect(await headersOf(request, story)).toEqual(headers);
  });

  test('a service may have none', async () => {
    expect(await headersOf('{ path: / }', withShop({ auth: { kind: 'none' } }))).toEqual([]);
  });
});

describe('bodies', () => {
  const post = (body: string): string => `{ path: /, method: POST, ${body} }`;

  test.each<[body: string, text: string, type: string]>([
    [
      `json: { b: 1.50, a: "${i('nothing')}", "k${i('flag')}": "${i('map')}", big: 12345678901234567890 }`,
      '{"b":1.50,"a":null,"ktrue":{"a":1},"big":12345678901234567890}',
      'application/json',
    ],
    [`json: "${i('list')}"`, '[1,null,"x y"]', 'application/json'],
    ['json: null', 'null', 'application/json'],
    [
      `form: { a b: "x y&z", "${i('token')}": "${i('list')}", n: "${i('nothing')}", p: 2.0, "~*": "ä" }`,
      'a+b=x+y%26z&t-1=1&t-1=x+y&p=2&~%2A=%C3%A4',
      'application/x-www-form-urlencoded',
    ],
    [`text: "id ${i('id')}"`, 'id a/b', 'text/plain; charset=utf-8'],
    ['text: ""', '', 'text/plain; charset=utf-8'],
  ])('%s', async (body, text, type) => {
    const { sent } = await send(post(body));
    expect(sent[0]).toMatchObject({ method: 'POST', body: text, headers: [['Content-Type', type]] });
  });

  test('none has no type', async () => {
    const { sent } = await send('{ path: / }');
    expect(sent[0]).toMatchObject({ method: 'GET', headers: [] });
    expect(sent[0]).not.toHaveProperty('body');
  });

  test.each<[body: string, message: string]>([
    [`json: { a: "${braced("[b'x']")}" }`, 'the body cannot be written: JSON has no bytes'],
    [`form: { a: "${i('map')}" }`, '"a" cannot take a list or an object here'],
    [`text: "${i('nothing')}"`, 'null cannot be written into a text'],
  ])('%s is refused', async (body, message) => {
    expect(await problemOf(post(body))).toBe(message);
  });
});

describe('timeouts', () => {
  test.each<[what: string, timeout: string, story: Partial<Story>, timeoutMs: number]>([
    ['30 s where nobody says', '', {}, 30_000],
    ["the service's", '', withShop({ timeoutMs: 5000 }), 5000],
    ["the step's own", '    timeout: 2s\n', withShop({ timeoutMs: 5000 }), 2000],
  ])('%s', async (_, timeout, story, timeoutMs) => {
    const { sent } = await tell({
      yaml: `steps:\n  - id: only\n${timeout}    request: { path: / }`,
      ...story,
    });
    expect(sent[0]?.timeoutMs).toBe(timeoutMs);
  });
});

describe('idempotency keys', () => {
  const keyOf = async (request: string, story: Partial<Story> = {}): Promise<string | undefined> =>
    (await headersOf(request, story))?.find(([name]) => /key/i.test(name))?.[1];
  const post = '{ path: /, method: POST, idempotencyKey: true }';

  test('derive from the first run of a chain, the step and its generation', async () => {
    const derived = (run: string, generation: number): string =>
      digests.hmacSha256(run, `only\n${generation}`).slice(0, 32);
    expect(await keyOf(post)).toBe(derived('run_1', 0));
    const retry = { id: 'run_2', firstRun: 'run_1' };
    expect(await keyOf(post, { request: retry })).toBe(derived('run_1', 0));
    expect(await keyOf(post, { request: { ...retry, generations: { only: 2 } } })).toBe(derived('run_1', 2));
    expect(await keyOf(post, { request: { firstRun: 'run_9' } })).toBe(derived('run_9', 0));
  });

  test('may be a text, and travel in a header of the service', async () => {
    expect(await keyOf(`{ path: /, method: POST, idempotencyKey: "k-${i('token')}" }`)).toBe('k-t-1');
    const told = await send(post, withShop({ idempotencyHeader: 'X-Once-Key' }));
    expect(told.sent[0]?.headers.map(([name]) => name)).toEqual(['X-Once-Key']);
  });
});

describe('intents', () => {
  test.each<[request: string, more: string, repeatable: boolean]>([
    ['{ path: / }', '', true],
    ['{ path: /, method: PUT }', '', true],
    ['{ path: /, method: delete }', '', true],
    ['{ path: /, method: REPORT }', '', true],
    ['{ path: /, method: report }', '', false],
    ['{ path: /, method: POST }', '', false],
    ['{ path: /, method: PATCH }', '', false],
    ['{ path: /, method: LOCK }', '', false],
    ['{ path: /, method: POST, idempotencyKey: true }', '', true],
    ['{ path: /, method: POST }', ', idempotent: true', true],
  ])('%s%s: may be repeated: %s', async (request, more, repeatable) => {
    const told = await tell({ yaml: `steps: [{ id: only, request: ${request}${more} }]` });
    const intent = told.events.find((event) => event.type === 'step.started');
    expect(intent).toMatchObject({ intent: { repeatable } });
  });

  test('are on record, masked, before the request leaves', async () => {
    let recorded: unknown;
    const told = await send(`{ path: "/x/${braced('secrets.KEY')}" }`, {
      secrets: { KEY: 'hunter22' },
      onSend: (request) => {
        recorded = request.url;
      },
    });
    expect(recorded).toBe('https://shop.example/api/x/hunter22');
    expect(told.events.map(({ type }) => type)).toEqual([
      'run.created',
      'run.started',
      'step.finished',
      'step.started',
      'step.finished',
      'run.finished',
    ]);
    expect(told.step('only').attempts[0]?.intent?.target).toBe('https://shop.example/api/x/***');
  });
});
