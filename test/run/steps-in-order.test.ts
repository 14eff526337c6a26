import { describe, expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { start, states, tell } from './journey-run.ts';

const ok = 'assertions: [{ status: 200 }]';

describe('steps in order, as one step', () => {
  const yaml = (more = '') => `
steps:
  - id: g
    steps:
      - { id: a, request: { path: /a }, outputs: { id: $.id }, ${ok} }
      - { id: b, request: { path: "/b/${braced('steps.a.outputs.id')}" }, ${ok} }
    outputs: { id: { value: "${braced('steps.a.outputs.id')}" } }
    ${more}
  - { id: after, request: { path: "/${braced('steps.g.outputs.id')}/${braced('steps.b.state')}" } }
`;

  test('pass where all of them do; what they gave is there behind it', async () => {
    const told = await tell({ yaml: yaml(), replies: { 'GET /a': { json: { id: 1 } } } });
    expect(told.lines).toEqual(['GET /a', 'GET /b/1', 'GET /1/passed']);
    expect(states(told)).toBe('g passed, g/a passed, g/b passed, after passed');
    expect(told.step('g/b').depth).toBe(1);
  });

  test('end with the first that fails', async () => {
    const told = await tell({ yaml: yaml(), replies: { 'GET /a': { status: 500, json: { id: 1 } } } });
    expect(states(told)).toBe('g failed, g/a failed, g/b pending, after pending');
    expect(told.ending).toMatchObject({ verdict: { reason: 'assertion', key: 'g/a' } });
  });

  test('go on outside with continueOnFailure', async () => {
    const told = await tell({
      yaml: `steps: [{ id: g, continueOnFailure: true, steps: [{ id: a, request: { path: /a }, ${ok} }, { id: b, request: { path: /b } }] }, { id: after, request: { path: "/${braced('steps.g.state')}/${braced('steps.b.state')}" } }]`,
      replies: { 'GET /a': { status: 500 } },
    });
    expect(told.lines).toEqual(['GET /a', 'GET /failed/skipped']);
  });

  test('are skipped together, and judged together', async () => {
    const skipped = await tell({
      yaml: yaml(`if: "journey.name == 'x'"`).replace(/ {2}- \{ id: after.*\n/, ''),
    });
    expect(states(skipped)).toBe('g skipped, g/a skipped, g/b skipped');
    const judged = await tell({
      yaml: yaml(`assertions: [{ output: id, equals: 2 }]`),
      replies: { 'GET /a': { json: { id: 1 } } },
    });
    expect(judged.ending).toMatchObject({ verdict: { reason: 'assertion', key: 'g' } });
  });

  test('that are stopped end where they are', async () => {
    const told = await tell({
      yaml: yaml(),
      replies: { 'GET /a': { json: { id: 1 } } },
      onSend: (_, pass) => pass.stop('cancel'),
    });
    expect(states(told)).toBe('g canceled, g/a passed, g/b canceled, after pending');
  });

  test('are undone where one of them may have been done: the group first', async () => {
    const undo = (id: string) => `cleanup: [{ id: un${id}, request: { method: DELETE, path: /${id} } }]`;
    const told = await tell({
      yaml: `steps: [{ id: g, steps: [{ id: a, request: { path: /a }, ${undo('a')} }, { id: b, request: { path: /b } }], ${undo('g')} }]`,
    });
    expect(told.lines.slice(2)).toEqual(['DELETE /g', 'DELETE /a']);
    const nothing = await tell({
      yaml: `steps: [{ id: g, steps: [{ id: a, request: { path: /a } }], ${undo('g')} }]`,
      replies: { 'GET /a': { status: 404 } },
    });
    expect(nothing.lines).toEqual(['GET /a']);
  });

  test('in a cleanup run whatever happened', async () => {
    const told = await tell({
      yaml: `
steps: [{ id: a, request: { path: /a } }, { id: b, request: { path: /b } }]
cleanup: [{ id: g, steps: [{ id: c, request: { path: /c } }, { id: d, wait: 5s }, { id: e, request: { path: /e } }] }]
`,
      onSend: ({ url }, pass) => {
        if (url.endsWith('/a')) pass.stop('cancel');
      },
    });
    expect(told.lines).toEqual(['GET /a', 'GET /c', 'GET /e']);
  });
});

describe('set', () => {
  test('gives computed values, each of which reads those before it', async () => {
    const told = await tell({
      yaml: `
inputs: { n: {} }
steps:
  - { id: sums, set: { double: "${braced('inputs.n * 2')}", text: "is ${braced('outputs.double')}", deep: { list: ["${braced('outputs.double')}", 1.50] } } }
  - { id: after, request: { method: POST, path: /, json: "${braced('steps.sums.outputs')}" } }
`,
      request: { inputs: { n: 2 } },
    });
    expect(told.sent[0]?.body).toBe('{"double":4,"text":"is 4","deep":{"list":[4,1.50]}}');
    expect(told.outcome('sums')).toMatchObject({ state: 'passed', sent: 'no' });
  });

  test('that cannot be had fails on its line', async () => {
    const told = await tell({
      yaml: `inputs: { o: {} }\nsteps:\n  - id: sums\n    set:\n      gone: "${braced('inputs.o.gone')}"`,
      request: { inputs: { o: {} } },
    });
    expect(told.evidence('sums').error).toMatchObject({ reason: 'value', place: { line: 7 } });
  });
});

describe('note', () => {
  test('is a remark in the record, masked, and judged like any step', async () => {
    const told = await tell({
      yaml: `
steps:
  - { id: said, note: "three: ${braced('1 + 2')}, ${braced('secrets.KEY')}", assertions: [{ value: "${braced('1 == 1')}" }] }
  - { id: each, forEach: [a, b], note: "${braced('item')}" }
`,
      secrets: { KEY: 'hunter22' },
    });
    expect(told.record.notes).toEqual([
      { key: 'said', text: 'three: 3, ***', at: expect.any(Number) },
      { key: 'each[0]', text: 'a', at: expect.any(Number) },
      { key: 'each[1]', text: 'b', at: expect.any(Number) },
    ]);
    expect(told.step('said').state).toBe('passed');
  });

  test('is said once, whatever a pass before it did', async () => {
    const yaml = `steps: [{ id: said, note: "${braced('uuid()')}" }]`;
    const whole = await tell({ yaml });
    const cut = whole.events.findIndex((event) => event.type === 'step.finished' && event.key === 'said');
    const told = await tell({ yaml, history: whole.events.slice(0, cut) });
    expect(told.record.notes).toEqual(whole.record.notes);
    expect(told.record.notes).toHaveLength(1);
  });

  test('that has no value fails; one that is skipped is not said', async () => {
    const yaml = (more: string) =>
      `inputs: { o: {} }\nsteps: [{ id: said, note: "${braced('inputs.o.gone')}"${more} }]`;
    const request = { inputs: { o: {} } };
    const failed = await tell({ yaml: yaml(''), request });
    expect(failed.ending).toMatchObject({ verdict: { reason: 'value', key: 'said' } });
    const skipped = await tell({ yaml: yaml(`, if: "journey.name == 'x'"`), request });
    expect([states(skipped), skipped.record.notes]).toEqual(['said skipped', []]);
  });
});

describe('wait', () => {
  const between = (wait: string, more = '') => `
inputs: { pause: {} }
steps:
  - { id: before, request: { path: /before } }
  - { id: nap, wait: "${wait}"${more} }
  - { id: after, request: { path: /after } }
`;

  test.each([
    ['a duration', '90s', null, 90_000],
    ['an expression that gives one', braced('inputs.pause'), '1h30m', 5_400_000],
    ['a duration of CEL', braced("duration('90s')"), null, 90_000],
    ['an instant', '2026-11-25T10:00:20Z', null, 20_000 - 10],
    ['an instant from an expression', braced('inputs.pause'), '2026-11-25T11:00:00+01:00', 0],
    ['a timestamp', braced("now() + duration('10s')"), null, 10_000],
  ])('is a pause: %s', async (_, wait, pause, ms) => {
    const told = await tell({ yaml: between(wait), request: { inputs: { pause } } });
    expect(told.step('nap').state).toBe('passed');
    const from = told.outcome('before').at;
    expect(from).toBe(start + 10);
    expect(told.outcome('after').startedAt - from).toBe(ms);
  });

  test.each([
    ['soon', 'wait takes a duration or a time, not soon'],
    [10, 'wait takes a duration or a time, not 10'],
    [null, 'wait takes a duration or a time, not null'],
  ])('%s is no pause', async (pause, message) => {
    const told = await tell({ yaml: between(braced('inputs.pause')), request: { inputs: { pause } } });
    expect(told.ending).toMatchObject({ verdict: { reason: 'value', key: 'nap' } });
    expect(told.evidence('nap').error).toMatchObject({ message, place: { line: 7 } });
    expect(told.record.problem).toBeUndefined();
  });

  test('ends with the run', async () => {
    const told = await tell({
      yaml: between('1h'),
      onSend: (_, pass) => setTimeout(() => pass.stop('cancel'), 500),
    });
    expect(states(told)).toBe('before passed, nap canceled, after pending');
    expect(told.record.finishedAt).toBe(start + 500);
  });

  test('is decided once: a later pass waits for what is left of it', async () => {
    const whole = await tell({ yaml: between('1h') });
    const cut = whole.events.findIndex((event) => event.type === 'wait.finished');
    const told = await tell({ yaml: between('1h'), history: whole.events.slice(0, cut) });
    expect(told.outcome('after').startedAt).toBe(start + 10 + 3_600_000);
  });

  test('may be skipped, looped over and judged', async () => {
    const skipped = await tell({ yaml: between('1h', `, if: "journey.name == 'x'"`) });
    expect(states(skipped)).toBe('before passed, nap skipped, after passed');
    const looped = await tell({ yaml: between(braced("item + 's'"), ", forEach: ['1', '2']") });
    expect(states(looped)).toBe('before passed, nap passed, nap[0] passed, nap[1] passed, after passed');
    expect(looped.outcome('after').startedAt).toBe(start + 10 + 3000);
    const judged = await tell({ yaml: between('1s', `, assertions: [{ value: "${braced('false')}" }]`) });
    expect(states(judged)).toBe('before passed, nap failed, after pending');
  });
});

describe('a template', () => {
  const files = {
    'templates/shop.yaml': `
add:
  values: { sku: { type: string, required: true }, quantity: { type: integer, default: 1 } }
  request: { method: POST, path: "/add/${braced('values.sku')}", json: { quantity: "${braced('values.quantity')}" } }
  outputs: { total: $.total }
  assertions: [{ status: 201 }]
`,
  };

  test('sees the values that its step gives, also in its outputs and assertions', async () => {
    const told = await tell({
      files,
      yaml: `
steps:
  - id: add
    forEach: [a, b]
    use: shop/add
    values: { sku: "${braced('item')}", quantity: "${braced('index + 1')}" }
    request: { json: { gift: true } }
    outputs: { status: status }
  - { id: plain, use: shop/add, values: { sku: c } }
`,
      replies: Object.fromEntries(
        ['a', 'b', 'c'].map((sku) => [`POST /add/${sku}`, { status: 201, json: { total: 1 } }]),
      ),
    });
    expect(told.lines).toEqual(['POST /add/a', 'POST /add/b', 'POST /add/c']);
    expect(told.sent.map(({ body }) => body)).toEqual([
      '{"quantity":1,"gift":true}',
      '{"quantity":2,"gift":true}',
      '{"quantity":1}',
    ]);
    expect(told.outcome('add').outputs).toEqual({ total: [1, 1], status: [201, 201] });
  });

  test('is not used with a value that it does not declare, however it was calculated', async () => {
    const told = await tell({
      files,
      yaml: `
steps:
  - { id: from, set: { sku: 7, quantity: two } }
  - { id: add, use: shop/add, values: { sku: "${braced('steps.from.outputs.sku')}" }, continueOnFailure: true }
  - { id: more, use: shop/add, values: { sku: a, quantity: "${braced('steps.from.outputs.quantity')}" } }
`,
    });
    expect(told.lines).toEqual([]);
    const problems = ['add', 'more'].map((key) => told.evidence(key).error?.message);
    expect(problems).toEqual([
      'value "sku" must be a text, got 7',
      'value "quantity" must be a whole number, got "two"',
    ]);
  });

  test('is blamed in its own file', async () => {
    const told = await tell({
      files,
      yaml: 'steps: [{ id: add, use: shop/add, values: { sku: c } }]',
      replies: { 'POST /add/c': { status: 500, json: { total: 1 } } },
    });
    expect(told.evidence('add').assertions[0]).toMatchObject({
      file: 'templates/shop.yaml',
      line: 6,
      passed: false,
    });
  });

  test('whose value cannot be had sends nothing', async () => {
    const told = await tell({
      files,
      yaml: `inputs: { o: {} }\nsteps: [{ id: add, use: shop/add, values: { sku: "${braced('inputs.o.gone')}" } }]`,
      request: { inputs: { o: {} } },
    });
    expect(told.sent).toEqual([]);
    expect(told.ending).toMatchObject({ verdict: { reason: 'value', key: 'add' } });
  });
});

test('row.index is the number of the row that the run is of', async () => {
  const yaml = `steps: [{ id: a, request: { path: "/${braced('row.index')}" } }]`;
  const told = await tell({ yaml, request: { row: { index: 3, id: 'row 3' } } });
  expect(told.lines).toEqual(['GET /3']);
  expect((await tell({ yaml })).ending).toMatchObject({ verdict: { reason: 'value', key: 'a' } });
});

test('an environment may digest its secrets', async () => {
  const told = await tell({
    yaml: `steps: [{ id: a, request: { path: "/${braced('env.key')}" } }]`,
    environment: { values: { key: braced('md5(secrets.KEY)') } },
    secrets: { KEY: 'abcd' },
  });
  expect(told.lines).toEqual(['GET /e2fc714c4727ee9395f324cd2e7f331f']);
});
