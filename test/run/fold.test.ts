import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/run/event.ts';
import { createFold, foldEvent, isFinal } from '../../src/run/fold.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import type { RunRecord, RunState } from '../../src/run/record.ts';
import { createRecord } from '../../src/run/record-plan.ts';
import { compile, requestOf } from './journey-run.ts';

const artifact = compile(`
steps:
  - id: a
    name: The first
    request: { path: /a }
    poll: {}
    cleanup:
      - { id: undoA, request: { path: /x }, cleanup: [{ id: redo, request: { path: /x } }] }
      - { id: group, parallel: [{ id: inner, request: { path: /x } }] }
  - id: g
    parallel:
      - { id: b, request: { path: /b }, cleanup: [{ id: undoB, request: { path: /x } }] }
      - { id: c, parallel: [{ id: d, assertions: [{ value: "\${{ true }}" }] }] }
    cleanup: [{ id: undoG, request: { path: /x } }]
cleanup: [{ id: last, request: { path: /x } }]
`);

const outcome = (state: Outcome['state'], more: Partial<Outcome> = {}): Outcome => ({
  state,
  sent: 'yes',
  startedAt: 1,
  at: 2,
  ...more,
});
const intent = { method: 'GET', target: '/a', repeatable: true };

const created: RunEvent = { type: 'run.created', at: 0, request: requestOf(), kept: [] };
const begun: RunEvent = { type: 'run.started', at: 1, epoch: 1, worker: 'w1' };
const started = (key: string, at = 1): RunEvent => ({ type: 'step.started', at, key, intent });
const finished = (key: string, state: Outcome['state'], more: Partial<Outcome> = {}): RunEvent => ({
  type: 'step.finished',
  at: 2,
  key,
  outcome: outcome(state, more),
});

function fold(...events: readonly RunEvent[]): RunRecord {
  const start = createRecord(artifact, requestOf());
  const record = events.reduce(foldEvent, start);
  expect(events.map(createFold(start)).at(-1) ?? start).toEqual(record);
  return record;
}

function stateOf(record: RunRecord, key: string): string | undefined {
  return record.steps.find((step) => step.key === key)?.state;
}

test('a fold leaves alone what it began with', () => {
  const start = createRecord(artifact, requestOf());
  const next = createFold(start);
  expect(stateOf(next(begun), 'a')).toBe('pending');
  expect(stateOf(next(started('a#1')), 'a')).toBe('running');
  expect(start).toEqual(createRecord(artifact, requestOf()));
});

test('a new record has every step of the plan, then those of cleanup, all pending', () => {
  const record = createRecord(artifact, requestOf());
  expect(record).toMatchObject({ state: 'queued', passes: [], notes: [], stops: [] });
  expect(
    record.steps.map(({ key, cleanup, depth }) => `${key} ${cleanup ? 'cleanup ' : ''}${depth}`),
  ).toEqual([
    'a 0',
    'g 0',
    'g/b 1',
    'g/c 1',
    'g/c/d 2',
    'a/undoA cleanup 0',
    'a/group cleanup 0',
    'a/group/inner cleanup 1',
    'a/undoA/redo cleanup 0',
    'g/undoG cleanup 0',
    'g/b/undoB cleanup 0',
    'last cleanup 0',
  ]);
  expect(record.steps.every(({ state, attempts }) => state === 'pending' && attempts.length === 0)).toBe(
    true,
  );
  expect(record.steps[0]).toMatchObject({ name: 'The first', kind: 'request', poll: true });
  expect(record.steps[1]).toMatchObject({ kind: 'parallel', poll: false });
  expect(record.steps[1]).not.toHaveProperty('name');
});

