import { describe, expect, test } from 'vitest';
import type { ServiceSettings } from '../../src/artifact/environment.ts';
import type { Retry } from '../../src/artifact/types.ts';
import { braced } from '../query/scope.ts';
import { type Reply, type Story, shop, type Told, tell } from './journey-run.ts';

const secrets = { KEY: 'the private key', PROXY: 'pr0xy-password', CLIENT: 'client-secret-1' };
const tls = { ca: 'service ca', cert: 'service cert', key: braced('secrets.KEY'), insecure: true };
const rendered = { ...tls, key: 'the private key' };
const proxy = `http://ada:${braced('secrets.PROXY')}@proxy.example:3128`;
const retry: Retry = {
  attempts: 3,
  delayMs: 100,
  backoff: 'constant',
  maxDelayMs: 1000,
  jitter: 0,
  on: ['connection', '5xx'],
};

function run(yaml: string, settings: Partial<ServiceSettings>, more: Partial<Story> = {}): Promise<Told> {
  return tell({ yaml, secrets, environment: { services: { shop: { ...shop, ...settings } } }, ...more });
}

async function wireOf(request: string, settings: Partial<ServiceSettings>, before = '') {
  const { sent, record } = await run(`${before}steps: [{ id: only, request: ${request} }]`, settings);
  const [wire] = sent;
  if (wire === undefined) throw new Error(JSON.stringify(record.steps[0]?.attempts));
  return wire;
}

const away = '{ url: "https://evil.example/" }';

describe('tls and proxy of a service', () => {
  test.each(['{ path: / }', '{ url: "https://shop.example/x" }'])('hold for %s', async (request) => {
    expect(await wireOf(request, { tls, proxy })).toMatchObject({
      tls: rendered,
      proxy: 'http://ada:pr0xy-password@proxy.example:3128',
    });
  });

  test('go to no other origin', async () => {
    const wire = await wireOf(away, { tls, proxy });
    expect(Object.keys(wire).sort()).toEqual(['cookies', 'headers', 'method', 'timeoutMs', 'url']);
  });

  test('lie under those of the step and of defaults, member by member', async () => {
    const own = '{ path: /, proxy: "http://own:1", tls: { ca: "{{", insecure: false } }'.replace(
      '{{',
      braced("'own ca'"),
    );
    expect(await wireOf(own, { tls, proxy })).toMatchObject({
      tls: { ca: 'own ca', cert: 'service cert', key: 'the private key', insecure: false },
      proxy: 'http://own:1',
    });
    const defaults = 'defaults: { service: shop, proxy: "http://default:1", tls: { insecure: false } }\n';
    expect(await wireOf('{ path: / }', { tls, proxy }, defaults)).toMatchObject({
      tls: { ...rendered, insecure: false },
      proxy: 'http://default:1',
    });
  });

  test('a certificate never goes with the key of another layer', async () => {
    const own = `tls: { cert: "${braced("'own cert'")}", key: "${braced('secrets.CLIENT')}" }`;
    expect((await wireOf(`{ path: /, ${own} }`, { tls })).tls).toEqual({
      ca: 'service ca',
      insecure: true,
      cert: 'own cert',
      key: 'client-secret-1',
    });
  });

  test('are left behind where a redirect leads to another origin, and those of the step are not', async () => {
    const own = `tls: { ca: "${braced("'own ca'")}" }`;
    expect((await wireOf(`{ path: /, followRedirects: true, ${own} }`, { tls, proxy })).elsewhere).toEqual({
      tls: { ca: 'own ca' },
    });
    expect((await wireOf('{ path: /, followRedirects: true }', { tls })).elsewhere).toEqual({});
    expect(await wireOf('{ path: /, followRedirects: true }', {})).not.toHaveProperty('elsewhere');
  });

  test.each([
    [
      'http://ada:pl%40in-password@proxy.example',
      ['pl%40in-password', 'pl@in-password'],
      '"http://$PROXY_CREDENTIALS@proxy.example"',
    ],
    ['http://lone-token@proxy.example', ['lone-token'], '"http://$PROXY_CREDENTIALS@proxy.example"'],
  ])('a password in %s is masked from there on', async (written, hidden, byHand) => {
    const { record } = await run(
      'steps: [{ id: only, request: { path: / }, assertions: [{ body: { $.told: x } }] }]',
      { proxy: written },
      { replies: { 'GET /': { json: { told: hidden } } } },
    );
    expect(record.steps[0]?.attempts[0]?.evidence?.response?.body.text).toBe(
      JSON.stringify({ told: hidden.map(() => '***') }),
    );
    expect(record.steps[0]?.attempts[0]?.evidence?.request?.curl).toContain(` --proxy ${byHand}`);
    expect(JSON.stringify(record.steps)).not.toMatch(/pl(?:%40|@)in-password|lone-token/);
  });
});

