import { describe, expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { digests, type Reply, type Story, type Told, tell } from './journey-run.ts';

function send(request: string, reply: Reply = {}, more: Partial<Story> = {}): Promise<Told> {
  return tell({
    yaml: `inputs: { x: {} }\nsteps: [{ id: only, request: ${request} }]`,
    replies: { 'GET /': reply, 'POST /': reply },
    ...more,
  });
}

const get = '{ path: / }';

describe('the evidence of a sending', () => {
  test('is what went out, what came back and how long it took', async () => {
    const told = await send('{ method: POST, path: /, json: { a: ä } }', {
      status: 201,
      json: { id: 1 },
      ms: 25,
    });
    const sent = '{"a":"ä"}';
    expect(told.evidence('only')).toEqual({
      request: {
        method: 'POST',
        url: 'https://shop.example/api/',
        headers: [
          ['Content-Type', 'application/json'],
          ['user-agent', 'reqflo/test'],
        ],
        body: { size: Buffer.byteLength(sent), sha256: digests.sha256(sent), text: sent },
        curl: `curl https://shop.example/api/ --json '${sent}'`,
      },
      response: {
        status: 201,
        statusText: '',
        httpVersion: '1.1',
        headers: [['Content-Type', 'application/json']],
        body: { size: 8, sha256: digests.sha256('{"id":1}'), text: '{"id":1}' },
      },
      assertions: [],
      durationMs: 25,
    });
  });

  test.each<[text: string, size: number]>([
    ['abc', 3],
    ['äß', 4],
    ['日本', 6],
    ['🙂', 4],
  ])('counts the bytes of a sent body: %s', async (text, size) => {
    expect(
      (await send(`{ method: POST, path: /, text: "${text}" }`)).evidence('only').request?.body?.size,
    ).toBe(size);
  });

  test('of an empty body keeps no text', async () => {
    const { request, response } = (await send('{ method: POST, path: /, text: "" }')).evidence('only');
    expect(request).not.toHaveProperty('body');
    expect(response?.body).toEqual({ size: 0, sha256: digests.sha256('') });
  });

  test('keeps 64 kB of a body; beyond it the hash tells', async () => {
    const text = 'x'.repeat(64 * 1024);
    expect((await send(get, { text })).evidence('only').response?.body.text).toBe(text);
    const { body } = (await send(get, { text: `${text}y` })).evidence('only').response ?? {};
    expect(body).toEqual({
      size: text.length + 1,
      sha256: digests.sha256(`${text}y`),
      text,
      truncated: true,
    });
  });

  test.each<[what: string, reply: Reply, shown: boolean]>([
    ['a picture', { headers: [['Content-Type', 'image/png']], text: 'PNG' }, false],
    ['any bytes', { headers: [['content-type', 'application/octet-stream']], text: 'x' }, false],
    ['bytes without a type', { bytes: new Uint8Array([1, 0, 2]) }, false],
    [
      'UTF-16 that says so',
      { headers: [['Content-Type', 'text/plain; charset=utf-16le']], bytes: new Uint8Array([65, 0]) },
      true,
    ],
    ['a text without a type', { text: 'a' }, true],
  ])('shows as text what is one: %s', async (_, reply, shown) => {
    expect((await send(get, reply)).evidence('only').response?.body.text !== undefined).toBe(shown);
  });
});

describe('masking', () => {
  const secret = 'p"ä/+ s';
  const secrets = { KEY: secret };
  const key = braced('secrets.KEY');

  /** Every form of the secret that was sent or answered, nowhere in what readers get. */
  function shownOf(told: Told): string {
    const shown = told.events.map((event) => {
      if (event.type !== 'step.finished') return event;
      const { hidden: _, ...rest } = event;
      return rest;
    });
    return JSON.stringify(shown);
  }

  test('covers path, query, headers, bodies, outputs, assertions and curl in every form', async () => {
    const yaml = `
steps:
  - id: only
    request:
      method: POST
      path: "/x/${key}"
      query: { q: "${key}", b: "${braced('base64.encode(bytes(secrets.KEY))')}" }
      headers: { X-Key: "k ${key}", Authorization: "Custom ${key}" }
      form: { a: "${key}" }
    outputs: { echo: $.echo, all: $ }
    assertions:
      - { body: $.echo, equals: "${key}" }
      - { body: $.echo, equals: "not ${key}", soft: true, message: "no ${key}" }
`;
    const query = `q=${encodeURIComponent(secret)}&b=${encodeURIComponent(Buffer.from(secret).toString('base64'))}`;
    const told = await tell({
      yaml,
      secrets,
      replies: {
        [`POST /x/${encodeURIComponent(secret)}?${query}`]: {
          json: { echo: secret, url: encodeURIComponent(secret), hex: Buffer.from(secret).toString('hex') },
        },
      },
    });
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
    const forms = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      new URLSearchParams([['', secret]]).toString().slice(1),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ];
    // A text in JSON is written once more by `shownOf`.
    const shown = [shownOf(told), shownOf(told).replaceAll('\\"', '"')];
    expect(forms.filter((form) => shown.some((text) => text.includes(form)))).toEqual([]);
    const { request } = told.evidence('only');
    expect(request?.url).toBe('https://shop.example/api/x/***?q=***&b=***');
    expect(request?.body?.text).toBe('a=***');
    expect(request?.curl).toContain('-H "x-key: k $X_KEY" -H "authorization: Custom $TOKEN"');
    expect(told.outcome('only').outputs).toEqual({
      echo: '***',
      all: { echo: '***', url: '***', hex: '***' },
    });
    expect(told.outputs('only')).toMatchObject({ echo: secret });
  });

  test('a body is masked before it is cut', async () => {
    for (const length of [65_530, 65_533, 65_536]) {
      const { text } =
        (
          await send(get, { text: `${'x'.repeat(length)}hunter22` }, { secrets: { KEY: 'hunter22' } })
        ).evidence('only').response?.body ?? {};
      expect(text).not.toContain('hu');
    }
  });

  test('covers credentials and cookies, whatever they are', async () => {
    const told = await send(
      '{ path: /, headers: { Cookie: "a=1; b=2; c; ", authorization: Bearer abc, Proxy-Authorization: abc } }',
      {
        headers: [
          ['Set-Cookie', 'session=s3; Path=/; HttpOnly'],
          ['set-cookie', 'token; Path=/'],
          ['X-Other', 'a=1; b=2'],
        ],
      },
    );
    const { request, response } = told.evidence('only');
    expect(request?.headers.slice(0, 3)).toEqual([
      ['Cookie', 'a=***; b=***; ***; '],
      ['authorization', 'Bearer ***'],
      ['Proxy-Authorization', '***'],
    ]);
    expect(response?.headers).toEqual([
      ['Set-Cookie', 'session=***; Path=/; HttpOnly'],
      ['set-cookie', '***; Path=/'],
      ['X-Other', 'a=1; b=2'],
    ]);
    expect(request?.curl).toContain('"authorization: Bearer $TOKEN"');
  });

  test('names the cookies of the jar in curl, which would be answered otherwise without them', async () => {
    const { request } = (await send(get, { sentCookie: 'session=s3; theme=dark' })).evidence('only');
    expect(request?.curl).toBe(
      'curl https://shop.example/api/ -H "cookie: session=$COOKIE; theme=$COOKIE_2"',
    );
  });

  test('covers messages of what went wrong', async () => {
    const told = await tell({
      yaml: `steps: [{ id: only, request: { path: "/${braced("{'hunter22': 1}.gone")}" } }]`,
      secrets: { KEY: 'hunter22' },
    });
    expect(told.evidence('only').error?.message).toContain('it has: ***');
  });

  test('of a secret output begins with its step: whole, whatever its type, and everywhere after it', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: login
    request: { path: /login }
    outputs:
      token: { body: $.token, secret: true }
      pin: { body: $.pin, secret: true }
      gone: { body: $.gone, secret: true, optional: true }
      user: $.user
    assertions: [{ body: { $.token: swordfish } }]
  - { id: next, request: { path: "/${braced('steps.login.outputs.token')}" }, outputs: { again: $.again } }
`,
      replies: {
        'GET /login': { json: { token: 'swordfish', pin: true, user: 'ada' } },
        'GET /swordfish': { json: { again: 'a swordfish' } },
      },
    });
    expect(told.lines).toEqual(['GET /login', 'GET /swordfish']);
    expect(told.outcome('login').outputs).toEqual({ token: '***', pin: '***', user: 'ada' });
    expect(told.outputs('login')).toEqual({ token: 'swordfish', pin: true, user: 'ada' });
    expect(told.outcome('next').outputs).toEqual({ again: 'a ***' });
    expect(shownOf(told)).not.toContain('swordfish');
  });

  test('knows secret outputs again when a run goes on', async () => {
    const story: Story = {
      yaml: `
steps:
  - { id: login, request: { path: /login }, outputs: { token: { body: $.token, secret: true } } }
  - { id: next, request: { path: /next } }
`,
      replies: { 'GET /login': { json: { token: 'swordfish' } }, 'GET /next': { text: 'swordfish' } },
    };
    const whole = await tell(story);
    const cut = whole.events.findIndex((event) => event.type === 'step.started' && event.key === 'next');
    const rest = await tell({ ...story, history: whole.events.slice(0, cut) });
    expect(rest.lines).toEqual(['GET /next']);
    expect(rest.evidence('next').response?.body.text).toBe('***');
  });

  test('a value of the environment that holds a secret is secret, in every pass', async () => {
    const environment = {
      values: {
        token: braced("secrets.KEY.upperAscii() + '-1'"),
        plain: 'ada',
        broken: braced('secrets.NONE'),
      },
      services: {
        shop: {
          url: 'https://shop.example/api',
          headers: [['x-own', braced('secrets.KEY.replace("h", "H")')]] as const,
        },
      },
    };
    const story: Story = {
      yaml: `
steps:
  - { id: first, request: { path: "/${braced('env.plain')}" } }
  - { id: second, request: { path: "/${braced('env.token')}" } }
`,
      environment,
      secrets: { KEY: 'hunter22' },
      replies: { 'GET /ada': { text: 'HUNTER22-1 and Hunter22' } },
    };
    const told = await tell(story);
    expect(told.lines).toEqual(['GET /ada', 'GET /HUNTER22-1']);
    expect(told.evidence('first').response?.body.text).toBe('*** and ***');
    expect(told.evidence('second').request?.url).toBe('https://shop.example/api/***');
  });

  test('a value of the environment that cannot be had fails the step that reads it', async () => {
    const told = await tell({
      yaml: `steps: [{ id: first, request: { path: / } }, { id: second, request: { path: "/${braced('env.token')}" } }]`,
      environment: { values: { token: braced('secrets.NONE') } },
    });
    expect(told.record.steps.map(({ state }) => state)).toEqual(['passed', 'failed']);
    expect(told.evidence('second').error?.message).toContain('secrets has no "NONE"');
  });

  test('hides what later steps read of an answer, and the cookies always', async () => {
    const cookies = [{ key: 'session', value: 's3' }];
    const told = await tell({
      yaml: `
steps:
  - { id: first, request: { path: /first } }
  - { id: second, request: { path: "/${braced('steps.first.response.body.echo')}" } }
`,
      secrets: { KEY: 'hunter22' },
      replies: { 'GET /first': { json: { echo: 'hunter22' }, cookies } },
    });
    expect(told.lines[1]).toBe('GET /hunter22');
    expect(told.sent[1]?.cookies).toEqual(cookies);
    const event = told.events.find((one) => one.type === 'step.finished' && one.key === 'first');
    expect(event).toMatchObject({
      outcome: { response: { body: { echo: '***' } } },
      hidden: { response: { body: { echo: 'hunter22' } }, cookies },
    });
    expect(told.outcome('first')).not.toHaveProperty('cookies');
  });

  test('variables that hold a secret are hidden', async () => {
    const told = await tell({
      yaml: `variables: { v: "a ${key}", w: b }\nsteps: [{ id: only, request: { path: "/${braced('variables.w')}" } }]`,
      secrets,
    });
    const event = told.events.find((one) => one.type === 'step.finished');
    expect(event).toMatchObject({
      outcome: { outputs: { v: 'a ***', w: 'b' } },
      hidden: { outputs: { v: `a ${secret}` } },
    });
  });
});