describe('a run', () => {
  test.each<[events: readonly RunEvent[], record: object]>([
    [[begun], { state: 'running', startedAt: 1, passes: [{ epoch: 1, worker: 'w1', at: 1 }] }],
    [[begun, { type: 'run.waiting', at: 2, until: 9 }], { state: 'waiting', waitingUntil: 9 }],
    [
      [begun, { type: 'run.interrupted', at: 2, reason: 'r', keys: ['a#1'] }],
      { state: 'interrupted', interruption: { reason: 'r', keys: ['a#1'] } },
    ],
    [
      [begun, { type: 'scope.stopped', at: 2, scope: '', reason: 'cancel' }],
      { state: 'running', stops: [{ scope: '', reason: 'cancel' }] },
    ],
    [
      [begun, { type: 'note.added', at: 2, key: 'k', text: 't' }],
      { notes: [{ key: 'k', text: 't', at: 2 }] },
    ],
    [[{ type: 'run.cancelRequested', at: 1, by: 'ada' }], { state: 'queued', stopAsked: 'cancel' }],
    [[{ type: 'run.cancelRequested', at: 1, by: 'ada', superseded: true }], { stopAsked: 'superseded' }],
    [[begun, { type: 'run.finished', at: 5, state: 'passed' }], { state: 'passed', finishedAt: 5 }],
    [
      [begun, { type: 'run.finished', at: 5, state: 'failed', reason: 'value', key: 'a' }],
      { state: 'failed', reason: 'value', decidedBy: 'a' },
    ],
  ])('after %j', (events, record) => {
    expect(fold(created, ...events)).toMatchObject(record);
  });

  test('that goes on waits for nobody any more, and began when it first did', () => {
    const again: RunEvent = { ...begun, at: 7, epoch: 2, after: 'worker w1 died' };
    const asked: RunEvent = { type: 'run.interrupted', at: 2, reason: 'r', keys: ['a#1'] };
    const waiting: RunEvent = { type: 'run.waiting', at: 2, until: 9 };
    for (const before of [asked, waiting]) {
      const record = fold(created, begun, started('a#1'), before, again);
      expect(record).toMatchObject({
        state: 'running',
        startedAt: 1,
        passes: [{ epoch: 1 }, { epoch: 2, after: 'worker w1 died' }],
      });
      expect(record).not.toHaveProperty('interruption');
      expect(record).not.toHaveProperty('waitingUntil');
    }
    const resumed = fold(created, begun, asked, {
      type: 'run.resumed',
      at: 3,
      by: 'ada',
      sendAgain: ['a#1'],
    });
    expect(resumed).toMatchObject({ state: 'queued' });
    expect(resumed).not.toHaveProperty('interruption');
  });

  test('keeps why its variables could not be had', () => {
    const error = { reason: 'value', message: 'm' } as const;
    const evidence = { assertions: [], error, durationMs: 0 };
    const failed: RunEvent = {
      type: 'step.finished',
      at: 2,
      key: '~variables',
      outcome: outcome('failed'),
      evidence,
    };
    expect(fold(created, begun, failed)).toMatchObject({ problem: error });
    expect(fold(created, begun, finished('~variables', 'passed'))).not.toHaveProperty('problem');
  });

  test.each<[state: RunState, final: boolean]>([
    ['queued', false],
    ['running', false],
    ['waiting', false],
    ['interrupted', false],
    ['passed', true],
    ['failed', true],
    ['canceled', true],
  ])('%s is final: %s', (state, final) => {
    expect(isFinal(state)).toBe(final);
  });
});