describe('a token request', () => {
  const auth = (tokenUrl: string): NonNullable<ServiceSettings['auth']> => ({
    kind: 'oauth2',
    tokenUrl,
    grant: 'clientCredentials',
    clientAuth: 'basic',
    clientId: 'a',
    clientSecret: braced('secrets.CLIENT'),
  });
  const given: Reply = { json: { access_token: 'token-1', token_type: 'Bearer' } };
  const steps = 'steps: [{ id: only, request: { path: / } }]';

  test('to the origin of the service travels with its settings', async () => {
    const replies = { 'POST /token': given };
    const { sent } = await run(
      steps,
      { tls, proxy, auth: auth('https://shop.example/api/token') },
      { replies },
    );
    expect(sent[0]).toMatchObject({
      url: 'https://shop.example/api/token',
      tls: rendered,
      proxy: 'http://ada:pr0xy-password@proxy.example:3128',
    });
  });

  test('to another origin travels without them', async () => {
    const replies = { 'POST https://id.example/token': given };
    const { sent } = await run(steps, { tls, proxy, auth: auth('https://id.example/token') }, { replies });
    expect(sent.map(({ url }) => url)).toEqual(['https://id.example/token', 'https://shop.example/api/']);
    expect(sent[0]).not.toHaveProperty('tls');
    expect(sent[0]).not.toHaveProperty('proxy');
  });

  test('that failed is tried again, as often as the service says', async () => {
    const replies = { 'POST https://id.example/token': { failed: 'refused' } as const };
    const { lines, outcome } = await run(
      steps,
      { retry, auth: auth('https://id.example/token') },
      { replies },
    );
    expect(lines).toEqual(Array(3).fill('POST https://id.example/token'));
    expect(outcome('only').reason).toBe('refused');
  });
});

describe('retry of a service', () => {
  const busy: readonly Reply[] = [{ status: 503 }, { status: 503 }, { status: 200 }];
  const step = (more: string): string =>
    `steps: [{ id: only, request: { path: / }, assertions: [{ status: 200 }]${more} }]`;

  test('holds for a step that has none, which says how often it was sent', async () => {
    const { step: find, record } = await run(step(''), { retry }, { replies: { 'GET /': busy } });
    expect(record.state).toBe('passed');
    expect(find('only').attempts.map(({ key }) => key)).toEqual(['only#1', 'only#2', 'only#3']);
  });

  test('gives way to the step, and to defaults', async () => {
    const own = await run(step(', retry: { attempts: 1 }'), { retry }, { replies: { 'GET /': busy } });
    expect(own.lines).toHaveLength(1);
    const defaults = 'defaults: { service: shop, retry: { attempts: 2, delay: 1ms } }\n';
    const lent = await run(defaults + step(''), { retry }, { replies: { 'GET /': busy } });
    expect(lent.lines).toHaveLength(2);
  });

  test('sends what is not idempotent again only where it certainly did not leave', async () => {
    const post = 'steps: [{ id: only, request: { method: POST, path: / }, assertions: [{ status: 200 }] }]';
    const answered = await run(post, { retry }, { replies: { 'POST /': busy } });
    expect(answered.lines).toHaveLength(1);
    const refused: readonly Reply[] = [{ failed: 'refused' }, { status: 200 }];
    const unsent = await run(post, { retry }, { replies: { 'POST /': refused } });
    expect(unsent.lines).toHaveLength(2);
    expect(unsent.record.state).toBe('passed');
    const keyed = post.replace('path: /', 'path: /, idempotencyKey: true');
    expect((await run(keyed, { retry }, { replies: { 'POST /': busy } })).lines).toHaveLength(3);
  });

  test('holds for no other origin', async () => {
    const failing = { 'GET https://evil.example/': { status: 503 } };
    const yaml = `steps: [{ id: only, request: ${away}, assertions: [{ status: 200 }] }]`;
    expect((await run(yaml, { retry }, { replies: failing })).lines).toHaveLength(1);
  });

  test('asks its `when`', async () => {
    const replies = {
      'GET /': [
        { status: 503, json: { again: true } },
        { status: 503, json: {} },
      ],
    };
    const when = {
      kind: 'expression',
      expression: 'response.body.again',
      at: [0, 1, 1, 1, 2],
    } as const;
    expect((await run(step(''), { retry: { ...retry, when } }, { replies })).lines).toHaveLength(2);
  });

  test('asks assertions that need a library, which nothing else does', async () => {
    const xml = (busy: string): Reply => ({
      status: 503,
      text: `<a><busy>${busy}</busy></a>`,
      headers: [['Content-Type', 'application/xml']],
    });
    const busyXml = {
      at: [0, 1, 1, 1, 2],
      target: { kind: 'xpath', expression: '//busy', namespaces: [] },
      matcher: { equals: 'yes' },
    } as const;
    const when = { kind: 'assertions', assertions: [busyXml] } as const;
    const replies = { 'GET /': [xml('yes'), xml('no')] };
    expect((await run(step(''), { retry: { ...retry, when } }, { replies })).lines).toHaveLength(2);
  });

  test('goes on where a pass before this one left', async () => {
    const first = await run(step(''), { retry }, { replies: { 'GET /': busy } });
    const cut = first.history.findIndex((event) => event.type === 'step.finished' && event.key === 'only#1');
    expect(cut).toBeGreaterThan(0);
    const resumed = await run(step(''), { retry }, { history: first.history.slice(0, cut + 1) });
    expect(resumed.lines).toHaveLength(1);
    expect(resumed.step('only').attempts.map(({ key }) => key)).toEqual(['only#1', 'only#2']);
    expect(resumed.record.state).toBe('passed');
  });
});
