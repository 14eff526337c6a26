import { describe, expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { type Story, shop, tell } from './journey-run.ts';

const passed = { kind: 'finished', verdict: { state: 'passed' } };

function states(told: Awaited<ReturnType<typeof tell>>): string {
  return told.record.steps.map(({ key, state }) => `${key} ${state}`).join(', ');
}

describe('the order of a run', () => {
  test('steps one after the other, what one gave known to the next', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: first
    request: { path: /first }
    outputs: { id: $.id }
    assertions: [{ status: 200 }]
  - id: second
    request: { method: POST, path: "/second/${braced('steps.first.outputs.id')}" }
    assertions: [{ status: 201 }]
`,
      replies: { 'GET /first': { json: { id: 7 } }, 'POST /second/7': { status: 201 } },
    });
    expect(told.lines).toEqual(['GET /first', 'POST /second/7']);
    expect(told.ending).toEqual(passed);
    expect(told.record).toMatchObject({
      state: 'passed',
      startedAt: expect.any(Number),
      finishedAt: expect.any(Number),
    });
  });

  test('a failed step ends it', async () => {
    const told = await tell({
      yaml: `
steps:
  - { id: first, request: { path: /first }, assertions: [{ status: 201 }] }
  - { id: second, request: { path: /second } }
`,
    });
    expect(states(told)).toBe('first failed, second pending');
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'assertion', key: 'first' } });
  });

  test('continueOnFailure goes on, and still fails the run', async () => {
    const told = await tell({
      yaml: `
steps:
  - { id: first, request: { path: /first }, continueOnFailure: true, assertions: [{ status: 201 }] }
  - id: second
    if: steps.first.state == "failed"
    request: { path: "/second/${braced('steps.first.state')}" }
`,
    });
    expect(told.lines).toEqual(['GET /first', 'GET /second/failed']);
    expect(states(told)).toBe('first failed, second passed');
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', key: 'first' } });
  });

  test('outputs are taken even when assertions fail', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: first
    request: { path: /first }
    continueOnFailure: true
    outputs: { id: $.id }
    assertions: [{ status: 201 }, { value: "${braced('response.body.gone')}" }]
  - id: second
    request: { path: "/second/${braced('steps.first.outputs.id')}" }
`,
      replies: { 'GET /first': { json: { id: 7 } } },
    });
    expect(told.lines).toEqual(['GET /first', 'GET /second/7']);
    // Both are told: the mismatch, and the value that could not be had.
    expect(told.evidence('first')).toMatchObject({
      assertions: [
        { text: 'status 201', passed: false },
        { passed: false, note: 'response.body has no "gone"; it has: id', line: 9 },
      ],
    });
    expect(told.evidence('first')).not.toHaveProperty('error');
    expect(told.outcome('first')).toMatchObject({ state: 'failed', reason: 'assertion', outputs: { id: 7 } });
  });

  test('every output that is not there is told, and every assertion that reads one', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: only
    request: { path: / }
    outputs:
      a: $.a
      id: $.id
      b: $.b
    assertions:
      - status: 200
      - value: "${braced('outputs.a')}"
        equals: 1
      - { value: "${braced('outputs.b')}", soft: true }
`,
      replies: { 'GET /': { json: { id: 7 } } },
    });
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: 'value', outputs: { id: 7 } });
    expect(told.evidence('only')).toMatchObject({
      error: {
        reason: 'value',
        message: expect.stringMatching(/^output "a": .*not there/),
        place: { line: 8 },
      },
      furtherErrors: [
        { reason: 'value', message: expect.stringMatching(/^output "b": .*not there/), place: { line: 10 } },
      ],
      assertions: [
        { passed: true },
        { passed: false, note: 'outputs has no "a"; it has: id', line: 13 },
        { passed: false, note: 'outputs has no "b"; it has: id', soft: true, line: 15 },
      ],
    });
  });

  test('what a soft assertion cannot read fails nothing', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: only
    request: { path: / }
    assertions: [{ value: "${braced('response.body.gone')}", soft: true }]
`,
      replies: { 'GET /': { json: { id: 7 } } },
    });
    expect(told.ending).toEqual(passed);
    expect(told.evidence('only').assertions).toMatchObject([{ passed: false, soft: true }]);
  });

  test('an assertion whose message cannot be had does not hold all the same', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: only
    request: { path: / }
    assertions: [{ status: 201, message: "for ${braced('response.body.gone')}" }]
`,
      replies: { 'GET /': { json: { id: 7 } } },
    });
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: 'assertion' });
    expect(told.evidence('only').assertions).toMatchObject([
      {
        passed: false,
        actual: 200,
        message: 'its message could not be had (response.body has no "gone"; it has: id)',
      },
    ]);
  });

  test('a step without assertions passes when an answer came, whatever its status', async () => {
    const told = await tell({
      yaml: 'steps: [{ id: only, request: { path: / } }]',
      replies: { 'GET /': { status: 500 } },
    });
    expect(told.ending).toEqual(passed);
    expect(told.outcome('only')).toMatchObject({ state: 'passed', sent: 'yes' });
  });

  test('all assertions are evaluated; a soft one fails nothing', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: only
    request: { path: / }
    assertions:
      - { status: 201, soft: true }
      - { duration: { lessThan: 1s } }
`,
    });
    expect(told.ending).toEqual(passed);
    expect(told.evidence('only').assertions.map((one) => one.passed)).toEqual([false, true]);
  });

  test('--seed: the same draws in the same places, others elsewhere', async () => {
    const yaml = `
variables: { v: "${braced('uuid()')}" }
steps:
  - id: first
    request: { path: "/${braced('uuid()')}/${braced('uuid()')}/${braced('random(1, 100000)')}/${braced('variables.v')}" }
    outputs: { after: { value: "${braced('uuid()')}" } }
  - id: second
    request: { path: "/${braced('uuid()')}" }
`;
    const one = await tell({ yaml });
    const two = await tell({ yaml });
    const other = await tell({ yaml, request: { seed: 'x' } });
    expect(one.lines).toEqual(two.lines);
    expect(other.lines).not.toEqual(one.lines);
    const drawn = [
      ...one.lines.flatMap((line) => line.split('/').slice(1)),
      String(one.outputs('first')?.after),
    ];
    expect(new Set(drawn).size).toBe(6);
  });
});

