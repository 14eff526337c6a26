import { describe, expect, test } from 'vitest';
import type { Auth } from '../../src/artifact/request.ts';
import { planRetry } from '../../src/stores/kept.ts';
import { braced } from '../query/scope.ts';
import { digests, type Reply, requestOf, type Story, shop, start, type Told, tell } from './journey-run.ts';

const tokenLine = 'POST https://id.example/token';
const secrets = { CLIENT_SECRET: 'client-secret-1', PASSWORD: 'password-1', REFRESH: 'refresh-0' };
const client = `tokenUrl: "https://id.example/token", grant: clientCredentials, clientId: shop, clientSecret: "${braced('secrets.CLIENT_SECRET')}"`;
const defaults = `defaults: { service: shop, auth: { oauth2: { ${client} } } }`;

function given(token: string, more: object = {}): Reply {
  return { json: { access_token: token, token_type: 'Bearer', expires_in: 3600, ...more } };
}

function run(yaml: string, replies: Story['replies'], more: Partial<Story> = {}): Promise<Told> {
  return tell({
    yaml: `${defaults}\n${yaml}`,
    secrets,
    replies: { [tokenLine]: given('token-1'), ...replies },
    ...more,
  });
}

/** What the shop was sent as Authorization, in order. */
function sentTokens({ sent }: Told): readonly (string | undefined)[] {
  const toShop = sent.filter(({ url }) => !url.startsWith('https://id.example'));
  return toShop.map(({ headers }) => headers.find(([name]) => name === 'Authorization')?.[1]);
}

const steps = (...lines: readonly string[]): string =>
  `steps:\n${lines.map((line) => `  - ${line}\n`).join('')}`;

