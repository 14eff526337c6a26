import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/run/event.ts';
import type { Effects } from '../../src/run/ports.ts';
import type { RunRequest } from '../../src/run/request.ts';
import { type Log, LostRunError } from '../../src/stores/log.ts';
import { createMemoryLog } from '../../src/stores/memory.ts';
import { type Ending, startPass } from '../../src/worker/drive.ts';
import { createScene, type Scene } from '../conformance/scene.ts';
import { createProcess, Target } from '../conformance/target.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const watching = createScene(
  `
name: watching
defaults: { service: shop }
steps:
  - id: watched
    poll: { every: 1h, timeout: 9h }
    request: { path: /watched }
    assertions: [{ status: 200 }]
cleanup:
  - id: gone
    poll: { every: 2h, timeout: 9h }
    request: { method: DELETE, path: /watched }
    assertions: [{ status: 204 }]
`,
  { answers: { 'watched#1': { status: 404 }, 'gone#1': { status: 404 }, 'gone#2': { status: 204 } } },
);

interface Setting {
  readonly scene?: Scene;
  /** Milliseconds from now. */
  readonly deadlineMs?: number;
  readonly history?: readonly RunEvent[];
  /** Of the pass, behind the true time. */
  readonly laterMs?: number;
  readonly parkAfterMs?: number;
  readonly send?: Effects['send'];
  readonly log?: (keeping: Log) => Log;
}

async function drive(setting: Setting): Promise<{ ending: Ending; events: readonly RunEvent[] }> {
  const { scene = watching, deadlineMs, history = [], laterMs = 0, send, log = (one) => one } = setting;
  const events = [...history];
  const process = createProcess();
  const keeping = createMemoryLog((event) => {
    events.push(event);
    if (event.type === 'step.started')
      process.intended.set(`${event.intent.method} ${event.intent.target}`, event.key);
  });
  const effects = new Target(scene.answers).effectsFor(process, Date.now);
  const deadline = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
  const request: RunRequest = { ...scene.run.request, ...deadline };
  const pass = startPass({
    artifact: scene.artifact,
    request,
    secrets: {},
    history,
    log: log(keeping),
    effects: send === undefined ? effects : { ...effects, send },
    now: () => Date.now() + laterMs,
    signal: new AbortController().signal,
    parkAfterMs: setting.parkAfterMs ?? 1_000,
  });
  return { ending: await pass.ended, events };
}

function untilOf(ending: Ending): number {
  if (ending.kind !== 'parked') throw new Error(`it ${ending.kind}`);
  return (ending.until ?? Number.POSITIVE_INFINITY) - Date.now();
}

test('a run that waits is parked until it is due, and no longer than to its deadline', async () => {
  const due = await drive({});
  expect(untilOf(due.ending)).toBeGreaterThan(hourMs / 2);
  const timed = await drive({ deadlineMs: hourMs / 4 });
  expect(untilOf(timed.ending)).toBeLessThanOrEqual(hourMs / 4);
  expect(timed.events.at(-1)).toMatchObject({
    type: 'run.waiting',
    until: (timed.ending as { until: number }).until,
  });
});

test('a parked run whose time is up stops at once, cleans up, and parks there until that is due', async () => {
  const { events: history } = await drive({ deadlineMs: hourMs / 4 });
  const late = await drive({ deadlineMs: hourMs / 4, history, laterMs: hourMs / 2 });
  expect(late.events).toContainEqual(
    expect.objectContaining({ type: 'scope.stopped', scope: '', reason: 'timeout' }),
  );
  expect(late.events).toContainEqual(expect.objectContaining({ type: 'step.started', key: 'gone#1' }));
  expect(untilOf(late.ending)).toBeGreaterThan(hourMs);
  const last = await drive({ deadlineMs: hourMs / 4, history: late.events, laterMs: 3 * hourMs });
  expect(last.ending).toEqual({ kind: 'finished', verdict: { state: 'failed', reason: 'timeout' } });
});

test('a run that runs out of time while it waits is stopped then', async () => {
  const { ending, events } = await drive({ deadlineMs: 500, parkAfterMs: 90 * 60_000 });
  expect(ending.kind).toBe('parked');
  expect(events.map((event) => ('key' in event ? `${event.type} ${event.key}` : event.type))).toEqual([
    'step.finished ~variables',
    'step.started watched#1',
    'step.finished watched#1',
    'scope.stopped',
    'wait.finished ~wait/watched#1',
    'step.started gone#1',
    'step.finished gone#1',
    'run.waiting',
  ]);
});

test.each([20 * dayMs, 30 * dayMs, 400 * dayMs])(
  'a deadline in %d ms does not stop a run now',
  async (deadlineMs) => {
    const { ending, events } = await drive({ deadlineMs });
    expect(ending.kind).toBe('parked');
    expect(events.some(({ type }) => type === 'scope.stopped')).toBe(false);
  },
);

test('what is our bug ends the run as one, and says what it was', async () => {
  const send = () => Promise.reject(new Error('the sender broke'));
  const { ending, events } = await drive({ send });
  expect(ending).toEqual({ kind: 'finished', verdict: { state: 'failed', reason: 'internal' } });
  expect(events.at(-2)).toMatchObject({ type: 'note.added', key: '~internal' });
  expect(JSON.stringify(events.at(-2))).toContain('the sender broke');
});

test.each(['note.added', 'run.finished'] as const)(
  'a bug whose %s cannot be written loses the run',
  async (type) => {
    const refusal = new LostRunError('another pass owns it');
    const log = (keeping: Log): Log => {
      let refused = false;
      return {
        append(event) {
          refused ||= event.type === type;
          return refused ? Promise.reject(refusal) : keeping.append(event);
        },
      };
    };
    const { ending } = await drive({ send: () => Promise.reject(new Error('broken')), log });
    expect(ending).toEqual({ kind: 'lost', cause: refusal });
  },
);