describe('if', () => {
  test.each<[condition: string, sent: boolean]>([
    ['inputs.n == 1', true],
    [braced('inputs.n == 1'), true],
    ['inputs.n == 2', false],
  ])('%s', async (condition, sent) => {
    const told = await tell({
      yaml: `inputs: { n: {} }\nsteps: [{ id: only, if: "${condition}", request: { path: / } }]`,
      request: { inputs: { n: 1 } },
    });
    expect(told.lines).toHaveLength(sent ? 1 : 0);
    expect(told.step('only').state).toBe(sent ? 'passed' : 'skipped');
    expect(told.ending).toEqual(passed);
  });

  test('a skipped step is neither passed nor failed, and has no outputs', async () => {
    const told = await tell({
      yaml: `
steps:
  - { id: first, if: "journey.name == 'other'", request: { path: / }, outputs: { a: $.a } }
  - id: second
    assertions:
      - { value: "${braced('steps.first.state')}", equals: skipped }
      - value: "${braced('!has(steps.first.outputs.a)')}"
      - { value: "${braced('steps.first.outputs.?a.orValue(5)')}", equals: 5 }
`,
    });
    expect(told.ending).toEqual(passed);
  });

  test.each<[condition: string, message: string]>([
    ['inputs.n', '"if" wants true or false, not number'],
    ['optional.none()', '"if" wants true or false, not nothing'],
  ])('%s is neither true nor false: the step fails on its line', async (condition, message) => {
    const told = await tell({
      yaml: `inputs: { n: {} }\nsteps: [{ id: only, if: "${condition}", request: { path: / } }]`,
      request: { inputs: { n: 1 } },
    });
    expect(told.lines).toEqual([]);
    expect(told.evidence('only').error).toMatchObject({ reason: 'value', message, place: { line: 4 } });
  });

  test('that has no value fails the step, and nothing is sent', async () => {
    const told = await tell({
      yaml: `inputs: { o: {} }\nsteps: [{ id: only, if: inputs.o.gone == 1, request: { path: / } }]`,
      request: { inputs: { o: {} } },
    });
    expect(told.lines).toEqual([]);
    expect(told.ending).toMatchObject({ verdict: { reason: 'value' } });
    expect(told.evidence('only').error).toMatchObject({
      reason: 'value',
      message: expect.stringContaining('inputs.o has no "gone"'),
    });
  });
});

