import { describe, expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { states, tell } from './journey-run.ts';

/** Pages of a list: each names the next one. */
const pages = {
  'GET /pages?from=': { json: { ids: [1, 2], next: 'b' } },
  'GET /pages?from=b': { json: { ids: [3], next: 'c' } },
  'GET /pages?from=c': { json: { ids: [], next: null } },
};

function paged(repeat: string, more = ''): string {
  return `
steps:
  - id: list
    repeat: ${repeat}
    request: { path: /pages, query: { from: "${braced("repeat.cursor == null ? '' : repeat.cursor")}" } }
    outputs: { ids: $.ids, page: { value: "${braced('index')}" } }
    ${more}
  - { id: after, request: { method: POST, path: /after, json: "${braced('steps.list.outputs')}" } }
`;
}

describe('repeat', () => {
  test('follows a cursor until nothing is there; outputs are lists', async () => {
    const told = await tell({ yaml: paged('{ set: { cursor: $.next } }'), replies: pages });
    expect(told.lines).toEqual([...Object.keys(pages), 'POST /after']);
    expect(told.sent.at(-1)?.body).toBe('{"ids":[[1,2],[3],[]],"page":[0,1,2]}');
    expect(states(told)).toBe('list passed, list[0] passed, list[1] passed, list[2] passed, after passed');
  });

  test('ends where what `set` names is absent, as where it is null', async () => {
    const told = await tell({ yaml: paged('{ set: { cursor: $.gone } }'), replies: pages });
    expect(told.lines).toEqual(['GET /pages?from=', 'POST /after']);
  });

  test('begins with what `start` gives', async () => {
    const yaml = paged('{ set: { cursor: $.next }, start: { cursor: c } }');
    expect((await tell({ yaml, replies: pages })).lines).toEqual(['GET /pages?from=c', 'POST /after']);
  });

  test.each([
    ['an expression', `"${braced("response.body.next == 'c'")}"`],
    ['a list of assertions', '[{ body: $.next, equals: c }]'],
    ['what the step gave', `"${braced('outputs.ids == [3]')}"`],
  ])('ends when `until` holds: %s', async (_, until) => {
    const told = await tell({ yaml: paged(`{ set: { cursor: $.next }, until: ${until} }`), replies: pages });
    expect(told.lines).toEqual(['GET /pages?from=', 'GET /pages?from=b', 'POST /after']);
  });

  test('with `until` alone reads what is not there as null, never as it was', async () => {
    const yaml = paged(
      `{ set: { cursor: { body: $.next, optional: true } }, until: "${braced('index == 2')}" }`,
    );
    const told = await tell({
      yaml,
      replies: {
        'GET /pages?from=': [{ json: { next: 'b', ids: [] } }, { json: { ids: [] } }],
        'GET /pages?from=b': { json: { ids: [] } },
      },
    });
    expect(told.lines).toEqual(['GET /pages?from=', 'GET /pages?from=b', 'GET /pages?from=', 'POST /after']);
  });

  test('`set` reads what its step gave', async () => {
    const yaml = paged(`{ set: { cursor: { output: next } } }`, '').replace(
      'page: {',
      'next: { body: $.next, optional: true }, page: {',
    );
    expect((await tell({ yaml, replies: pages })).lines).toEqual([...Object.keys(pages), 'POST /after']);
  });

  test.each([
    ['{ set: { cursor: $.next }, max: 2 }', 'there is more after 2 rounds'],
    [
      `{ set: { cursor: $.next }, until: "${braced('false')}", max: 2 }`,
      '"until" does not hold after 2 rounds',
    ],
  ])('that reaches its bound fails: %s', async (repeat, message) => {
    const told = await tell({ yaml: paged(repeat), replies: pages });
    expect(states(told)).toBe('list failed, list[0] passed, list[1] passed, after pending');
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'unmet', key: 'list' } });
    expect(told.evidence('list').error).toMatchObject({ reason: 'unmet', message, place: { line: 5 } });
    expect(told.outcome('list').outputs).toEqual({ ids: [[1, 2], [3]], page: [0, 1] });
  });

  test('ends with a round that fails', async () => {
    const told = await tell({
      yaml: paged('{ set: { cursor: $.next } }', 'assertions: [{ status: 200 }]'),
      replies: { ...pages, 'GET /pages?from=b': { status: 500, json: { ids: [], next: 'c' } } },
    });
    expect(states(told)).toBe('list failed, list[0] passed, list[1] failed, after pending');
    expect(told.ending).toMatchObject({ verdict: { reason: 'assertion', key: 'list[1]' } });
  });

  test('keeps a secret cursor out of the record', async () => {
    const told = await tell({
      yaml: paged('{ set: { cursor: { body: $.next, secret: true } } }'),
      replies: {
        'GET /pages?from=': { json: { ids: [], next: 'hunter22' } },
        'GET /pages?from=hunter22': { json: { ids: [] } },
      },
    });
    expect(told.lines).toEqual(['GET /pages?from=', 'GET /pages?from=hunter22', 'POST /after']);
    expect(told.outcome('list[0]').next).toEqual({ cursor: '***' });
    expect(JSON.stringify(told.record)).not.toContain('hunter22');
  });

  test('goes on in a later pass with the cursor that was recorded, and hides it still', async () => {
    const yaml = paged('{ set: { cursor: { body: $.next, secret: true } } }');
    const first = { 'GET /pages?from=': { json: { ids: [], next: 'hunter22' } } };
    const whole = await tell({ yaml, replies: first });
    const cut = whole.events.findIndex((event) => event.type === 'step.started' && event.key === 'list[1]');
    const told = await tell({ yaml, history: whole.events.slice(0, cut) });
    expect(told.lines[0]).toBe('GET /pages?from=hunter22');
    expect(JSON.stringify(told.record)).not.toContain('hunter22');
  });

  test('of several steps', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: drain
    repeat: { set: { left: { value: "${braced('steps.take.outputs.left')}" } }, until: "${braced('steps.take.outputs.left == 0')}" }
    steps:
      - { id: take, request: { method: PUT, path: "/take/${braced('index')}" }, outputs: { left: $.left } }
`,
      replies: { 'PUT /take/0': { json: { left: 1 } }, 'PUT /take/1': { json: { left: 0 } } },
    });
    expect(states(told)).toBe(
      'drain passed, drain[0] passed, drain[0]/take passed, drain[1] passed, drain[1]/take passed',
    );
  });
});
