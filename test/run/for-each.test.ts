import { describe, expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { states, type Told, tell } from './journey-run.ts';

const ok = 'assertions: [{ status: 200 }]';

/** Adds each item of `list`, and reads what that gave. */
function added(list: string, more = ''): string {
  return `
inputs: { items: {} }
steps:
  - id: add
    forEach: ${list}
    request: { method: PUT, path: "/${braced('item')}/${braced('index')}" }
    outputs: { id: $.id }
    ${more}
  - { id: after, request: { method: POST, path: /after, json: "${braced('steps.add.outputs.id')}" } }
`;
}

describe('forEach', () => {
  test('runs the step for each element in order; its outputs are lists', async () => {
    const told = await tell({
      yaml: added('[a, b, a]'),
      replies: {
        'PUT /a/0': { json: { id: 1 }, ms: 50 },
        'PUT /b/1': { json: { id: 2 } },
        'PUT /a/2': { json: { id: 3 } },
      },
    });
    expect(told.lines).toEqual(['PUT /a/0', 'PUT /b/1', 'PUT /a/2', 'POST /after']);
    expect(told.sent[3]?.body).toBe('[1,2,3]');
    expect(states(told)).toBe('add passed, add[0] passed, add[1] passed, add[2] passed, after passed');
    expect(told.outcome('add').outputs).toEqual({ id: [1, 2, 3] });
    expect(told.step('add')).toMatchObject({ loop: true, depth: 0 });
    expect(told.step('add[1]')).toMatchObject({ loop: false, depth: 1, kind: 'request' });
  });

  test('of a map goes over its members', async () => {
    const told = await tell({
      yaml: `
inputs: { sizes: {} }
steps:
  - id: put
    forEach: { items: "${braced('inputs.sizes')}", as: size }
    request: { method: PUT, path: "/${braced('size.key')}/${braced('size.value')}/${braced('index')}" }
`,
      request: { inputs: { sizes: { small: 1, large: 2 } } },
    });
    expect(told.lines).toEqual(['PUT /small/1/0', 'PUT /large/2/1']);
  });

  test('of nothing passes with empty lists', async () => {
    const told = await tell({ yaml: added('[]') });
    expect(states(told)).toBe('add passed, after passed');
    expect(told.sent[0]?.body).toBe('[]');
  });

  test('gives null for an output that a round does not have', async () => {
    const told = await tell({
      yaml: added('[a, b]').replace('$.id', '{ body: $.id, optional: true }'),
      replies: { 'PUT /b/1': { json: { id: 2 } } },
    });
    expect(told.sent[2]?.body).toBe('[null,2]');
  });

  test.each([
    ['a text', 'x', 'forEach takes a list or a map'],
    ['nothing', null, 'forEach takes a list or a map'],
  ])('of %s is a value that could not be had, told on the step', async (_, items, message) => {
    const told = await tell({ yaml: added(`"${braced('inputs.items')}"`), request: { inputs: { items } } });
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'value', key: 'add' } });
    expect(told.evidence('add').error).toMatchObject({ reason: 'value', message, place: { line: 6 } });
    expect(told.record.problem).toBeUndefined();
  });

  test('ends with a round that fails; verdict and reason are that round’s', async () => {
    const told = await tell({
      yaml: added('[a, b, c]', ok),
      replies: { 'PUT /b/1': { status: 500 }, 'PUT /a/0': { json: { id: 1 } } },
    });
    expect(states(told)).toBe('add failed, add[0] passed, add[1] failed, after pending');
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'assertion', key: 'add[1]' } });
    expect(told.outcome('add')).toMatchObject({
      state: 'failed',
      reason: 'assertion',
      outputs: { id: [1, null] },
    });
  });

  test('goes on over a failed round with continueOnFailure, and still fails', async () => {
    const told = await tell({
      yaml: added('[a, b, c]', `continueOnFailure: true\n    ${ok}`).replace(
        '$.id',
        '{ body: $.id, default: 0 }',
      ),
      replies: { 'PUT /b/1': { status: 500 } },
    });
    expect(told.lines).toEqual(['PUT /a/0', 'PUT /b/1', 'PUT /c/2', 'POST /after']);
    expect(states(told)).toBe('add failed, add[0] passed, add[1] failed, add[2] passed, after passed');
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'assertion', key: 'add[1]' } });
  });

  test.each([
    ['index != 1', 'add passed, add[0] passed, add[1] skipped, add[2] passed', [200, null, 200]],
    ["item == 'x'", 'add skipped, add[0] skipped, add[1] skipped, add[2] skipped', [null, null, null]],
  ])('judges its condition in each round: %s', async (condition, expected, statuses) => {
    const told = await tell({
      yaml: `
steps:
  - id: add
    forEach: [a, b, c]
    if: "${condition}"
    request: { path: "/${braced('item')}" }
    outputs: { status: status }
`,
    });
    expect(states(told)).toBe(expected);
    expect(told.outcome('add').outputs).toEqual({ status: statuses });
  });

  test('that is stopped begins no more rounds', async () => {
    const yaml = added('[a, b, c]').replace('$.id', 'status');
    const told = await tell({ yaml, onSend: (_, pass) => pass.stop('cancel') });
    expect(told.lines).toEqual(['PUT /a/0']);
    expect(states(told)).toBe('add canceled, add[0] passed, add[1] canceled, after pending');
  });

  test('draws in each round anew, and the same in a run of the same seed', async () => {
    const yaml = `steps: [{ id: a, forEach: [1, 2], request: { path: "/${braced('uuid()')}" } }]`;
    const [first, second] = [await tell({ yaml }), await tell({ yaml })];
    expect(new Set(first.lines).size).toBe(2);
    expect(second.lines).toEqual(first.lines);
  });

  test('has an idempotency key a round', async () => {
    const yaml = `steps: [{ id: a, forEach: [1, 2], request: { method: POST, path: /, idempotencyKey: true } }]`;
    const { sent } = await tell({ yaml });
    const keys = sent.map(({ headers }) => headers[0]?.[1]);
    expect(keys[0]).toHaveLength(32);
    expect(new Set(keys).size).toBe(2);
  });

  test('retries and polls in each round', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: try
    forEach: [a, b]
    request: { path: "/${braced('item')}" }
    retry: { attempts: 3, delay: 1s }
    ${ok}
  - id: poll
    forEach: [c]
    request: { path: "/${braced('item')}" }
    poll: { every: 1s }
    ${ok}
`,
      replies: { 'GET /a': [{ status: 503 }, {}], 'GET /c': [{ status: 404 }, { status: 404 }, {}] },
    });
    expect(told.lines).toEqual(['GET /a', 'GET /a', 'GET /b', 'GET /c', 'GET /c', 'GET /c']);
    expect(told.step('try[0]').attempts.map(({ key }) => key)).toEqual(['try[0]#1', 'try[0]#2']);
    expect(told.step('poll[0]')).toMatchObject({ poll: true, state: 'passed' });
  });

  test('hides secret elements of its outputs', async () => {
    const told = await tell({
      yaml: added('[a]').replace('$.id', '{ body: $.id, secret: true }'),
      replies: { 'PUT /a/0': { json: { id: 'hunter22' } } },
    });
    expect(told.sent[1]?.body).toBe('["hunter22"]');
    expect(told.outcome('add').outputs).toEqual({ id: '***' });
    expect(told.outputs('add')).toEqual({ id: ['hunter22'] });
    expect(JSON.stringify(told.record)).not.toContain('hunter22');
  });
});

describe('forEach with concurrency', () => {
  const yaml = (more = '') => added(`{ items: [a, b, c, d], concurrency: 2 }`, more);

  test('runs so many rounds at a time; outputs are in the order of the list', async () => {
    const under: number[] = [];
    let running = 0;
    const told = await tell({
      yaml: yaml(),
      replies: {
        'PUT /a/0': { json: { id: 0 }, ms: 300 },
        'PUT /b/1': { json: { id: 1 }, ms: 100 },
        'PUT /c/2': { json: { id: 2 }, ms: 100 },
        'PUT /d/3': { json: { id: 3 }, ms: 100 },
      },
      onSend(wire) {
        running += 1;
        under.push(running);
        setTimeout(() => (running -= 1), wire.url.endsWith('/0') ? 300 : 100);
      },
    });
    expect(under).toEqual([1, 2, 2, 2, 1]);
    expect(told.sent.at(-1)?.body).toBe('[0,1,2,3]');
    expect(states(told)).toBe(
      'add passed, add[0] passed, add[1] passed, add[2] passed, add[3] passed, after passed',
    );
  });

  test('stops the others at a failure, and goes on with continueOnFailure', async () => {
    const replies = { 'PUT /b/1': { status: 500, ms: 5 } };
    const stopped = await tell({ yaml: yaml(ok).replace('$.id', 'status'), replies });
    expect(states(stopped)).toBe('add failed, add[0] passed, add[1] failed, add[2] canceled, after pending');
    const gone = await tell({
      yaml: yaml(`continueOnFailure: true\n    ${ok}`).replace('$.id', 'status'),
      replies,
    });
    expect(states(gone)).toBe(
      'add failed, add[0] passed, add[1] failed, add[2] passed, add[3] passed, after passed',
    );
    for (const told of [stopped, gone])
      expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'assertion', key: 'add[1]' } });
  });

  test('of nothing passes', async () => {
    expect(states(await tell({ yaml: added('{ items: [], concurrency: 5 }') }))).toBe(
      'add passed, after passed',
    );
  });

  test('joins the cookies of its rounds in their order', async () => {
    const cookie = (value: string) => ({ key: 'k', value, domain: 'shop.example', path: '/' });
    const told = await tell({
      yaml: yaml().replace('$.id', 'status'),
      replies: { 'PUT /a/0': { cookies: [cookie('a')], ms: 500 }, 'PUT /d/3': { cookies: [cookie('d')] } },
    });
    expect(told.sent.at(-1)?.cookies).toEqual([cookie('d')]);
  });
});

describe('loops in each other', () => {
  const yaml = `
steps:
  - id: outer
    forEach: { items: [x, y], as: letter }
    outputs: { both: { value: "${braced('steps.inner.outputs.id')}" } }
    steps:
      - { id: first, request: { path: "/first/${braced('letter')}" }, outputs: { id: $.id } }
      - id: inner
        forEach: { items: [1, 2], as: digit, concurrency: 2 }
        request: { path: "/${braced('letter')}/${braced('digit')}/${braced('steps.first.outputs.id')}/${braced('index')}" }
        outputs: { id: { value: "${braced('letter + string(digit)')}" } }
  - { id: after, request: { method: POST, path: /after, json: "${braced('steps.outer.outputs.both')}" } }
`;

  const both = (): Promise<Told> =>
    tell({ yaml, replies: { 'GET /first/x': { json: { id: 7 } }, 'GET /first/y': { json: { id: 8 } } } });

  test('see the names of all, and what their own round gave', async () => {
    const told = await both();
    expect(told.lines).toEqual([
      'GET /first/x',
      'GET /x/1/7/0',
      'GET /x/2/7/1',
      'GET /first/y',
      'GET /y/1/8/0',
      'GET /y/2/8/1',
      'POST /after',
    ]);
    expect(told.sent.at(-1)?.body).toBe('[["x1","x2"],["y1","y2"]]');
  });

  test('are listed round by round', async () => {
    const told = await both();
    expect(told.record.steps.map(({ key, depth, state }) => `${'  '.repeat(depth)}${key} ${state}`)).toEqual([
      'outer passed',
      '  outer[0] passed',
      '    outer[0]/first passed',
      '    outer[0]/inner passed',
      '      outer[0]/inner[0] passed',
      '      outer[0]/inner[1] passed',
      '  outer[1] passed',
      '    outer[1]/first passed',
      '    outer[1]/inner passed',
      '      outer[1]/inner[0] passed',
      '      outer[1]/inner[1] passed',
      'after passed',
    ]);
    expect(told.step('outer[1]')).toMatchObject({ kind: 'group', loop: false });
    expect(told.step('outer[1]/inner')).toMatchObject({ kind: 'request', loop: true });
  });

  test('what a round did not reach is listed too', async () => {
    const told = await tell({
      yaml: yaml.replace('outputs: { id: $.id } }', `outputs: { id: $.id }, ${ok} }`),
      replies: { 'GET /first/x': { status: 500 } },
    });
    expect(states(told)).toBe(
      'outer failed, outer[0] failed, outer[0]/first failed, outer[0]/inner pending, after pending',
    );
  });
});
