import { describe, expect, test } from 'vitest';
import { createParsed } from '../../src/run/parsed.ts';
import { createRedactor } from '../../src/run/redact.ts';
import { braced } from '../query/scope.ts';
import { type Story, type Told, tell } from './journey-run.ts';

const redactorOf = (body: readonly string[], headers: readonly string[] = []) =>
  createRedactor({ headers, body }, createParsed([]));

describe('a body', () => {
  const everywhere = ['$..password'];

  test.each<[paths: readonly string[], text: string, shown: string, found: readonly string[]]>([
    [everywhere, '{"a":1}', '{"a":1}', []],
    [everywhere, '{ "a" : 1.50 }', '{ "a" : 1.50 }', []],
    [everywhere, '{"password":"pw","n":1.50}', '{"password":"***","n":1.50}', ['pw']],
    [
      everywhere,
      '[{"x":{"password":12}},{"password":""}]',
      '[{"x":{"password":"***"}},{"password":"***"}]',
      ['12'],
    ],
    [everywhere, '{"password":{"old":["a",1e3,true],"new":null}}', '{"password":"***"}', ['a', '1e3']],
    [everywhere, '{"password":true}', '{"password":"***"}', []],
    [everywhere, '{"password":"first","password":"last"}', '{"password":"***"}', ['last']],
    [['$'], '"all"', '"***"', ['all']],
    [["$['a b'][-1]"], '{"a b":[1,2]}', '{"a b":[1,"***"]}', ['2']],
    [
      ['$[?@.kind == "card"].cvv', '$..kind'],
      '[{"kind":"card","cvv":"042"}]',
      '[{"kind":"***","cvv":"***"}]',
      ['042', 'card'],
    ],
    [everywhere, 'password=pw', 'password=pw', []],
    [everywhere, '', '', []],
  ])('%j in %s', (body, text, shown, found) => {
    const redactor = redactorOf(body);
    expect(redactor.body(text)).toBe(shown);
    expect(redactor.find({ headers: [], bodies: [text] })).toEqual(found);
  });

  test.each([
    ['$[*].password', '{"password":"a"}\n{"b":1}\n', '{"password":"***"}\n{"b":1}\n', ['a']],
    ['$.password', '{"b": 1}\n\n{"password":"a"}', '{"b": 1}\n\n{"password":"***"}', ['a']],
    ['$[1]', '{"b":1}\nno JSON\n{"c":"x"}', '{"b":1}\nno JSON\n"***"', ['x']],
    ['$..b', 'one\n2', 'one\n2', []],
  ])('of lines: %s in %j', (path, text, shown, found) => {
    const redactor = redactorOf([path]);
    expect(redactor.body(text)).toBe(shown);
    expect(redactor.find({ headers: [], bodies: [text] })).toEqual(found);
  });
});

test.each([
  ['set-cookie', 'session=abcd; Path=/; HttpOnly', ['session=abcd; Path=/; HttpOnly', 'abcd']],
  ['set-cookie', 'bare; Path=/', ['bare; Path=/', 'bare']],
  ['cookie', 'a=one; b=two=2', ['a=one; b=two=2', 'one', 'two=2']],
  ['Authorization', 'Bearer abc.def', ['Bearer abc.def', 'abc.def']],
  ['proxy-authorization', 'token', ['token']],
])('of %s: %s also what is secret in it', (name, value, found) => {
  const redactor = redactorOf([], [name.toLowerCase()]);
  expect(redactor.find({ headers: [[[name, value]]], bodies: [] })).toEqual(found);
});

test('a header, in any case, and all its values together', () => {
  const redactor = redactorOf([], ['x-session']);
  expect(['X-Session', 'x-session', 'x-sessions'].map(redactor.hidesHeader)).toEqual([true, true, false]);
  const headers = [
    ['X-Session', 'one'],
    ['x-session', 'two'],
    ['x-other', 'three'],
  ] as const;
  expect(redactor.find({ headers: [headers], bodies: [] })).toEqual(['one', 'two', 'one, two']);
});