describe('a step', () => {
  test('runs from its intent to its outcome', () => {
    const running = fold(created, begun, started('a'));
    expect(running.steps[0]).toMatchObject({
      state: 'running',
      attempts: [{ key: 'a', startedAt: 1, intent }],
    });
    const evidence = { assertions: [], durationMs: 5 };
    const record = foldEvent(running, {
      type: 'step.finished',
      at: 2,
      key: 'a',
      outcome: outcome('failed', { reason: 'assertion' }),
      evidence,
    });
    expect(record.steps[0]).toMatchObject({
      state: 'failed',
      reason: 'assertion',
      attempts: [{ key: 'a', startedAt: 1, intent, evidence, outcome: { state: 'failed' } }],
    });
  });

  test('runs on while another attempt is due, and has no reason meanwhile', () => {
    const again = { again: { at: 9, kind: 'retry' } } as const;
    const once = fold(
      created,
      begun,
      started('a#1'),
      finished('a#1', 'failed', { reason: 'refused', ...again }),
    );
    expect(once.steps[0]).toMatchObject({ state: 'running' });
    expect(once.steps[0]).not.toHaveProperty('reason');
    const twice = [started('a#2'), finished('a#2', 'passed')].reduce(foldEvent, once);
    expect(twice.steps[0]).toMatchObject({ state: 'passed', attempts: [{ key: 'a#1' }, { key: 'a#2' }] });
    expect(twice.steps[0]).not.toHaveProperty('reason');
  });

  test('that waits for another attempt is canceled by a stop', () => {
    const waiting = fold(created, begun, finished('a#1', 'failed', { again: { at: 9, kind: 'poll' } }));
    const ended = (key: string, state: Outcome['state']): RunEvent => ({
      type: 'wait.finished',
      at: 3,
      key,
      outcome: outcome(state),
    });
    expect(stateOf(foldEvent(waiting, ended('~wait/a#1', 'canceled')), 'a')).toBe('canceled');
    expect(stateOf(foldEvent(waiting, ended('~wait/a#1', 'passed')), 'a')).toBe('running');
    expect(stateOf(foldEvent(waiting, ended('other', 'canceled')), 'a')).toBe('running');
  });

  test('that was sent again after a crash is one attempt', () => {
    const record = fold(
      created,
      begun,
      started('a#1', 1),
      { ...begun, epoch: 2 },
      started('a#1', 5),
      finished('a#1', 'passed'),
    );
    expect(record.steps[0]?.attempts).toHaveLength(1);
  });

  test('that a person must decide about is unknown', () => {
    const record = fold(created, begun, started('a#1'), {
      type: 'run.interrupted',
      at: 2,
      reason: 'r',
      keys: ['a#1'],
    });
    expect(record.steps.map(({ state }) => state)).toEqual(['unknown', ...Array(11).fill('pending')]);
  });

  test('of the engine, or of no plan, is none of the record', () => {
    const record = fold(
      created,
      begun,
      finished('~if/g', 'passed'),
      finished('gone', 'passed'),
      started('gone'),
    );
    expect(record.steps).toEqual(createRecord(artifact, requestOf()).steps);
  });

  test('that was kept from an earlier run is reused, where it passed', () => {
    const kept = [
      { key: 'a#1', outcome: outcome('failed', { again: { at: 3, kind: 'poll' } }) },
      { key: 'a#2', outcome: outcome('passed'), evidence: { assertions: [], durationMs: 1 } },
      { key: 'g', outcome: outcome('skipped') },
    ] as const;
    const record = fold({ type: 'run.created', at: 0, request: requestOf(), kept });
    expect([stateOf(record, 'a'), stateOf(record, 'g'), stateOf(record, 'g/b')]).toEqual([
      'reused',
      'skipped',
      'skipped',
    ]);
    expect(record.steps[0]?.attempts.map(({ key }) => key)).toEqual(['a#1', 'a#2']);
  });

  test('inside a parallel that was skipped is skipped with it, and no cleanup is', () => {
    const record = fold(created, begun, finished('g', 'skipped'));
    expect(['g', 'g/b', 'g/c', 'g/c/d', 'g/undoG', 'g/b/undoB'].map((key) => stateOf(record, key))).toEqual([
      'skipped',
      'skipped',
      'skipped',
      'skipped',
      'pending',
      'pending',
    ]);
    const cleanup = fold(created, begun, finished('a/group', 'skipped'));
    expect(['a', 'a/group', 'a/group/inner'].map((key) => stateOf(cleanup, key))).toEqual([
      'pending',
      'skipped',
      'skipped',
    ]);
  });
});

test('cleanup is listed in the order it ran', () => {
  const record = fold(
    created,
    begun,
    finished('g/undoG', 'passed'),
    started('a/undoA'),
    finished('a/undoA', 'passed'),
  );
  expect(record.steps.slice(5).map(({ key }) => key)).toEqual([
    'a/group',
    'a/group/inner',
    'a/undoA/redo',
    'g/b/undoB',
    'last',
    'g/undoG',
    'a/undoA',
  ]);
});

