import { describe, expect, test } from 'vitest';
import { start, states, tell } from './journey-run.ts';

const ok = 'assertions: [{ status: 200 }]';
const second = { ms: 1_000 };

describe('the timeout of steps in order', () => {
  const yaml = `
steps:
  - id: all
    timeout: 1500ms
    steps:
      - { id: a, request: { method: POST, path: /a }, ${ok}, cleanup: [{ id: undo, request: { path: /undo } }] }
      - { id: b, request: { method: POST, path: /b }, ${ok} }
      - { id: c, request: { method: POST, path: /c }, ${ok} }
  - { id: after, request: { path: /after }, ${ok} }
`;

  test('lets a request that is under way come to its end, starts nothing more, and fails the step', async () => {
    const told = await tell({ yaml, replies: { 'POST /a': second, 'POST /b': second } });
    expect(told.lines).toEqual(['POST /a', 'POST /b', 'GET /undo']);
    expect(states(told)).toBe(
      'all failed, all/a passed, all/b passed, all/c canceled, after pending, all/a/undo passed',
    );
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'unmet', key: 'all' } });
    expect(told.evidence('all').error).toMatchObject({
      reason: 'unmet',
      message: 'it did not end within 1.5 s',
      place: { line: 5 },
    });
    expect(told.record.stops).toEqual([{ scope: 'all', reason: 'timeout' }]);
  });

  test('fails it also where the last of them ended too late', async () => {
    const told = await tell({ yaml, replies: { 'POST /a': second, 'POST /c': second } });
    expect(states(told)).toContain('all failed, all/a passed, all/b passed, all/c passed, after pending');
  });

  test('that is not over changes nothing', async () => {
    const told = await tell({ yaml });
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
    expect(told.record.stops).toEqual([]);
  });

  test('leaves a failure inside what it is', async () => {
    const told = await tell({ yaml, replies: { 'POST /a': { ms: 2_000, status: 500 } } });
    expect(told.ending).toMatchObject({ verdict: { reason: 'assertion', key: 'all/a' } });
    expect(told.step('all')).toMatchObject({ state: 'failed', reason: 'assertion' });
  });

  test('with continueOnFailure fails the run at its end', async () => {
    const told = await tell({
      yaml: yaml.replace('timeout:', 'continueOnFailure: true\n    timeout:'),
      replies: { 'POST /a': { ms: 2_000 } },
    });
    expect(told.lines).toEqual(['POST /a', 'GET /after', 'GET /undo']);
    expect(told.ending).toMatchObject({ verdict: { reason: 'unmet', key: 'all' } });
  });

  test('keeps its cookies to what follows', async () => {
    const told = await tell({
      yaml: yaml.replace('/after }', '/after }, actor: one').replace('steps:', 'actors: { one: {} }\nsteps:'),
      replies: { 'POST /a': { cookies: [{ name: 'a' }] } },
    });
    expect(told.sent.at(1)?.cookies).toEqual([{ name: 'a' }]);
    expect(told.sent.at(-1)?.cookies).toEqual([{ name: 'a' }]);
  });

  test('counts from the recorded start, also in the pass that takes the run up', async () => {
    const replies = { 'POST /a': second, 'POST /b': second };
    const whole = await tell({ yaml, replies });
    const cut = whole.events.findIndex((event) => event.type === 'step.finished' && event.key === 'all/a');
    const history = whole.history.slice(0, cut + 1);
    const began = history.find((event) => 'key' in event && event.key === '~timeout/all');
    expect(began).toMatchObject({ outcome: { outputs: { until: start + 1_500 } } });
    // This pass begins at the same instant again: to be late it needs longer than what was left.
    const rest = await tell({ yaml, replies: { 'POST /b': { ms: 1_600 } }, history });
    expect(rest.lines).toEqual(['POST /b', 'GET /undo']);
    expect(rest.step('all')).toMatchObject({ state: 'failed', reason: 'unmet' });
  });
});

test('the inner of two timeouts, or the outer: whichever is over first', async () => {
  const yaml = (outer: string, inner: string) => `
steps:
  - id: outer
    timeout: ${outer}
    steps:
      - { id: inner, timeout: ${inner}, steps: [{ id: nap, wait: 1h }] }
      - { id: next, request: { path: /next }, ${ok} }
`;
  const short = await tell({ yaml: yaml('10m', '1m') });
  expect(states(short)).toBe(
    'outer failed, outer/inner failed, outer/inner/nap canceled, outer/next pending',
  );
  expect(short.ending).toMatchObject({ verdict: { key: 'outer/inner' } });
  const long = await tell({ yaml: yaml('1m', '10m') });
  expect(states(long)).toBe(
    'outer failed, outer/inner canceled, outer/inner/nap canceled, outer/next pending',
  );
  expect(long.ending).toMatchObject({ verdict: { key: 'outer' } });
});

