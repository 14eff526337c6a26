import { describe, expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { type Reply, type Story, tell } from './journey-run.ts';

const yaml = `
steps:
  - id: a
    request: { method: POST, path: /a }
    outputs: { id: $.id }
    assertions: [{ status: 201 }]
    cleanup:
      - { id: undoA1, request: { method: DELETE, path: "/a1/${braced('steps.a.outputs.id')}" } }
      - { id: undoA2, request: { method: DELETE, path: /a2 } }
  - id: b
    request: { method: POST, path: /b }
    assertions: [{ status: 201 }]
    cleanup: [{ id: undoB, request: { method: DELETE, path: /b } }]
  - id: c
    request: { method: POST, path: /c }
    cleanup: [{ id: undoC, request: { method: DELETE, path: /c } }]
cleanup:
  - { id: last, request: { method: DELETE, path: /last } }
  - { id: veryLast, request: { method: DELETE, path: /very-last } }
`;

const made: Reply = { status: 201, json: { id: 7 } };

function run(replies: Story['replies'], more: Partial<Story> = {}) {
  return tell({ yaml, replies: { 'POST /a': made, 'POST /b': made, ...replies }, ...more });
}

const undone = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith('DELETE'));
const own = ['DELETE /last', 'DELETE /very-last'];

