import { describe, expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { type Story, states, tell } from './journey-run.ts';

const made = (id: string) => ({ json: { id } });
const replies: Story['replies'] = { 'PUT /a': made('A'), 'PUT /b': made('B'), 'PUT /c': made('C') };

function looped(loop: string): string {
  return `
steps:
  - id: add
    forEach: ${loop}
    request: { method: PUT, path: "/${braced('item')}" }
    outputs: { id: $.id }
    cleanup:
      - { id: undo, request: { method: DELETE, path: "/${braced('item')}/${braced('index')}" } }
      - { id: log, request: { method: POST, path: "/log/${braced('item')}" } }
`;
}

describe('the cleanup of a step that loops', () => {
  test.each([
    ['in order', '[a, b, c]'],
    ['several at a time', '{ items: [a, b, c], concurrency: 3 }'],
  ])('undoes each round, the last first, with its names: %s', async (_, loop) => {
    const told = await tell({ yaml: looped(loop), replies });
    expect(told.lines.slice(3)).toEqual([
      'DELETE /c/2',
      'POST /log/c',
      'DELETE /b/1',
      'POST /log/b',
      'DELETE /a/0',
      'POST /log/a',
    ]);
    expect(told.record.steps.slice(4).map(({ key, cleanup, depth }) => [key, cleanup, depth])).toEqual([
      ['add[2]/undo', true, 0],
      ['add[2]/log', true, 0],
      ['add[1]/undo', true, 0],
      ['add[1]/log', true, 0],
      ['add[0]/undo', true, 0],
      ['add[0]/log', true, 0],
    ]);
  });

  test('leaves out rounds that did nothing, and those that never ran', async () => {
    const told = await tell({ yaml: looped('[a, b, c]'), replies: { 'PUT /b': { status: 409 } } });
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', key: 'add[0]' } });
    expect(told.lines).toEqual(['PUT /a', 'DELETE /a/0', 'POST /log/a']);
  });

  test('sees what its round gave, not what a later one did', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: users
    forEach: [a, b]
    steps:
      - { id: make, request: { method: PUT, path: "/${braced('item')}" }, outputs: { id: $.id } }
      - { id: touch, request: { path: /touch }, cleanup: [{ id: untouch, request: { method: DELETE, path: "/touch/${braced('steps.make.outputs.id')}" } }] }
    cleanup:
      - { id: drop, request: { method: DELETE, path: "/users/${braced('steps.make.outputs.id')}" } }
      - { id: told, note: "dropped ${braced('item')}, ${braced('steps.drop.state')}" }
`,
      replies,
    });
    expect(told.lines.slice(4)).toEqual([
      'DELETE /users/B',
      'DELETE /touch/B',
      'DELETE /users/A',
      'DELETE /touch/A',
    ]);
    expect(told.record.notes.map(({ text }) => text)).toEqual(['dropped b, passed', 'dropped a, passed']);
  });

  test('that loops itself runs each of its rounds', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: add
    forEach: [a, b]
    request: { method: PUT, path: "/${braced('item')}" }
    cleanup:
      - { id: undo, forEach: { items: [1, 2], as: n }, request: { method: DELETE, path: "/${braced('item')}/${braced('n')}" } }
cleanup:
  - { id: last, forEach: [x, y], request: { method: DELETE, path: "/${braced('item')}" } }
`,
    });
    expect(told.lines.slice(2)).toEqual([
      'DELETE /b/1',
      'DELETE /b/2',
      'DELETE /a/1',
      'DELETE /a/2',
      'DELETE /x',
      'DELETE /y',
    ]);
    expect(states(told)).toBe(
      'add passed, add[0] passed, add[1] passed, add[1]/undo[0] passed, add[1]/undo[1] passed, add[1]/undo passed, ' +
        'add[0]/undo[0] passed, add[0]/undo[1] passed, add[0]/undo passed, last[0] passed, last[1] passed, last passed',
    );
  });

  test('whose values are not there is skipped, and says so', async () => {
    const told = await tell({
      yaml: `
steps: [{ id: a, continueOnFailure: true, request: { path: /a }, outputs: { list: $.list } }]
cleanup: [{ id: drop, forEach: "${braced('steps.a.outputs.list')}", request: { method: DELETE, path: "/${braced('item')}" } }]
`,
      replies: { 'GET /a': { json: {} } },
    });
    expect(told.step('drop').state).toBe('skipped');
    expect(told.evidence('drop').notes?.[0]).toMatch(/^skipped: .*has no "list"/);
  });

  test('is registered and run in a later pass as in the first', async () => {
    const whole = await tell({ yaml: looped('[a, b]'), replies });
    const cut = whole.events.findIndex((event) => event.type === 'step.started' && event.key === 'add[1]');
    const told = await tell({ yaml: looped('[a, b]'), replies, history: whole.events.slice(0, cut) });
    expect(told.lines.slice(-4)).toEqual(whole.lines.slice(-4));
  });

  test('goes on over what fails, in rounds and in groups, and fails the run', async () => {
    const told = await tell({
      yaml: `
steps: [{ id: a, request: { path: /a } }]
cleanup:
  - { id: each, forEach: [1, 2], request: { method: DELETE, path: "/each/${braced('item')}" }, assertions: [{ status: 204 }] }
  - id: group
    steps:
      - { id: one, request: { method: DELETE, path: /one }, assertions: [{ status: 204 }] }
      - { id: two, request: { method: DELETE, path: /two }, assertions: [{ status: 200 }] }
`,
    });
    expect(told.lines).toEqual(['GET /a', 'DELETE /each/1', 'DELETE /each/2', 'DELETE /one', 'DELETE /two']);
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'assertion', key: 'each[0]' } });
    expect(['each', 'group', 'group/two'].map((key) => told.step(key).state)).toEqual([
      'failed',
      'failed',
      'passed',
    ]);
  });
});
