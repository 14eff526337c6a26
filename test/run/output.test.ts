import { describe, expect, test } from 'vitest';
import { createAnswer } from '../../src/run/answer.ts';
import { takeReads } from '../../src/run/output.ts';
import { braced } from '../query/scope.ts';
import { compile, type Reply, responseOf, tell } from './journey-run.ts';

function take(
  outputs: string,
  reply: Reply = { json: { id: 1, note: null, list: [] }, headers: [['ETag', 'x']] },
) {
  return tell({
    yaml: `inputs: { o: {} }\nsteps: [{ id: only, request: { path: / }, outputs: ${outputs} }]`,
    replies: { 'GET /': reply },
    request: { inputs: { o: {} } },
  });
}

describe('an output', () => {
  test.each<[outputs: string, values: object]>([
    ['{ a: $.id, b: $.note, c: $.list, d: "$.list[*]" }', { a: 1, b: null, c: [], d: [] }],
    [
      '{ a: status, b: duration, c: attempts, d: { text: true } }',
      { a: 200, b: 10, c: 1, d: '{"id":1,"note":null,"list":[]}' },
    ],
    ['{ a: { header: etag }, b: { body: $.id } }', { a: 'x', b: 1 }],
    [`{ a: { value: "${braced('response.body.id + 1')}" } }`, { a: 2 }],
    ['{ a: { body: $.gone, optional: true }, b: $.id }', { b: 1 }],
    ['{ a: { body: $.gone, default: [1, 2.50] } }', { a: [1, { text: '2.50' }] }],
    [`{ a: { body: $.gone, default: "${braced('response.status')}" } }`, { a: 200 }],
    ['{ a: { body: $.gone, default: null }, b: { body: $.note, default: 5 } }', { a: null, b: null }],
    ['{ constructor: $.id, __proto__: $.note }', JSON.parse('{"constructor":1,"__proto__":null}')],
  ])('%s', async (outputs, values) => {
    const told = await take(outputs);
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
    expect(told.outputs('only')).toEqual(values);
    expect(Object.keys(told.outputs('only') ?? {})).toEqual(Object.keys(values));
  });

  test.each<[outputs: string, message: string, values: object | undefined]>([
    ['{ a: $.gone, b: $.id, c: $.too }', 'output "a": not there; the body has: id, note, list', { b: 1 }],
    ['{ a: { header: etga } }', 'output "a": not there; did you mean "etag"?', undefined],
    [
      `{ a: { value: "${braced('inputs.o.gone')}" }, b: $.id }`,
      'inputs.o has no "gone"; it is empty',
      { b: 1 },
    ],
    [
      `{ a: { body: $.gone, default: "${braced('inputs.o.gone')}" } }`,
      'inputs.o has no "gone"; it is empty',
      undefined,
    ],
  ])('that is not there fails its step: %s', async (outputs, message, values) => {
    const told = await take(outputs);
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: 'value', sent: 'yes' });
    expect(told.outcome('only').outputs).toEqual(values);
    expect(told.evidence('only').error).toMatchObject({
      reason: 'value',
      message,
      place: { line: 4, endLine: 4 },
    });
  });

  test('that is not there beside a failed assertion leaves the word to that', async () => {
    const told = await tell({
      yaml: 'steps: [{ id: only, request: { path: / }, outputs: { a: $.gone }, assertions: [{ status: 201 }] }]',
    });
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: 'assertion' });
    expect(told.evidence('only')).not.toHaveProperty('error');
  });
});

