import { describe, expect, test } from 'vitest';
import {
  branchesOf,
  createGate,
  inRun,
  instant,
  leavingOf,
  type OpenRunUnderTest,
  recorded,
  safe,
  sending,
  shared,
  together,
} from './primitives-bed.ts';

const hourMs = 3_600_000;

/** Rule 3 of waits, and notes. */
export function waitRules(open: OpenRunUnderTest): void {
  describe('a wait', () => {
    test('passes at its instant, and is over for every pass to come', async () => {
      const run = await open();
      const first = await run.begin();
      const until = Date.now() + 5;
      const outcome = await first.wait('~wait/poll#1', inRun, instant(until));
      expect(outcome).toMatchObject({ state: 'passed', sent: 'no' });
      expect(outcome.at).toBeGreaterThanOrEqual(until);
      await first.step('barrier', inRun, sending(safe));
      await run.restart('whole');
      expect(await (await run.begin()).wait('~wait/poll#1', inRun, instant(Date.now() + hourMs))).toEqual(
        outcome,
      );
    });

    test('is canceled at once by a stop, and stays so', async () => {
      const run = await open();
      const first = await run.begin();
      const waiting = first.wait('~wait/poll#1', inRun, instant(Date.now() + hourMs));
      setTimeout(() => first.stop('', 'cancel'), 5);
      const outcome = await waiting;
      expect(outcome).toMatchObject({ state: 'canceled' });
      await first.step('barrier', { cleanup: true, scopes: [] }, sending(safe));
      await run.restart('whole');
      expect(await (await run.begin()).wait('~wait/poll#1', inRun, instant(0))).toEqual(outcome);
    });

    test.each(['microtask', 'turn'] as const)('hears a stop of the %s in which it begins', async (when) => {
      const run = await open();
      const pass = await run.begin({ parkAfterMs: 1_000 });
      const waiting = pass.wait('~wait/poll#1', inRun, instant(Date.now() + hourMs));
      const stop = () => pass.stop('', 'cancel');
      if (when === 'microtask') queueMicrotask(stop);
      else setImmediate(stop);
      expect(await waiting).toMatchObject({ state: 'canceled' });
    });

    test('that is stopped before it begins is canceled', async () => {
      const run = await open();
      const pass = await run.begin();
      pass.stop('group', 'failFast');
      const mode = { scopes: ['', 'group'] };
      expect(await pass.wait('~wait/a#1', mode, instant(Date.now() + hourMs))).toMatchObject({
        state: 'canceled',
      });
    });
  });

  describe('a wait in a scope with a deadline', () => {
    const inside = { scopes: ['', 'group'] };

    test('is canceled then, and outside it is not', async () => {
      const run = await open();
      const pass = await run.begin();
      const deadline = Date.now() + 5;
      pass.deadline('group', deadline);
      const outcome = await pass.wait('~wait/a#1', inside, instant(Date.now() + hourMs));
      expect(outcome).toMatchObject({ state: 'canceled' });
      expect(outcome.at).toBeGreaterThanOrEqual(deadline);
      expect(pass.stopOf('group')).toBe('timeout');
      expect(await pass.wait('~wait/b#1', inRun, instant(Date.now() + 5))).toMatchObject({ state: 'passed' });
    });

    test('that ends before it passes', async () => {
      const run = await open();
      const pass = await run.begin();
      pass.deadline('group', Date.now() + hourMs);
      expect(await pass.wait('~wait/a#1', inside, instant(Date.now() + 5))).toMatchObject({
        state: 'passed',
      });
      expect(pass.stopOf('group')).toBeUndefined();
    });

    test('parks until the deadline, where that comes first', async () => {
      const run = await open();
      const deadline = Date.now() + hourMs;
      const pass = await run.begin({ parkAfterMs: 1_000 });
      pass.deadline('group', deadline);
      const waiting = pass.wait('~wait/a#1', inside, instant(deadline + hourMs));
      expect(await leavingOf(waiting)).toEqual({ kind: 'parked', until: deadline });
    });
  });

  describe('a run', () => {
    test('parks when all its branches wait and nothing is due soon, until the first is', async () => {
      const run = await open();
      const due = Date.now() + hourMs;
      const pass = await run.begin({
        parkAfterMs: 1_000,
        branches: {
          a: async (own, scopes) => (await own.wait('~wait/a#1', { scopes }, instant(due + 10))).state,
          b: async (own, scopes) => (await own.wait('~wait/b#1', { scopes }, instant(due))).state,
        },
      });
      const all = pass.parallel('group', inRun, shared, branchesOf('a', 'b'), together);
      expect(await leavingOf(all)).toEqual({ kind: 'parked', until: due });
      expect(await recorded(run)).toEqual([]);
    });

    test('does not park while something is due soon', async () => {
      const run = await open();
      const pass = await run.begin({
        parkAfterMs: 1_000,
        branches: {
          soon: async (own, scopes) =>
            (await own.wait('~wait/soon#1', { scopes }, instant(Date.now() + 5))).state,
          late: async (own, scopes) =>
            (await own.wait('~wait/late#1', { scopes }, instant(Date.now() + hourMs))).state,
        },
      });
      const all = pass.parallel('group', inRun, shared, branchesOf('soon', 'late'), together);
      // What was due soon is done; then nothing is.
      expect(await leavingOf(all)).toMatchObject({ kind: 'parked' });
      await run.restart('whole');
      expect(await recorded(run)).toEqual(['wait.finished ~wait/soon#1']);
    });

    test.each(['waits too', 'ends'] as const)(
      'parks when its last branch at work %s, and no sooner',
      async (then) => {
        const run = await open();
        const gate = createGate();
        const due = Date.now() + hourMs;
        let worked = false;
        const pass = await run.begin({
          parkAfterMs: 1_000,
          branches: {
            waits: async (own, scopes) => (await own.wait('~wait/waits#1', { scopes }, instant(due))).state,
            works: async (own, scopes) => {
              await own.step(
                'works',
                { scopes },
                sending(safe, () => gate.opened),
              );
              worked = true;
              if (then === 'ends') return 'passed';
              return (await own.wait('~wait/works#1', { scopes }, instant(due + 10))).state;
            },
          },
        });
        const all = pass.parallel('group', inRun, shared, branchesOf('waits', 'works'), together);
        setTimeout(gate.open, 20);
        expect(await leavingOf(all)).toEqual({ kind: 'parked', until: due });
        expect(worked).toBe(true);
      },
    );

    test('that was parked goes on at the same instant', async () => {
      const run = await open();
      const due = Date.now() + 30;
      const first = await run.begin({ parkAfterMs: 1 });
      expect(await leavingOf(first.wait('~wait/poll#1', inRun, instant(due)))).toEqual({
        kind: 'parked',
        until: due,
      });
      await run.restart('whole');
      const second = await run.begin();
      const outcome = await second.wait('~wait/poll#1', inRun, instant(due));
      expect(outcome.state).toBe('passed');
      expect(outcome.at).toBeGreaterThanOrEqual(due);
    });
  });

  test('a note is added once, however many passes say it', async () => {
    const run = await open();
    const first = await run.begin();
    first.note('~remark', 'said');
    first.note('~remark', 'said again');
    await first.step('barrier', inRun, sending(safe));
    await run.restart('whole');
    const second = await run.begin();
    second.note('~remark', 'said');
    second.note('~other', 'said');
    await second.step('barrier again', inRun, sending(safe));
    const notes = (await recorded(run)).filter((event) => event.startsWith('note.added'));
    expect(notes).toEqual(['note.added ~remark', 'note.added ~other']);
  });
}
