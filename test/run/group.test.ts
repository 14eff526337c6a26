import { describe, expect, test } from 'vitest';
import { runBranch } from '../../src/run/branch.ts';
import { createContext } from '../../src/run/context.ts';
import type { Primitives } from '../../src/run/ports.ts';
import { braced } from '../query/scope.ts';
import { compile, digests, requestOf, type Told, tell } from './journey-run.ts';

const ok = 'assertions: [{ status: 200 }]';

function states(told: Told): string {
  return told.record.steps.map(({ key, state }) => `${key} ${state}`).join(', ');
}

describe('a parallel', () => {
  test('runs its steps at the same time; what they gave is there behind it', async () => {
    const told = await tell({
      yaml: `
variables: { v: 3 }
steps:
  - { id: before, request: { path: /before }, outputs: { id: $.id } }
  - id: both
    parallel:
      - { id: a, request: { path: "/a/${braced('steps.before.outputs.id')}" }, outputs: { id: $.id } }
      - id: inner
        parallel: [{ id: b, request: { path: "/b/${braced('variables.v')}" }, outputs: { id: $.id } }]
  - { id: after, request: { path: "/after/${braced('steps.a.outputs.id')}/${braced('steps.b.outputs.id')}" } }
`,
      replies: {
        'GET /before': { json: { id: 1 } },
        'GET /a/1': { json: { id: 5 }, ms: 500 },
        'GET /b/3': { json: { id: 6 } },
      },
    });
    expect(told.lines).toEqual(['GET /before', 'GET /a/1', 'GET /b/3', 'GET /after/5/6']);
    const [a, b] = [told.outcome('both/a'), told.outcome('both/inner/b')];
    expect([a.startedAt, a.at > b.at]).toEqual([b.startedAt, true]);
    expect(states(told)).toBe(
      'before passed, both passed, both/a passed, both/inner passed, both/inner/b passed, after passed',
    );
  });

  test('passes where all its steps do, and judges what they gave', async () => {
    const yaml = (sum: number) => `
steps:
  - id: both
    parallel:
      - { id: a, request: { path: /a }, outputs: { id: $.id } }
      - { id: b, request: { path: /b }, outputs: { id: $.id } }
    outputs: { sum: { value: "${braced('steps.a.outputs.id + steps.b.outputs.id')}" } }
    assertions: [{ value: "${braced('outputs.sum')}", equals: ${sum} }]
  - { id: after, request: { path: "/after/${braced('steps.both.outputs.sum')}" } }
`;
    const replies = { 'GET /a': { json: { id: 1 } }, 'GET /b': { json: { id: 2 } } };
    expect((await tell({ yaml: yaml(3), replies })).lines.at(-1)).toBe('GET /after/3');
    const failed = await tell({ yaml: yaml(4), replies });
    expect(failed.ending).toMatchObject({ verdict: { reason: 'assertion', key: 'both' } });
    expect(failed.evidence('both').assertions[0]).toMatchObject({ expected: 4, actual: 3 });
  });

  test('that has nothing to add has no outputs, and no evidence of a request', async () => {
    const told = await tell({ yaml: `steps: [{ id: g, parallel: [{ id: a, request: { path: / } }] }]` });
    expect(told.outcome('g')).toEqual({
      state: 'passed',
      sent: 'no',
      startedAt: expect.any(Number),
      at: expect.any(Number),
    });
    expect(told.evidence('g')).toEqual({ assertions: [], durationMs: 0 });
  });

  test('a failed step stops the others: what was started is finished, nothing more begins', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: g
    parallel:
      - { id: slow, request: { path: /slow }, outputs: { id: $.id } }
      - { id: fails, request: { path: /fails }, ${ok} }
      - { id: waits, request: { path: /waits }, retry: { attempts: 5, delay: 1h }, ${ok} }
`,
      replies: {
        'GET /fails': { status: 500, ms: 100 },
        'GET /slow': { json: { id: 1 }, ms: 900 },
        'GET /waits': { status: 503 },
      },
    });
    expect(states(told)).toBe('g failed, g/slow passed, g/fails failed, g/waits canceled');
    expect(told.lines).toHaveLength(3);
    expect(told.ending).toMatchObject({ verdict: { reason: 'assertion', key: 'g/fails' } });
  });

  test('is bounded: what does not fit waits, and is not reached after a failure', async () => {
    const branches = Array.from(
      { length: 66 },
      (_, n) => `      - { id: s${n}, request: { path: /s${n} }, ${ok} }`,
    );
    const yaml = `steps:\n  - id: g\n    parallel:\n${branches.join('\n')}\n`;
    const told = await tell({ yaml, replies: { 'GET /s0': { status: 500, ms: 1 } } });
    expect(told.lines).toHaveLength(64);
    // The lane of the failed one takes up the next, which is stopped before it leaves.
    expect(told.step('g/s64').state).toBe('canceled');
    expect(told.step('g/s65').state).toBe('pending');
    expect(told.step('g').state).toBe('failed');
  });

  test('goes on after a failure that may be', async () => {
    const told = await tell({
      yaml: `
steps:
  - id: g
    parallel:
      - { id: a, request: { path: /a }, continueOnFailure: true, ${ok} }
      - { id: b, request: { path: /b } }
  - { id: after, request: { path: "/${braced('steps.a.state')}" } }
`,
      replies: { 'GET /a': { status: 500 } },
    });
    expect(states(told)).toBe('g passed, g/a failed, g/b passed, after passed');
    expect(told.lines.at(-1)).toBe('GET /failed');
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', key: 'g/a' } });
  });

  test('that is stopped with the run is canceled', async () => {
    const told = await tell({
      yaml: `steps:\n  - id: g\n    parallel:\n      - { id: a, request: { path: /a }, retry: { delay: 1h }, ${ok} }\n      - { id: b, request: { path: /b } }\n  - { id: after, request: { path: / } }`,
      replies: { 'GET /a': { status: 503 } },
      onSend: (_, pass) => setTimeout(() => pass.stop('cancel'), 500),
    });
    expect(states(told)).toBe('g canceled, g/a canceled, g/b passed, after pending');
    expect(told.ending).toMatchObject({ verdict: { state: 'canceled' } });
  });

  test('joins cookies and cleanup in the order of the plan, never of time', async () => {
    const cookie = (value: string) => ({ key: 'k', value, domain: 'shop.example', path: '/' });
    const undo = (id: string) => `cleanup: [{ id: undo${id}, request: { method: DELETE, path: /${id} } }]`;
    const told = await tell({
      yaml: `
steps:
  - id: g
    parallel:
      - { id: a, request: { path: /a }, ${undo('a')} }
      - { id: b, request: { path: /b }, ${undo('b')} }
    ${undo('g')}
  - { id: after, request: { path: /after } }
`,
      replies: { 'GET /a': { cookies: [cookie('a')], ms: 900 }, 'GET /b': { cookies: [cookie('b')] } },
    });
    expect(told.sent.find(({ url }) => url.endsWith('/after'))?.cookies).toEqual([cookie('b')]);
    expect(told.lines.slice(3)).toEqual(['DELETE /g', 'DELETE /b', 'DELETE /a']);
  });

  test('of which nothing was done has nothing to undo', async () => {
    const told = await tell({
      yaml: `steps: [{ id: g, parallel: [{ id: a, request: { path: /a } }], cleanup: [{ id: undo, request: { path: /undo } }] }]`,
      replies: { 'GET /a': { status: 404 } },
    });
    expect(told.lines).toEqual(['GET /a']);
  });

  test('in which nobody knows what came of a request, in a run that is canceled', async () => {
    const yaml = 'steps: [{ id: g, parallel: [{ id: a, request: { method: POST, path: /a } }] }]';
    const whole = await tell({ yaml });
    const cut = whole.events.findIndex((event) => event.type === 'step.started');
    const canceled = { type: 'run.cancelRequested', at: 0, by: 'ada' } as const;
    const told = await tell({ yaml, history: [...whole.events.slice(0, cut + 1), canceled] });
    expect(told.lines).toEqual([]);
    expect(states(told)).toBe('g failed, g/a unknown');
    expect(told.outcome('g')).not.toHaveProperty('reason');
    expect(told.ending).toMatchObject({ verdict: { state: 'canceled' } });
  });
});

describe('the condition of a parallel', () => {
  const yaml = (condition: string) => `
inputs: { o: {} }
steps:
  - id: g
    if: "${condition}"
    parallel: [{ id: a, request: { path: /a } }]
    cleanup: [{ id: undo, request: { path: /undo } }]
  - { id: after, request: { path: "/${braced('steps.g.state + steps.a.state')}" } }
`;
  const run = (condition: string, history?: Told['history']) =>
    tell({
      yaml: yaml(condition),
      request: { inputs: { o: {} } },
      ...(history === undefined ? {} : { history }),
    });

  test('that holds', async () => {
    expect((await run("journey.name == 'test'")).lines).toEqual(['GET /a', 'GET /passedpassed', 'GET /undo']);
  });

  test('that does not skips it with all inside', async () => {
    const told = await run("journey.name == 'other'");
    expect(states(told)).toBe('g skipped, g/a skipped, after passed, g/undo pending');
    expect(told.lines).toEqual(['GET /skippedskipped']);
  });

  test('that has no value fails it, and says why', async () => {
    const told = await run('inputs.o.gone == 1');
    expect(states(told)).toBe('g failed, g/a pending, after pending, g/undo pending');
    expect(told.evidence('g').error).toMatchObject({
      reason: 'value',
      message: expect.stringContaining('has no "gone"'),
    });
  });

  test('is decided once: a run that goes on keeps to it', async () => {
    const whole = await run("journey.name == 'other'");
    const cut = whole.events.findIndex((event) => event.type === 'step.finished' && event.key === 'g');
    expect((await run("journey.name == 'test'", whole.events.slice(0, cut))).lines).toEqual([
      'GET /skippedskipped',
    ]);
  });

  test('is not decided any more in a run that is stopped', async () => {
    const told = await tell({
      yaml: `steps:\n  - { id: first, request: { path: /first } }\n  - { id: g, if: "journey.name == 'test'", parallel: [{ id: a, request: { path: /a } }] }`,
      onSend: (_, pass) => pass.stop('cancel'),
    });
    expect(states(told)).toBe('first passed, g canceled, g/a pending');
  });
});

test('a branch of a step that the artifact has not is our bug', async () => {
  const effects = { ...digests, send: () => Promise.reject(new Error('nothing is sent')) };
  const context = createContext(
    compile('steps: [{ id: a, request: { path: / } }]'),
    requestOf(),
    {},
    effects,
  );
  const { frame } = context;
  const shared = { steps: {}, frame, jars: {} };
  const branch = runBranch({ context, primitives: {} as Primitives }, new Map(), { key: 'x' }, shared, ['']);
  await expect(branch).rejects.toThrow('the artifact has no step "x"');
});

describe('a step that judges values', () => {
  test('sends nothing, and gives outputs', async () => {
    const told = await tell({
      yaml: `
inputs: { n: {} }
steps:
  - id: check
    outputs: { double: { value: "${braced('inputs.n * 2')}" }, hidden: { value: "${braced("'hunter' + '22'")}", secret: true } }
    assertions: [{ value: "${braced('outputs.double')}", equals: 4 }, { value: "${braced('inputs.n')}", equals: 5, soft: true }]
  - { id: next, request: { path: "/${braced('steps.check.outputs.double')}/${braced('steps.check.outputs.hidden')}" } }
`,
      request: { inputs: { n: 2 } },
    });
    expect(told.lines).toEqual(['GET /4/hunter22']);
    expect(told.outcome('check')).toMatchObject({
      state: 'passed',
      sent: 'no',
      outputs: { double: 4, hidden: '***' },
    });
    expect(told.evidence('check').assertions.map((one) => one.passed)).toEqual([true, false]);
    expect(told.step('check').attempts).toHaveLength(1);
  });

  test('that cannot be had fails with its place, the other results beside it', async () => {
    const told = await tell({
      yaml: `
inputs: { o: {} }
steps:
  - id: check
    outputs: { a: { value: "${braced('1 + 1')}" } }
    assertions: [{ value: "${braced('inputs.o.gone')}" }, { value: "${braced('true')}" }]
`,
      request: { inputs: { o: {} } },
    });
    expect(told.outcome('check')).toMatchObject({ state: 'failed', reason: 'value', outputs: { a: 2 } });
    expect(told.evidence('check')).toMatchObject({
      assertions: [{ passed: false, line: 8 }, { passed: true }],
      error: { reason: 'value', place: { line: 8 } },
    });
  });

  test('skipped, or without a value of its condition', async () => {
    const yaml = (condition: string) =>
      `inputs: { o: {} }\nsteps: [{ id: check, if: "${condition}", assertions: [{ value: "${braced('true')}" }] }]`;
    const request = { inputs: { o: {} } };
    expect(states(await tell({ yaml: yaml("journey.name == 'x'"), request }))).toBe('check skipped');
    const told = await tell({ yaml: yaml('inputs.o.x'), request });
    expect(told.outcome('check')).toMatchObject({ state: 'failed', reason: 'value' });
  });
});