describe('variables', () => {
  const yaml = `
inputs: { email: {} }
variables:
  id: "${braced('uuid()')}"
  name: "${braced('inputs.email')}-${braced('run.id')}-${braced('variables.id')}"
  constructor: 1
steps:
  - id: only
    request: { method: POST, path: /, json: { a: "${braced('variables.name')}", b: "${braced('variables.name')}", c: "${braced('variables.constructor')}" } }
`;
  const told = (request: Story['request']) =>
    tell({ yaml, request: { inputs: { email: 'ada' }, ...request } });
  const sentBy = async (request: Story['request'] = {}) =>
    JSON.parse(String((await told(request)).sent[0]?.body ?? 'null'));

  test('are evaluated once, in the order written, and see those before them', async () => {
    const { a, b, c } = await sentBy({ firstRun: 'run_0' });
    expect(a).toMatch(/^ada-run_0-[0-9a-f-]{36}$/);
    expect(b).toBe(a);
    expect(c).toBe(1);
  });

  test('that are given win; what is given is a value, never an expression', async () => {
    expect((await sentBy({ variables: { id: 'x' } })).a).toBe('ada-run_1-x');
    expect((await sentBy({ variables: { name: null } })).a).toBe(null);
    expect((await sentBy({ variables: { name: braced('inputs.email') } })).a).toBe(braced('inputs.email'));
    expect((await sentBy({ variables: { name: `broken ${'${{'}` } })).a).toBe(`broken ${'${{'}`);
  });

  test('that a case calculates take the place of their declarations, and may be secret', async () => {
    const at = [0, 2, 1, 2, 6] as const;
    const redeclared = [
      { name: 'id', at, value: braced("inputs.email + '!'") },
      { name: 'constructor', at, value: braced("secrets.KEY + '/' + variables.name") },
    ];
    const secrets = { KEY: 'open-sesame' };
    const { sent, events } = await tell({
      yaml: yaml.replace('constructor: 1', `constructor: "${braced('secrets.KEY')}"`),
      secrets,
      request: { inputs: { email: 'ada' }, redeclared },
    });
    expect(JSON.parse(String(sent[0]?.body))).toMatchObject({
      a: 'ada-run_1-ada!',
      c: 'open-sesame/ada-run_1-ada!',
    });
    const evaluated = events.find((event) => event.type === 'step.finished' && event.key === '~variables');
    expect(evaluated).toMatchObject({ outcome: { outputs: { constructor: '***/ada-run_1-ada!' } } });
  });

  test('that a case calculates, and cannot, are blamed on the case', async () => {
    const redeclared = [{ name: 'id', at: [0, 2, 1, 2, 6] as const, value: braced('inputs.email.gone') }];
    const { ending, events } = await told({ redeclared });
    expect(ending).toMatchObject({ verdict: { state: 'failed', reason: 'value', key: '~variables' } });
    const finished = events.find((event) => event.type === 'step.finished');
    expect(finished).toMatchObject({ evidence: { error: { place: { line: 2 } } } });
  });

  test('that have no value fail the run before its first step, and say where', async () => {
    const { ending, lines, events } = await told({ inputs: { email: null } });
    expect(lines).toEqual([]);
    expect(ending).toMatchObject({ verdict: { state: 'failed', reason: 'value', key: '~variables' } });
    const finished = events.find((event) => event.type === 'step.finished');
    expect(finished).toMatchObject({
      key: '~variables',
      evidence: {
        error: { reason: 'value', message: 'null cannot be written into a text', place: { line: 7 } },
      },
    });
  });
});