describe('a run', () => {
  const redact = { headers: ['x-session'], body: ['$..password', '$..cvv'] };
  const yaml = `steps:
  - id: login
    request: { method: POST, path: /login, headers: { X-Session: "${braced("'out' + 'ward-1'")}" }, json: { password: "${braced("'pla' + 'nted-1'")}", plain: yes } }
    outputs: { user: $.user, cvv: $.cvv, all: text, session: { header: x-session } }
    assertions:
      - body: { $.user.password: wrong, $.user: { like: { password: other } }, $.cvv: 999 }
      - header: { x-session: { startsWith: in } }
      - text: { contains: none }
    continueOnFailure: true
  - id: later
    request: { path: "/later/${braced('steps.login.outputs.user.password')}", json: { cvv: "${braced('steps.login.outputs.cvv')}" } }
    outputs: { told: $.told }
    assertions:
      - body: { $.told: "is ${braced('steps.login.outputs.user.password')}" }
`;
  const replies: Story['replies'] = {
    'POST /login': {
      headers: [
        ['Content-Type', 'application/json'],
        ['X-SESSION', 'inward-2'],
      ],
      json: { user: { name: 'ada', password: 'planted-2' }, cvv: 123 },
    },
    'GET /later/planted-2': { json: { told: 'is planted-2', again: ['planted-1', 'outward-1'] } },
  };
  const planted = /planted-|ward-|123/;

  /** As a reader sees it. */
  function shown({ events }: Told): string {
    return JSON.stringify(
      events.map((event) => ('hidden' in event ? { ...event, hidden: undefined } : event)),
    ).replace(/"sha256":"[^"]*"|"at":\d+|"\w+At":\d+/g, '');
  }

  test('judges and hands on the real values, and shows none of them', async () => {
    const told = await tell({ yaml, redact, replies });
    expect(told.lines).toEqual(['POST /login', 'GET /later/planted-2']);
    expect(told.sent[1]?.body).toBe('{"cvv":123}');
    expect(told.sent[0]?.body).toBe('{"password":"planted-1","plain":"yes"}');
    expect(told.outputs('login')).toMatchObject({ cvv: 123, session: 'inward-2' });
    expect(told.step('later').state).toBe('passed');
    expect(shown(told)).not.toMatch(planted);
  });

  test('shows *** where they were', async () => {
    const told = await tell({ yaml, redact, replies });
    const { request, response, assertions } = told.evidence('login');
    expect(request?.headers).toContainEqual(['X-Session', '***']);
    expect(request?.body?.text).toBe('{"password":"***","plain":"yes"}');
    expect(request?.curl).toBe(
      `curl https://shop.example/api/login -H "x-session: $X_SESSION" --json "{\\"password\\":\\"$SECRET\\",\\"plain\\":\\"yes\\"}"`,
    );
    expect(response?.headers).toContainEqual(['X-SESSION', '***']);
    expect(response?.body.text).toBe('{"user":{"name":"ada","password":"***"},"cvv":"***"}');
    expect(assertions.map(({ actual }) => actual)).toEqual([
      '***',
      { name: 'ada', password: '***' },
      '***',
      '***',
      '{"user":{"name":"ada","password":"***"},"cvv":"***"}',
    ]);
    expect(told.outcome('login').outputs).toMatchObject({
      user: { name: 'ada', password: '***' },
      cvv: '***',
    });
    expect(told.evidence('later').response?.body.text).toBe('{"told":"is ***","again":["***","***"]}');
    const intents = told.events.flatMap((event) =>
      event.type === 'step.started' ? [event.intent.target] : [],
    );
    expect(intents.at(-1)).toContain('/later/***');
  });

  test('knows them in the next pass too', async () => {
    const first = await tell({ yaml, redact, replies });
    const cut = first.history.findIndex((event) => event.type === 'step.finished' && event.key === 'login');
    const resumed = await tell({ yaml, redact, replies, history: first.history.slice(0, cut + 1) });
    expect(resumed.lines).toEqual(['GET /later/planted-2']);
    expect(shown(resumed)).not.toMatch(planted);
    expect(resumed.evidence('later')).toEqual(first.evidence('later'));
  });

  test('knows those of every look of a poll, and of what a command wrote', async () => {
    const polling = `steps:
  - id: look
    request: { path: /look }
    poll: { until: response.body.done, every: 1ms }
    assertions: [{ status: 200 }]
  - id: say
    exec: [say]
    outputs: { card: $.card }
    assertions: [{ body: { $.told: "pas${braced("'' + 'sed-1'")}" } }]
`;
    const text = '{"told":"passed-1","card":{"cvv":42}}';
    const told = await tell({
      yaml: polling,
      redact,
      request: { allowExec: true },
      replies: { 'GET /look': [{ json: { password: 'passed-1' } }, { json: { done: true } }] },
      exec: async () => ({
        durationMs: 1,
        at: 1,
        stdout: { bytes: new TextEncoder().encode(text), text },
        stderr: { bytes: new Uint8Array(), text: '' },
        result: { kind: 'exited', exitCode: 0 },
      }),
    });
    expect(told.record.state).toBe('passed');
    expect(told.evidence('say').command?.stdout.text).toBe('{"told":"***","card":{"cvv":"***"}}');
    expect(told.outcome('say').outputs).toEqual({ card: { cvv: '***' } });
    expect(shown(told)).not.toContain('passed-1');
  });

  test('without redact is told as it was', async () => {
    const told = await tell({ yaml, replies });
    expect(told.evidence('login').response?.body.text).toContain('planted-2');
    expect(told.events.some((event) => 'hidden' in event)).toBe(false);
  });
});