describe('rounds of a loop', () => {
  const looping = compile(`
steps:
  - id: before
    forEach: [1, 2]
    name: Users
    steps:
      - { id: make, request: { path: /make }, poll: {}, cleanup: [{ id: drop, request: { path: /x } }] }
      - id: each
        forEach: [1, 2]
        steps: [{ id: deep, request: { path: /x } }, { id: end, request: { path: /x } }]
      - { id: both, parallel: [{ id: left, request: { path: /x } }] }
    cleanup: [{ id: undo, forEach: [1], request: { path: /x } }]
  - { id: after, request: { path: /x } }
cleanup: [{ id: last, forEach: [1], steps: [{ id: bye, request: { path: /x } }] }]
`);
  const foldAll = (...events: readonly RunEvent[]): RunRecord =>
    [created, begun, ...events].reduce(foldEvent, createRecord(looping, requestOf()));
  const lines = ({ steps }: RunRecord): readonly string[] =>
    steps.map(({ key, state, depth }) => `${'  '.repeat(depth)}${key} ${state}`);

  test('are not listed before they begin, and then whole', () => {
    expect(lines(foldAll())).toEqual(['before pending', 'after pending', 'last pending']);
    expect(lines(foldAll(started('before[0]/make')))).toEqual([
      'before pending',
      '  before[0] pending',
      '    before[0]/make running',
      '    before[0]/each pending',
      '    before[0]/both pending',
      '      before[0]/both/left pending',
      'after pending',
      'last pending',
    ]);
  });

  test('stand in their order, whenever they began', () => {
    const told = foldAll(
      started('before[1]/make'),
      started('before[0]/each[1]/deep'),
      finished('before[0]/each[0]/deep', 'passed'),
      finished('before[0]/each[0]', 'passed'),
      started('before[10]/make'),
      started('before[2]/make'),
    );
    expect(lines(told).filter((line) => line.endsWith('running') || line.includes('each'))).toEqual([
      '    before[0]/each pending',
      '      before[0]/each[0] passed',
      '        before[0]/each[0]/deep passed',
      '        before[0]/each[0]/end pending',
      '      before[0]/each[1] pending',
      '        before[0]/each[1]/deep running',
      '        before[0]/each[1]/end pending',
      '    before[1]/make running',
      '    before[1]/each pending',
      '    before[2]/make running',
      '    before[2]/each pending',
      '    before[10]/make running',
      '    before[10]/each pending',
    ]);
  });

  test('are of the kind of their step, and no loops', () => {
    const { steps } = foldAll(started('before[0]/make'), started('before[0]/each[0]/deep'));
    const of = (key: string) => steps.find((step) => step.key === key);
    expect(of('before')).toMatchObject({ kind: 'group', loop: true, name: 'Users' });
    expect(of('before[0]')).toMatchObject({ kind: 'group', loop: false, name: 'Users' });
    expect(of('before[0]/make')).toMatchObject({ kind: 'request', poll: true });
    expect(of('before[0]/each')).toMatchObject({ kind: 'group', loop: true });
    expect(of('before[0]/each[0]')).toMatchObject({ loop: false });
  });

  test('that were skipped take what is in them along', () => {
    expect(lines(foldAll(finished('before[0]', 'skipped', { sent: 'no' })))).toEqual([
      'before pending',
      '  before[0] skipped',
      '    before[0]/make skipped',
      '    before[0]/each skipped',
      '    before[0]/both skipped',
      '      before[0]/both/left skipped',
      'after pending',
      'last pending',
    ]);
  });

  test('of cleanup stand at the end in the order they ran', () => {
    const told = foldAll(
      started('before[0]/make'),
      finished('before[1]/undo[0]', 'passed'),
      finished('before[1]/undo', 'passed'),
      finished('before[0]/make/drop', 'failed'),
      finished('last[0]/bye', 'passed'),
      finished('last[0]', 'passed'),
    );
    expect(told.steps.slice(-5).map(({ key, cleanup, loop }) => [key, cleanup, loop])).toEqual([
      ['before[1]/undo[0]', true, false],
      ['before[1]/undo', true, true],
      ['before[0]/make/drop', true, false],
      ['last[0]/bye', true, false],
      ['last[0]', true, false],
    ]);
  });

  test('of a step that the plan has not are nothing', () => {
    expect(lines(foldAll(started('after[0]'), started('gone[0]/x')))).toEqual(lines(foldAll()));
  });
});