describe('what expressions read', () => {
  test('the run, the journey, the case, the environment, services, secrets', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: only
    request:
      method: POST
      path: /
      json:
        - "${braced('run.id')}"
        - "${braced('journey.name')}"
        - "${braced('case.name')}"
        - "${braced('env.currency')}"
        - "${braced('services.shop.url')}"
        - "${braced('secrets.KEY')}"
`,
      environment: {
        values: { currency: 'EUR', unused: braced('secrets.OTHER') },
        services: {
          shop: { url: 'https://shop.example/api/', headers: [] },
          broken: { url: braced('secrets.OTHER'), headers: [] },
        },
      },
      secrets: { KEY: 'hunter22' },
      request: { id: 'run_2', case: 'Happy path' },
    });
    expect(JSON.parse(String(told.sent[0]?.body ?? ''))).toEqual([
      'run_1',
      'test',
      'Happy path',
      'EUR',
      'https://shop.example/api',
      'hunter22',
    ]);
  });

  test.each<[read: string, message: string]>([
    ['services.other.url', 'services has no "other"'],
    ['env.gone', 'env has no "gone"'],
  ])('%s that the environment lacks has no value', async (read, message) => {
    const told = await tell({
      yaml: `steps: [{ id: only, request: { path: "/${braced(read)}" } }]`,
      environment: { services: { shop } },
    });
    expect(told.lines).toEqual([]);
    expect(told.evidence('only').error?.message).toContain(message);
  });

  test('a service sees nothing but secrets', async () => {
    const headers = [['x', braced('inputs.n')]] as const;
    const told = await tell({
      yaml: 'steps: [{ id: only, request: { path: / } }]',
      environment: { services: { shop: { ...shop, headers } } },
      request: { inputs: { n: 1 } },
    });
    expect(told.evidence('only').error?.message).toContain('inputs is not there');
  });

  test('a run without a case has no name of one', async () => {
    const told = await tell({ yaml: `steps: [{ id: only, request: { path: "/${braced('case.name')}" } }]` });
    expect(told.evidence('only').error?.message).toContain('case has no "name"');
    const guarded = await tell({
      yaml: `steps: [{ id: only, request: { path: "/${braced("has(case.name) ? case.name : 'none'")}" } }]`,
    });
    expect(guarded.lines).toEqual(['GET /none']);
  });

  test('request, response and outputs of the step itself, after its answer', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: only
    request: { method: POST, path: /a, headers: { X-Own: o }, json: { n: 1 } }
    outputs:
      first: $.id
      second: { value: "${braced('outputs.first + 1')}" }
      third: { body: $.gone, default: "${braced('outputs.second + 1')}" }
    assertions:
      - { value: "${braced('outputs.third')}", equals: 3 }
      - { value: "${braced('response.status')}", equals: 200 }
      - { value: "${braced("response.headers['content-type']")}", equals: application/json }
      - { value: "${braced('request.method + request.url')}", equals: "POSThttps://shop.example/api/a" }
      - { value: "${braced("request.headers['x-own']")}", equals: o }
      - { value: "${braced("request.headers['user-agent']")}", equals: reqflo/test }
      - { value: "${braced('request.body')}", equals: '{"n":1}' }
`,
      replies: { 'POST /a': { json: { id: 1 } } },
    });
    expect(told.evidence('only').assertions.filter((one) => !one.passed)).toEqual([]);
    expect(told.outputs('only')).toEqual({ first: 1, second: 2, third: 3 });
  });

  test('now() is one instant a step, that of its first intent', async () => {
    const now = braced("string(now()) + '|'");
    const told = await tell({
      yaml: `
steps:
  - id: only
    request: { path: "/x", query: { a: "${now}", b: "${now}" } }
    retry: { attempts: 2, delay: 1s }
    outputs: { at: { value: "${now}" } }
    assertions: [{ status: 200 }]
`,
      replies: {
        'GET /x?a=2026-11-25T10%3A00%3A00Z%7C&b=2026-11-25T10%3A00%3A00Z%7C': [{ status: 503 }, {}],
      },
    });
    expect(told.sent).toHaveLength(2);
    expect(told.ending).toEqual(passed);
    expect(told.outputs('only')).toEqual({ at: '2026-11-25T10:00:00Z|' });
  });

  test('parts of an earlier answer, and those alone are kept', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: first
    request: { path: /first }
  - id: second
    request:
      path: "/${braced('steps.first.response.status')}/${braced('steps.first.response.body.order.id')}/${braced('steps.first.response.body.order.lines[0].sku')}/${braced("steps.first.response.headers['x-a']")}"
`,
      replies: {
        'GET /first': {
          headers: [
            ['X-A', 'a'],
            ['X-B', 'b'],
          ],
          text: JSON.stringify({ order: { id: 1, total: 5, lines: [{ sku: 's' }] }, rest: 'r' }),
        },
      },
    });
    expect(told.lines[1]).toBe('GET /200/1/s/a');
    expect(told.outcome('first').response).toEqual({
      status: 200,
      headers: { 'x-a': 'a' },
      body: { order: { id: 1, lines: [{ sku: 's' }] } },
    });
  });
});

describe('a run that is stopped', () => {
  const yaml = `
steps:
  - { id: first, request: { path: /first }, outputs: { a: $.a } }
  - { id: second, request: { path: /second } }
`;

  test('finishes what was started, and begins nothing more', async () => {
    const told = await tell({
      yaml,
      replies: { 'GET /first': { json: { a: 1 } } },
      onSend: (_, pass) => pass.stop('cancel'),
    });
    expect(told.lines).toEqual(['GET /first']);
    expect(states(told)).toBe('first passed, second canceled');
    expect(told.ending).toEqual({ kind: 'finished', verdict: { state: 'canceled' } });
  });

  test('by its own timeout fails with that', async () => {
    const told = await tell({
      yaml,
      replies: { 'GET /first': { json: { a: 1 }, ms: 5000 } },
      request: { deadline: Date.UTC(2026, 10, 25, 10, 0, 1) },
    });
    expect(told.ending).toEqual({ kind: 'finished', verdict: { state: 'failed', reason: 'timeout' } });
  });

  test('between two attempts is canceled there, with the outcome of the last one', async () => {
    const told = await tell({
      yaml: `
steps:
  - { id: only, request: { path: / }, retry: { attempts: 3, delay: 1h }, assertions: [{ status: 200 }] }
  - { id: next, request: { path: /next } }
`,
      replies: { 'GET /': { status: 503 } },
      onSend: (_, pass) => setTimeout(() => pass.stop('cancel'), 1000),
    });
    expect(told.lines).toEqual(['GET /']);
    expect(states(told)).toBe('only canceled, next pending');
    expect(told.record.state).toBe('canceled');
  });

  test('before its variables runs nothing', async () => {
    const stopped = await tell({
      yaml,
      history: [
        { type: 'run.created', at: 0, request: (await tell({ yaml })).record.request, kept: [] },
        { type: 'run.cancelRequested', at: 0, by: 'ada' },
      ],
    });
    expect(stopped.lines).toEqual([]);
    expect(stopped.ending).toMatchObject({ verdict: { state: 'canceled' } });
  });
});

test('a run that goes on gives the same requests from what is recorded', async () => {
  const yaml = `
variables: { v: "${braced('uuid()')}" }
steps:
  - id: login
    request: { path: "/login/${braced('variables.v')}" }
    outputs: { token: { body: $.token, secret: true } }
  - id: pay
    request: { method: POST, path: "/pay/${braced('uuid()')}", idempotencyKey: true, auth: { bearer: "${braced('steps.login.outputs.token')}" } }
  - { id: last, request: { path: "/last/${braced('steps.login.state')}" } }
`;
  const story = { yaml, onSend: () => {} };
  const plain = await tell(story);
  const login = plain.lines[0] ?? '';
  const replies = { [login]: { json: { token: 'hunter22' } } };
  const whole = await tell({ ...story, replies });
  const cut = whole.events.findIndex((event) => event.type === 'step.started' && event.key === 'pay');
  const rest = await tell({ ...story, replies, history: whole.events.slice(0, cut + 1) });
  expect(rest.sent).toEqual(whole.sent.slice(1));
  expect(rest.ending).toEqual(passed);
});