describe('what later steps read of an answer', () => {
  const read = async (reads: string, reply: Reply) => {
    const told = await tell({
      yaml: `steps: [{ id: first, request: { path: / } }, { id: second, assertions: [{ value: "${braced(reads)}" }] }]`,
      replies: { 'GET /': reply },
    });
    return told.outcome('first').response;
  };
  const body = { a: { b: 1, c: 2 }, d: [1], toString: 5 };
  const r = 'steps.first.response';

  test.each<[reads: string, response: object]>([
    [`${r}.status == 200`, { status: 200 }],
    [`${r}.body.a.b == 1 && ${r}.body.a.c == 2`, { body: { a: { b: 1, c: 2 } } }],
    [`${r}.body.a.b == 1 && ${r}.body.d[0] == 1`, { body: { a: { b: 1 }, d: [1] } }],
    [`${r}.body.d.x == 1`, { body: { d: [1] } }],
    [`has(${r}.body.gone)`, { body: {} }],
    [`has(${r}.body.constructor)`, { body: {} }],
    [`${r}.body.toString == 5`, { body: { toString: 5 } }],
    [`${r}.body.a == ${r}.body`, { body }],
    [`has(${r}.headers['x-a'])`, { headers: {} }],
  ])('%s', async (reads, response) => {
    expect(await read(reads, { headers: [], text: JSON.stringify(body) })).toEqual(response);
  });

  test('nothing where the part is not there at all', async () => {
    expect(await read(`has(${r}.body.a)`, { text: 'no JSON' })).toEqual({});
  });
});

test('reads that hold one another, or nothing, are lawful', () => {
  const answer = createAnswer(responseOf({ json: { a: { b: 1 } } }));
  const [step] = compile('steps: [{ id: only, request: { path: / } }]').steps;
  const taken = (...reads: readonly (readonly string[])[]) =>
    step === undefined ? undefined : takeReads({ ...step, reads }, answer);
  expect(taken()).toBeUndefined();
  expect(taken([])).toEqual({});
  expect(taken(['body'], ['body', 'a', 'b'])).toEqual({ body: { a: { b: 1 } } });
  expect(taken(['body', 'a', 'b'], ['body'])).toEqual({ body: { a: { b: 1 } } });
});

test.each(['{ a: { body: $.id, default: 0 } }', '{ a: { body: $.id, optional: true } }'])(
  '%s is not taken from what cannot be read',
  async (outputs) => {
    const html: Reply = { headers: [['content-type', 'text/html']], text: '<h1>Oops</h1>' };
    const told = await take(outputs, html);
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: 'value' });
    expect(told.evidence('only').error?.message).toMatch(/^output "a": not there; the body is not JSON/);
    expect((await take(outputs, { status: 204 })).outcome('only')).toMatchObject({ state: 'passed' });
  },
);

test('a page that cannot be read is no last page', async () => {
  const told = await tell({
    yaml: 'steps: [{ id: only, repeat: { set: { cursor: $.next } }, request: { path: / } }]',
    replies: { 'GET /': [{ json: { next: 'b' } }, { text: 'Bad gateway' }] },
  });
  expect(told.lines).toHaveLength(2);
  expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'value' } });
});

test('what is calculated from a secret is one', async () => {
  const told = await tell({
    yaml: `steps:
  - id: login
    request: { path: / }
    outputs: { token: { body: $.token, secret: true }, upper: { value: "${braced('outputs.token.upperAscii()')}" } }
  - id: calc
    set:
      part: "${braced('secrets.KEY.substring(0, 6)')}"
      turned: "${braced('steps.login.outputs.upper.reverse()')}"
      plain: "${braced('steps.login.outputs.token != secrets.KEY ? 1 : 2')}"
      shown: "${braced('1 + 1')}"
  - id: use
    request: { path: "/${braced('steps.calc.outputs.turned')}", headers: { x: "${braced('steps.calc.outputs.part')}" } }
`,
    secrets: { KEY: 'hunter22-key' },
    replies: {
      'GET /': { json: { token: 'token-4711' } },
      'GET /1174-NEKOT': { json: { echo: 'hunter TOKEN-4711' } },
    },
  });
  expect(told.sent.at(-1)?.url).toMatch(/1174-NEKOT$/);
  expect(JSON.stringify(told.record)).not.toMatch(/1174-NEKOT|hunter|TOKEN-4711|token-4711/);
  expect(told.record.steps[1]?.attempts[0]?.outcome?.outputs).toEqual({
    part: '***',
    turned: '***',
    plain: '***',
    shown: 2,
  });
});