test('the timeout of a branch stops that branch alone', async () => {
  const told = await tell({
    yaml: `
steps:
  - id: both
    parallel:
      - { id: slow, timeout: 1m, continueOnFailure: true, steps: [{ id: nap, wait: 1h }] }
      - id: other
        steps: [{ id: pause, wait: 2m }, { id: look, request: { path: /look }, ${ok} }]
`,
  });
  expect(told.lines).toEqual(['GET /look']);
  expect(states(told)).toBe(
    'both passed, both/slow failed, both/slow/nap canceled, both/other passed, both/other/pause passed, both/other/look passed',
  );
});

test('the timeout of a parallel stops its branches', async () => {
  const told = await tell({
    yaml: `
steps:
  - id: both
    timeout: 90s
    parallel:
      - { id: polled, poll: { every: 1m, timeout: 1h }, request: { path: /polled }, ${ok} }
      - { id: quick, request: { path: /quick }, ${ok} }
`,
    replies: { 'GET /polled': { status: 404 } },
  });
  expect(told.lines).toEqual(['GET /polled', 'GET /quick', 'GET /polled']);
  expect(states(told)).toBe('both failed, both/polled canceled, both/quick passed');
  expect(told.ending).toMatchObject({ verdict: { reason: 'unmet', key: 'both' } });
});

test('the timeout of a loop over steps is that of each round', async () => {
  const told = await tell({
    yaml: `
steps:
  - id: each
    forEach: [40s, 50s, 70s, 1s]
    timeout: 1m
    steps: [{ id: nap, wait: "\${{ item }}" }]
`,
  });
  expect(told.step('each[1]').state).toBe('passed');
  expect(told.step('each[2]')).toMatchObject({ state: 'failed', reason: 'unmet' });
  expect(told.record.steps.map(({ key }) => key)).not.toContain('each[3]');
  expect(told.step('each')).toMatchObject({ state: 'failed', reason: 'unmet' });
});

test('the timeout of another journey bounds its steps, and its cleanup runs', async () => {
  const inner = `
name: inner
defaults: { service: shop }
steps:
  - { id: a, request: { method: POST, path: /a }, ${ok} }
  - { id: nap, wait: 1h }
cleanup: [{ id: bye, request: { path: /bye } }]
`;
  const told = await tell({
    yaml: 'steps: [{ id: sub, timeout: 1m, journey: inner }]',
    files: { 'journeys/inner.yaml': inner },
  });
  expect(told.lines).toEqual(['POST /a', 'GET /bye']);
  expect(told.step('sub')).toMatchObject({ state: 'failed', reason: 'unmet' });
});

test('a pause that is longer than its timeout fails', async () => {
  const told = await tell({ yaml: 'steps: [{ id: nap, timeout: 1m, wait: 1h }]' });
  expect(told.step('nap')).toMatchObject({ state: 'failed', reason: 'unmet' });
  expect(told.outcome('nap').at - start).toBeLessThan(3_600_000);
  const short = await tell({ yaml: 'steps: [{ id: nap, timeout: 1h, wait: 1m }]' });
  expect(short.step('nap').state).toBe('passed');
});

test('in a cleanup nothing is cut off: all of it runs, and the step fails', async () => {
  const told = await tell({
    yaml: `
steps: [{ id: a, request: { path: /a }, ${ok} }]
cleanup:
  - id: tidy
    timeout: 1m
    steps: [{ id: nap, wait: 2m }, { id: bye, request: { path: /bye }, ${ok} }]
`,
  });
  expect(told.lines).toEqual(['GET /a', 'GET /bye']);
  expect(told.step('tidy')).toMatchObject({ state: 'failed', reason: 'unmet' });
});

test('a step that takes no time has nothing to bound', async () => {
  const told = await tell({
    yaml: 'steps: [{ id: s, timeout: 1s, set: { a: 1 } }, { id: n, timeout: 1s, note: said }]',
  });
  expect(states(told)).toBe('s passed, n passed');
  expect(told.events.map((event) => ('key' in event ? event.key : ''))).not.toContain('~timeout/s');
});