describe('a token', () => {
  test('is asked for once, before the first request that needs it', async () => {
    const told = await run(steps('{ id: a, request: { path: /a } }', '{ id: b, request: { path: /b } }'), {});
    expect(told.lines).toEqual([tokenLine, 'GET /a', 'GET /b']);
    expect(sentTokens(told)).toEqual(['Bearer token-1', 'Bearer token-1']);
    expect(told.sent[0]?.body).toBe('grant_type=client_credentials');
  });

  test('is asked for once by branches that need it at the same time', async () => {
    const branches = ['a', 'b', 'c'].map((id) => `{ id: ${id}, request: { path: /${id} } }`).join(', ');
    const told = await run(steps(`{ id: all, parallel: [${branches}] }`), {});
    expect(told.lines.filter((line) => line === tokenLine)).toHaveLength(1);
    expect(sentTokens(told)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1']);
  });

  test('is asked for again for other settings', async () => {
    const auth = `auth: { oauth2: { ${client}, scope: "write ${braced('index')}", audience: shop } }`;
    const told = await run(steps(`{ id: a, forEach: [1, 2], request: { path: /a, ${auth} } }`), {});
    expect(told.sent.filter(({ url }) => url.endsWith('/token')).map(({ body }) => body)).toEqual([
      'grant_type=client_credentials&scope=write+0&audience=shop',
      'grant_type=client_credentials&scope=write+1&audience=shop',
    ]);
  });

  test('is renewed when it has expired', async () => {
    const lines = [
      '{ id: a, request: { path: /a } }',
      '{ id: w, wait: 60s }',
      '{ id: b, request: { path: /b } }',
    ];
    const replies = { [tokenLine]: [given('token-1', { expires_in: 60 }), given('token-2')] };
    expect(sentTokens(await run(steps(...lines), replies))).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('of which its server does not say how long it holds is renewed after five minutes', async () => {
    const lines = [
      '{ id: a, request: { path: /a } }',
      '{ id: w, wait: 4m }',
      '{ id: b, request: { path: /b } }',
    ];
    const later = ['{ id: x, wait: 1m }', '{ id: c, request: { path: /c } }'];
    const replies = { [tokenLine]: [{ json: { access_token: 'token-1' } }, given('token-2')] };
    const told = await run(steps(...lines, ...later), replies);
    expect(sentTokens(told)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  test('is renewed between the looks of a poll', async () => {
    const poll = 'poll: { every: 40s, timeout: 10m }, assertions: [{ status: 201 }]';
    const replies = {
      [tokenLine]: [given('token-1', { expires_in: 60 }), given('token-2')],
      'GET /a': [{}, {}, { status: 201 }],
    };
    const told = await run(steps(`{ id: a, request: { path: /a }, ${poll} }`), replies);
    expect(sentTokens(told)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  test('is renewed with the refresh token that came with it', async () => {
    const auth = `auth: { oauth2: { tokenUrl: "https://id.example/token", grant: refreshToken, refreshToken: "${braced('secrets.REFRESH')}" } }`;
    const lines = ['a', 'b'].map((id) => `{ id: ${id}, request: { path: /${id}, ${auth} } }`);
    const replies = { [tokenLine]: given('token-1', { expires_in: 1, refresh_token: 'refresh-1' }) };
    const told = await run(steps(...lines), replies);
    expect(told.sent.filter(({ url }) => url.endsWith('/token')).map(({ body }) => body)).toEqual([
      'grant_type=refresh_token&refresh_token=refresh-0',
      'grant_type=refresh_token&refresh_token=refresh-1',
    ]);
  });

  test('is not asked for by a step that is skipped, does not need it, or has a value that is not there', async () => {
    const lines = [
      `{ id: skipped, if: "run.id == ''", request: { path: /a } }`,
      '{ id: none, request: { path: /b, auth: none } }',
      '{ id: away, request: { url: "https://away.example/c" } }',
      `{ id: broken, request: { path: "/${braced("json('[]')[0]")}" } }`,
    ];
    const told = await run(steps(...lines), {});
    expect(told.lines).toEqual(['GET /b', 'GET https://away.example/c']);
    expect(sentTokens(told)).toEqual([undefined, undefined]);
    expect(told.ending).toMatchObject({ verdict: { reason: 'value', key: 'broken' } });
  });

  test('is asked for with the settings of a service', async () => {
    const auth: Auth = {
      kind: 'oauth2',
      tokenUrl: 'https://id.example/token',
      grant: 'password',
      clientAuth: 'basic',
      username: 'ada',
      password: braced('secrets.PASSWORD'),
      extra: [['resource', 'carts']],
    };
    const environment = { services: { shop: { ...shop, auth } } };
    const yaml = steps('{ id: a, request: { path: /a } }');
    const told = await tell({ yaml, secrets, environment, replies: { [tokenLine]: given('token-1') } });
    expect(told.sent[0]?.body).toBe('grant_type=password&username=ada&password=password-1&resource=carts');
    expect(sentTokens(told)).toEqual(['Bearer token-1']);
  });
});

describe('a token that is not given', () => {
  const one = steps('{ id: a, request: { path: /a } }');

  test.each<[string, Reply, reason: string, message: string]>([
    [
      'refused',
      { status: 401, json: { error: 'invalid_client', error_description: 'client-secret-1 is wrong' } },
      'value',
      'the token request was refused: invalid_client: *** is wrong',
    ],
    ['no token', { json: {} }, 'value', 'the token request was answered without an access_token'],
    ['no connection', { failed: 'refused' }, 'refused', 'the token request failed: refused by the target'],
  ])('fails the step that needs it: %s', async (_, reply, reason, message) => {
    const told = await run(one, { [tokenLine]: reply });
    expect(told.lines).toEqual([tokenLine]);
    expect(told.outcome('a')).toMatchObject({ state: 'failed', reason, sent: 'no' });
    expect(told.evidence('a').error).toMatchObject({ reason, message });
    expect(told.record.problem).toBeUndefined();
  });

  test('is asked for again by a retry of the step', async () => {
    const retried = steps(
      '{ id: a, retry: { attempts: 2, delay: 1s, on: [connection] }, request: { path: /a } }',
    );
    const told = await run(retried, { [tokenLine]: [{ failed: 'refused' }, given('token-1')] });
    expect(told.lines).toEqual([tokenLine, tokenLine, 'GET /a']);
    expect(told.step('a').attempts).toHaveLength(2);
  });

  test('leaves a tokenUrl that is no URL to the step', async () => {
    const auth = 'auth: { oauth2: { tokenUrl: /token, grant: clientCredentials, clientId: a } }';
    const told = await run(steps(`{ id: a, request: { path: /a, ${auth} } }`), {});
    expect(told.evidence('a').error?.message).toBe('tokenUrl: "/token" is not an absolute URL');
  });
});

describe('the record of a token', () => {
  const two = steps('{ id: a, request: { path: /a } }', '{ id: b, request: { path: /b } }');
  const answer = given('token-1', { refresh_token: 'refresh-1', id_token: 'identity-1' });

  test('holds it hidden, for each step that it was sent with', async () => {
    const told = await run(two, { [tokenLine]: answer });
    const finished = told.events.filter((event) => event.type === 'step.finished');
    const shown = finished.map(({ hidden: _, ...event }) => event);
    for (const secret of ['token-1', 'refresh-1', 'identity-1', 'client-secret-1']) {
      expect(JSON.stringify(shown)).not.toContain(secret);
    }
    const tokens = finished.filter(({ key }) => key.startsWith('~oauth/'));
    expect(tokens.map(({ key, hidden }) => [key, hidden?.outputs?.accessToken])).toEqual([
      ['~oauth/a', 'token-1'],
      ['~oauth/b', 'token-1'],
    ]);
    expect(told.events.find((event) => event.type === 'step.started')).toMatchObject({
      key: '~oauth/a',
      intent: { method: 'POST', target: 'https://id.example/token', repeatable: true },
    });
  });

  test('is what another pass goes on with', async () => {
    const told = await run(two, { [tokenLine]: answer });
    const before = told.events.findIndex((event) => event.type === 'step.started' && event.key === 'b');
    const again = await run(
      two,
      { [tokenLine]: given('token-2') },
      { history: told.events.slice(0, before) },
    );
    expect(again.lines).toEqual(['GET /b']);
    expect(sentTokens(again)).toEqual(['Bearer token-1']);
  });

  test('is kept by a retry for steps that passed, and by no other', async () => {
    const failing = steps(
      '{ id: a, request: { path: /a } }',
      '{ id: b, request: { path: /b }, assertions: [{ status: 201 }] }',
    );
    const told = await run(failing, { [tokenLine]: answer });
    const effects = { ...digests, send: () => Promise.reject(new Error('nothing is sent')) };
    const { artifact, history } = told;
    const { kept } = await planRetry({ artifact, request: requestOf(), history, effects }, 'failed');
    expect(kept.map(({ key }) => key)).toEqual(['~variables', '~oauth/a', 'a']);
    expect(kept[1]?.outcome.startedAt).toBeGreaterThanOrEqual(start);
  });
});

test('AWS credentials go along, rendered, and are masked', async () => {
  const auth = `awsSigV4: { accessKeyId: AK1, secretAccessKey: "${braced('secrets.PASSWORD')}", sessionToken: session-1, region: eu-central-1 }`;
  const told = await run(steps(`{ id: a, request: { path: /session-1, auth: { ${auth} } } }`), {});
  expect(told.lines).toEqual(['GET /session-1']);
  expect(told.sent[0]?.sigV4).toEqual({
    accessKeyId: 'AK1',
    secretAccessKey: 'password-1',
    sessionToken: 'session-1',
    region: 'eu-central-1',
  });
  expect(told.evidence('a').request?.url).toBe('https://shop.example/api/***');
});