describe('cleanup', () => {
  test('runs last in first out, then the list of the journey as written', async () => {
    const told = await run({});
    expect(undone(told.lines)).toEqual(['DELETE /c', 'DELETE /b', 'DELETE /a1/7', 'DELETE /a2', ...own]);
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
    expect(told.record.steps.slice(3).map(({ key }) => key)).toEqual([
      'c/undoC',
      'b/undoB',
      'a/undoA1',
      'a/undoA2',
      'last',
      'veryLast',
    ]);
  });

  test.each<[what: string, reply: Reply, undone: readonly string[]]>([
    ['answered 400–499: nothing was done', { status: 499 }, []],
    ['answered 500: something may have been', { status: 500 }, ['DELETE /b']],
    ['certainly not sent', { failed: 'refused', sent: 'no' }, []],
    ['perhaps sent', { failed: 'reset', sent: 'maybe' }, ['DELETE /b']],
    ['answered, but cut off', { failed: 'cutOff', sent: 'yes' }, ['DELETE /b']],
  ])('of a step that was %s', async (_, reply, first) => {
    const told = await run({ 'POST /b': reply });
    expect(undone(told.lines)).toEqual([...first, 'DELETE /a1/7', 'DELETE /a2', ...own]);
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', key: 'b' } });
  });

  test('is taken back only when every sending was refused', async () => {
    const story = (replies: readonly Reply[]) =>
      tell({
        yaml: `
steps:
  - id: a
    request: { method: PUT, path: /a }
    retry: { attempts: 2, on: [assertion, connection] }
    assertions: [{ status: 201 }]
    cleanup: [{ id: undoA, request: { method: DELETE, path: /a } }]
`,
        replies: { 'PUT /a': replies },
      });
    expect(undone((await story([{ status: 500 }, { status: 404 }])).lines)).toEqual(['DELETE /a']);
    expect(undone((await story([{ status: 404 }, { failed: 'refused' }])).lines)).toEqual([]);
  });

  test('runs after a cancel, deaf to it, and after a timeout of the run', async () => {
    const stopped = await run(
      {},
      { onSend: (request, pass) => request.url.endsWith('/b') && pass.stop('cancel') },
    );
    expect(undone(stopped.lines)).toEqual(['DELETE /b', 'DELETE /a1/7', 'DELETE /a2', ...own]);
    expect(stopped.ending).toMatchObject({ verdict: { state: 'canceled' } });
    const late = await run(
      { 'POST /b': { ...made, ms: 5000 } },
      { request: { deadline: Date.UTC(2026, 10, 25, 10, 0, 1) } },
    );
    expect(undone(late.lines)).toHaveLength(5);
    expect(late.ending).toMatchObject({ verdict: { state: 'failed', reason: 'timeout' } });
  });

  test('that fails fails the run, and the others still run', async () => {
    const told = await run({ 'DELETE /b': { failed: 'refused' } });
    expect(undone(told.lines)).toEqual(['DELETE /c', 'DELETE /b', 'DELETE /a1/7', 'DELETE /a2', ...own]);
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'request', key: 'b/undoB' } });
  });

  test('--no-cleanup leaves everything in place', async () => {
    const told = await run({}, { request: { noCleanup: true } });
    expect(undone(told.lines)).toEqual([]);
  });

  test('whose values are not there is skipped, and says so', async () => {
    const told = await tell({
      yaml: `
inputs: { o: {} }
steps:
  - id: a
    request: { method: POST, path: /a }
    outputs: { id: { body: $.id, optional: true } }
    cleanup:
      - { id: undoA, request: { method: DELETE, path: "/a/${braced('steps.a.outputs.id')}" } }
      - { id: undoIf, if: steps.a.outputs.id > 1, request: { method: DELETE, path: /if } }
      - { id: checkIf, if: steps.a.outputs.id > 1, assertions: [{ value: "${braced('true')}" }] }
      - { id: checkValue, assertions: [{ value: "${braced('steps.a.outputs.id == 1')}" }] }
      - { id: group, if: steps.a.outputs.id > 1, parallel: [{ id: inner, request: { method: DELETE, path: /inner } }] }
  - { id: never, if: "journey.name == 'other'", request: { path: / } }
cleanup:
  - { id: later, request: { method: DELETE, path: "/${braced('steps.never.response.status')}" } }
`,
    });
    expect(undone(told.lines)).toEqual([]);
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
    const steps = told.record.steps.filter((step) => step.cleanup);
    expect(steps.map(({ state }) => state)).toEqual(steps.map(() => 'skipped'));
    for (const key of ['undoA', 'undoIf', 'checkIf', 'checkValue', 'group']) {
      expect(told.evidence(`a/${key}`).notes).toEqual([expect.stringMatching(/^skipped: .*has no "id"/)]);
    }
  });

  test('that judges values runs like any other', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: a
    request: { method: POST, path: /a }
    cleanup:
      - { id: fails, assertions: [{ value: "${braced('steps.a.state')}", equals: failed }] }
      - id: group
        parallel:
          - { id: x, request: { method: DELETE, path: /x }, assertions: [{ status: 204 }] }
          - { id: y, request: { method: DELETE, path: /y } }
      - { id: after, request: { method: DELETE, path: /after } }
`,
      replies: { 'DELETE /x': { status: 404 } },
    });
    expect(undone(told.lines)).toEqual(['DELETE /x', 'DELETE /y', 'DELETE /after']);
    expect(told.record.steps.map(({ key, state }) => `${key} ${state}`)).toEqual([
      'a passed',
      'a/fails failed',
      'a/group/x failed',
      'a/group/y passed',
      'a/group failed',
      'a/after passed',
    ]);
    expect(told.ending).toMatchObject({ verdict: { reason: 'assertion', key: 'a/fails' } });
  });

  test('has a cleanup of its own, which runs behind the list that it stands in', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: a
    request: { method: POST, path: /a }
    cleanup:
      - id: lock
        request: { method: POST, path: /lock }
        cleanup: [{ id: unlock, request: { method: DELETE, path: /lock } }]
      - { id: undoA, request: { method: DELETE, path: /a } }
cleanup:
  - id: open
    request: { method: POST, path: /open }
    cleanup: [{ id: close, request: { method: DELETE, path: /open } }]
  - id: refused
    request: { method: POST, path: /refused }
    cleanup: [{ id: nothing, request: { method: DELETE, path: /refused } }]
`,
      replies: { 'POST /refused': { status: 404 } },
    });
    expect(told.lines).toEqual([
      'POST /a',
      'POST /lock',
      'DELETE /a',
      'DELETE /lock',
      'POST /open',
      'POST /refused',
      'DELETE /open',
    ]);
    expect(told.step('a/lock/unlock').state).toBe('passed');
    expect(told.step('refused/nothing').state).toBe('pending');
  });

  test('whose outcome nobody knows is left and named; the others run', async () => {
    const story: Story = {
      yaml: `
steps:
  - id: a
    request: { path: /a }
    cleanup:
      - { id: undoA, request: { method: POST, path: /undo } }
      - { id: after, request: { method: POST, path: /after } }
`,
    };
    const whole = await tell(story);
    const cut = whole.events.findIndex((event) => event.type === 'step.started' && event.key === 'a/undoA');
    const rest = await tell({ ...story, history: whole.events.slice(0, cut + 1) });
    expect(rest.lines).toEqual(['POST /after']);
    expect(rest.step('a/undoA').state).toBe('unknown');
    expect(rest.ending).toMatchObject({ verdict: { state: 'failed', reason: 'request', key: 'a/undoA' } });
  });
});
