import { describe, expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { compile, type Story, states, tell } from './journey-run.ts';

const login = `
name: login
defaults: { service: shop }
inputs:
  email: { type: string, default: ada@example.com }
  age: { type: integer, minimum: 18, default: 18 }
variables: { greeting: "hi ${braced('inputs.email')}", id: "${braced('uuid()')}" }
outputs:
  token: { value: "${braced('steps.login.outputs.token')}", secret: true }
  who: { value: "${braced("inputs.email + '/' + journey.name")}" }
steps:
  - id: login
    request: { method: POST, path: /login, json: ["${braced('variables.greeting')}", "${braced('inputs.age')}"] }
    outputs: { token: $.token }
    assertions: [{ status: 200 }]
    cleanup:
      - { id: logout, request: { method: DELETE, path: "/sessions/${braced('steps.login.outputs.token')}/${braced('inputs.email')}" } }
  - id: greet
    if: "steps.login.state == 'passed'"
    request: { path: "/greet/${braced('steps.login.outputs.token')}" }
cleanup:
  - { id: bye, request: { method: DELETE, path: "/bye/${braced('steps.login.outputs.token')}/${braced('steps.greet.state')}" } }
`;

const files = { 'journeys/login.yaml': login };
const replies: Story['replies'] = { 'POST /login': { json: { token: 't-123456' } } };

describe('a journey as a step', () => {
  test('sees its inputs, variables and steps; its outputs are the step’s', async () => {
    const told = await tell({
      files,
      replies,
      yaml: `
variables: { greeting: outer }
steps:
  - { id: me, journey: login, inputs: { email: "bob@${braced("'example.com'")}", age: 30 } }
  - { id: after, request: { method: POST, path: /after, json: ["${braced('steps.me.outputs.who')}", "${braced('variables.greeting')}", "${braced('journey.name')}"], auth: { bearer: "${braced('steps.me.outputs.token')}" } } }
`,
    });
    expect(told.lines.slice(0, 3)).toEqual(['POST /login', 'GET /greet/t-123456', 'POST /after']);
    expect(told.sent[0]?.body).toBe('["hi bob@example.com",30]');
    expect(told.sent[2]?.body).toBe('["bob@example.com/login","outer","test"]');
    expect(told.sent[2]?.headers).toContainEqual(['Authorization', 'Bearer t-123456']);
    expect(told.outcome('me').outputs).toEqual({ token: '***', who: 'bob@example.com/login' });
    expect(states(told)).toBe(
      'me passed, me/login passed, me/greet passed, after passed, me/login/logout passed, me/bye passed',
    );
  });

  test('has the outputs beside it too, which see what it gives and the steps around it', async () => {
    const yaml = (last: string) => `
variables: { greeting: outer }
steps:
  - { id: before, set: { a: 1 } }
  - id: me
    journey: login
    outputs:
      both: { value: "${braced("outputs.who + '/' + variables.greeting + '/' + journey.name")}" }
      again: { output: both }
      token2: { value: "${braced('outputs.token + string(steps.before.outputs.a)')}", secret: true }
    assertions: [{ output: again, equals: ada@example.com/login/outer/test }]
  - { id: after, request: { path: "/${braced(last)}" } }
`;
    const told = await tell({ files, replies, yaml: yaml('steps.me.outputs.token2') });
    expect(told.lines).toContain('GET /t-1234561');
    expect(told.outcome('me').outputs).toEqual({
      token: '***',
      who: 'ada@example.com/login',
      both: 'ada@example.com/login/outer/test',
      again: 'ada@example.com/login/outer/test',
      token2: '***',
    });
  });

  test('sees nothing inside it from the outputs beside it', () => {
    const yaml = `steps: [{ id: me, journey: login, outputs: { t: { value: "${braced('steps.login.outputs.token')}" } } }]`;
    expect(() => compile(yaml, files)).toThrow('unknown-step');
    const body = 'steps: [{ id: me, journey: login, outputs: { t: $.token } }]';
    expect(() => compile(body, files)).toThrow('assertion-target: "body" needs an answer');
  });

  test('is undone when the run ends, with its own names, its own list behind those of its steps', async () => {
    const told = await tell({
      files,
      replies,
      yaml: `
steps:
  - { id: first, request: { method: POST, path: /first }, cleanup: [{ id: undoFirst, request: { method: DELETE, path: /first } }] }
  - id: me
    journey: login
    cleanup: [{ id: undoMe, request: { method: DELETE, path: "/me/${braced('steps.me.outputs.who')}" } }]
  - { id: last, request: { method: POST, path: /last }, cleanup: [{ id: undoLast, request: { method: DELETE, path: /last } }] }
`,
    });
    expect(told.lines.slice(4)).toEqual([
      'DELETE /last',
      'DELETE /me/ada%40example.com%2Flogin',
      'DELETE /sessions/t-123456/ada%40example.com',
      'DELETE /bye/t-123456/passed',
      'DELETE /first',
    ]);
  });

  test('does not mix its steps with those around it, whatever their ids', async () => {
    const told = await tell({
      files,
      replies: { ...replies, 'POST /mine': { json: { token: 'outer' } } },
      yaml: `
steps:
  - { id: login, request: { method: POST, path: /mine }, outputs: { token: $.token } }
  - { id: me, journey: login }
  - { id: after, request: { path: "/after/${braced('steps.login.outputs.token')}" } }
cleanup:
  - { id: bye, request: { method: DELETE, path: "/mine/${braced('steps.login.outputs.token')}" } }
`,
    });
    expect(told.lines).toEqual([
      'POST /mine',
      'POST /login',
      'GET /greet/t-123456',
      'GET /after/outer',
      'DELETE /sessions/t-123456/ada%40example.com',
      'DELETE /bye/t-123456/passed',
      'DELETE /mine/outer',
    ]);
  });

  test('assertions beside it are of the journey that it stands in', async () => {
    const yaml = (who: string): string => `
inputs: { who: {} }
steps:
  - { id: me, journey: login, assertions: [{ value: "${braced('outputs.who')}", equals: "${braced('inputs.who')}" }, { output: who, endsWith: ${who} }] }
`;
    const request = { inputs: { who: 'ada@example.com/login' } };
    expect((await tell({ files, replies, request, yaml: yaml('login') })).ending).toMatchObject({
      verdict: { state: 'passed' },
    });
    const told = await tell({ files, replies, request, yaml: yaml('other') });
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'assertion', key: 'me' } });
    expect(told.evidence('me').assertions.map(({ passed }) => passed)).toEqual([true, false]);
  });

  test('whose step fails ends as that one, and is undone all the same', async () => {
    const told = await tell({
      files,
      replies: { 'POST /login': { status: 500, json: { token: 'half' } } },
      yaml: 'steps: [{ id: me, journey: login }, { id: after, request: { path: / } }]',
    });
    expect(states(told)).toBe(
      'me failed, me/login failed, me/greet pending, after pending, me/login/logout passed, me/bye passed',
    );
    expect(told.ending).toMatchObject({ verdict: { reason: 'assertion', key: 'me/login' } });
    expect(told.lines.at(-1)).toBe('DELETE /bye/half/skipped');
  });

  test.each([
    ['age: 17', 'input "age" must be at least 18, got 17'],
    ['age: "x"', 'input "age" must be a whole number, got "x"'],
    ['age: null', 'input "age" must be a whole number, got null'],
  ])('refuses inputs that do not fit: %s', async (input, message) => {
    const [name, value] = input.split(': ');
    const told = await tell({
      files,
      yaml: `
inputs: { given: {} }
steps:
  - { id: me, journey: login, inputs: { ${name}: "${braced('inputs.given')}" } }
`,
      request: { inputs: { given: JSON.parse(value ?? '') } },
    });
    expect(told.sent).toEqual([]);
    expect(told.evidence('me').error).toMatchObject({ reason: 'value', message, place: { line: 6 } });
    expect(told.ending).toMatchObject({ verdict: { reason: 'value', key: 'me' } });
  });

  test('whose variable cannot be had fails on that line of its file', async () => {
    const broken = login.replace('uuid()', 'inputs.email.gone');
    const told = await tell({
      files: { 'journeys/login.yaml': broken },
      yaml: 'steps: [{ id: me, journey: login }]',
    });
    expect(told.sent).toEqual([]);
    expect(told.evidence('me').error).toMatchObject({ place: { file: 'journeys/login.yaml', line: 7 } });
    expect(told.record.problem).toBeUndefined();
  });

  test('that is skipped does nothing', async () => {
    const told = await tell({
      files,
      yaml: `steps: [{ id: me, if: "journey.name == 'x'", journey: login }]`,
    });
    expect(states(told)).toBe(
      'me skipped, me/login skipped, me/greet skipped, me/login/logout pending, me/bye pending',
    );
  });

  test('in rounds and branches keeps what each of them gave for its cleanup', async () => {
    const told = await tell({
      files,
      replies: {
        'POST /login': [{ json: { token: 't-1' } }, { json: { token: 't-2' } }, { json: { token: 't-3' } }],
      },
      yaml: `
steps:
  - id: all
    forEach: { items: [ada, bob], as: name }
    journey: login
    inputs: { email: "${braced('name')}" }
  - id: both
    parallel:
      - { id: me, journey: login, inputs: { email: eve } }
  - { id: after, request: { method: POST, path: /after, json: ["${braced('steps.all.outputs.who')}", "${braced('steps.me.outputs.who')}"] } }
`,
    });
    expect(told.sent[6]?.body).toBe('[["ada/login","bob/login"],"eve/login"]');
    expect(told.lines.slice(7)).toEqual([
      'DELETE /sessions/t-3/eve',
      'DELETE /bye/t-3/passed',
      'DELETE /sessions/t-2/bob',
      'DELETE /bye/t-2/passed',
      'DELETE /sessions/t-1/ada',
      'DELETE /bye/t-1/passed',
    ]);
  });

  test('shares cookies, and is not undone where nothing was sent', async () => {
    const cookie = { key: 'k', value: 'v', domain: 'shop.example', path: '/' };
    const shared = await tell({
      files,
      replies: { 'POST /login': { json: { token: 't-1' }, cookies: [cookie] } },
      yaml: 'steps: [{ id: me, journey: login }, { id: after, request: { path: /after } }]',
    });
    expect(shared.sent[2]?.cookies).toEqual([cookie]);
    const unsent = await tell({
      files,
      replies: { 'POST /login': { failed: 'refused' } },
      yaml: 'steps: [{ id: me, journey: login, cleanup: [{ id: undo, request: { method: DELETE, path: /me } }] }]',
    });
    // Its own list always runs; what it reads is not there.
    expect(unsent.lines).toEqual(['POST /login']);
    expect(unsent.step('me/bye').state).toBe('skipped');
    expect(unsent.step('me/undo').state).toBe('pending');
  });

  test('in a cleanup runs although the run was canceled', async () => {
    const told = await tell({
      files,
      replies: { ...replies, 'POST /cart': { json: { id: 7 } } },
      yaml: `
steps:
  - { id: cart, request: { method: POST, path: /cart }, outputs: { id: $.id } }
  - { id: never, request: { path: /never } }
cleanup:
  - { id: me, journey: login, inputs: { email: "${braced('string(steps.cart.outputs.id)')}" } }
`,
      onSend: ({ url }, pass) => {
        if (url.endsWith('/cart')) pass.stop('cancel');
      },
    });
    expect(told.ending).toMatchObject({ verdict: { state: 'canceled' } });
    expect(told.lines).toEqual([
      'POST /cart',
      'POST /login',
      'GET /greet/t-123456',
      'DELETE /sessions/t-123456/7',
      'DELETE /bye/t-123456/passed',
    ]);
    expect(told.artifact.cleanup[0]).toMatchObject({
      undoes: ['cart'],
      steps: [{ inCleanup: true, undoes: ['cart'] }, {}],
    });
  });
});
