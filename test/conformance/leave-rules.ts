import { describe, expect, test } from 'vitest';
import {
  branchesOf,
  createGate,
  forbidden,
  inCleanup,
  inRun,
  instant,
  leavingOf,
  type OpenRunUnderTest,
  recorded,
  sending,
  shared,
  together,
  unsafe,
} from './primitives-bed.ts';

const hourMs = 3_600_000;

/** A pass that is asked to leave: what is under way ends, nothing more is started, another pass goes on. */
export function leaveRules(open: OpenRunUnderTest): void {
  describe('a pass that is asked to leave', () => {
    test('finishes what is on its way, and the next pass goes on behind it', async () => {
      const run = await open();
      const pass = await run.begin();
      const answered = createGate();
      const left = createGate();
      const onItsWay = pass.step(
        'pay',
        inRun,
        sending(unsafe, () => {
          left.open();
          return answered.opened;
        }),
      );
      await left.opened;
      pass.leave();
      answered.open();
      expect(await onItsWay).toMatchObject({ state: 'passed', sent: 'yes' });
      for (const mode of [inRun, inCleanup]) {
        expect(await leavingOf(pass.step('next', mode, forbidden))).toMatchObject({ kind: 'parked' });
      }
      await run.restart('whole');
      const next = await run.begin();
      expect(await next.step('pay', inRun, forbidden)).toMatchObject({ state: 'passed' });
      expect(await next.step('next', inRun, sending(unsafe))).toMatchObject({ state: 'passed' });
      // The last outcome waits for its barrier.
      const events = await recorded(run);
      expect(events.slice(0, 3)).toEqual(['step.started pay', 'step.finished pay', 'step.started next']);
    });

    test('leaves a pause, which is waited for again', async () => {
      const run = await open();
      const pass = await run.begin();
      const waiting = pass.wait('~wait/poll#1', inRun, instant(Date.now() + hourMs));
      setTimeout(() => pass.leave(), 5);
      const leaving = await leavingOf(waiting);
      expect(leaving).toMatchObject({ kind: 'parked' });
      expect('until' in leaving && Number(leaving.until)).toBeLessThanOrEqual(Date.now());
      expect(await recorded(run)).toEqual([]);
    });

    test('leaves when all its branches have', async () => {
      const run = await open();
      const answered = createGate();
      const left = createGate();
      const pass = await run.begin({
        branches: {
          a: async (own, scopes) => {
            const work = sending(unsafe, () => {
              left.open();
              return answered.opened;
            });
            await own.step('a', { scopes }, work);
            return (await own.step('a/next', { scopes }, forbidden)).state;
          },
          b: async (own, scopes) => {
            await left.opened;
            return (await own.step('b', { scopes }, forbidden)).state;
          },
        },
      });
      const all = pass.parallel('both', inRun, shared, branchesOf('a', 'b'), together);
      await left.opened;
      pass.leave();
      answered.open();
      expect(await leavingOf(all)).toMatchObject({ kind: 'parked' });
      await run.restart('whole');
      expect(await (await run.begin()).step('a', inRun, forbidden)).toMatchObject({ state: 'passed' });
    });
  });
}
