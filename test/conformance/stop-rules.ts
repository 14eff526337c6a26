import { describe, expect, test } from 'vitest';
import {
  branchesOf,
  crashInFlight,
  createGate,
  forbidden,
  inCleanup,
  inRun,
  instant,
  type OpenRunUnderTest,
  recorded,
  safe,
  sending,
  shared,
  together,
  unsafe,
} from './primitives-bed.ts';

const hourMs = 3_600_000;

/** Rule 4: what comes next depends on recorded outcomes alone. */
export function stopRules(open: OpenRunUnderTest): void {
  describe('a stop', () => {
    test('cancels a step with neither outcome nor intent', async () => {
      const run = await open();
      const pass = await run.begin();
      pass.stop('', 'cancel');
      expect(await pass.step('pay', inRun, forbidden)).toMatchObject({ state: 'canceled', sent: 'no' });
    });

    test('leaves a recorded outcome as it is', async () => {
      const run = await open();
      const pass = await run.begin();
      const outcome = await pass.step('pay', inRun, sending(unsafe));
      pass.stop('', 'cancel');
      expect(await pass.step('pay', inRun, forbidden)).toEqual(outcome);
    });

    test('lets work in flight come to its end', async () => {
      const run = await open();
      const pass = await run.begin();
      const gate = createGate();
      const stopped = sending(unsafe, () => {
        pass.stop('', 'cancel');
        gate.open();
      });
      const paying = pass.step('pay', inRun, stopped);
      await gate.opened;
      expect(await paying).toMatchObject({ state: 'passed', sent: 'yes' });
      expect(await pass.step('next', inRun, forbidden)).toMatchObject({ state: 'canceled' });
    });

    test('lets a step that was intended by a pass before be finished: it is sent again', async () => {
      const run = await open();
      await crashInFlight(run, [{ key: 'put', intent: safe }]);
      const pass = await run.begin();
      pass.stop('', 'cancel');
      expect(await pass.step('put', inRun, sending(safe))).toMatchObject({ state: 'passed', sent: 'yes' });
    });

    test('of a parallel is heard inside it alone, and a stop of the run everywhere', async () => {
      const run = await open();
      const pass = await run.begin();
      pass.stop('group', 'failFast');
      const inside = { scopes: ['', 'group'] };
      expect(await pass.step('group/a', inside, forbidden)).toMatchObject({ state: 'canceled' });
      expect(await pass.step('other', inRun, sending(safe))).toMatchObject({ state: 'passed' });
      pass.stop('', 'timeout');
      expect(await pass.step('next', inRun, forbidden)).toMatchObject({ state: 'canceled' });
    });

    test('reaches every scope inside the one that is stopped', async () => {
      const run = await open();
      const pass = await run.begin({
        branches: {
          outer: async (own, scopes) => {
            own.stop('group', 'failFast');
            const results = await own.parallel('inner', { scopes }, shared, branchesOf('leaf'), together);
            return results[0]?.state ?? 'unknown';
          },
          leaf: async (own, scopes) => (await own.step('leaf', { scopes }, forbidden)).state,
        },
      });
      const results = await pass.parallel('group', inRun, shared, branchesOf('outer'), together);
      expect(results[0]?.state).toBe('canceled');
    });

    test('is not heard in cleanup, neither by steps nor by waits nor by what is in flight', async () => {
      const run = await open();
      await crashInFlight(run, [{ key: 'delete', intent: safe, mode: inCleanup }]);
      const pass = await run.begin();
      pass.stop('', 'cancel');
      expect(await pass.step('delete', inCleanup, sending(safe))).toMatchObject({ state: 'passed' });
      expect(await pass.step('logout', inCleanup, sending(unsafe))).toMatchObject({ state: 'passed' });
      const due = Date.now() + 5;
      expect(await pass.wait('~wait/logout', inCleanup, instant(due))).toMatchObject({ state: 'passed' });
      expect(Date.now()).toBeGreaterThanOrEqual(due);
    });

    test('is recorded once, the first reason holds, and the next pass hears it', async () => {
      const run = await open();
      const first = await run.begin();
      first.stop('', 'timeout');
      first.stop('', 'cancel');
      await first.step('cleanup', inCleanup, sending(safe));
      await run.restart('whole');
      expect((await recorded(run)).filter((event) => event.startsWith('scope.stopped'))).toEqual([
        'scope.stopped  timeout',
      ]);
      const second = await run.begin();
      expect(second.stopOf('')).toBe('timeout');
      expect(await second.step('pay', inRun, forbidden)).toMatchObject({ state: 'canceled' });
    });

    test('comes when the deadline of a scope is over, inside it alone, and is recorded once', async () => {
      const run = await open();
      const pass = await run.begin();
      const inside = { scopes: ['', 'group'] };
      pass.deadline('group', Date.now() + hourMs);
      expect(await pass.step('group/a', inside, sending(safe))).toMatchObject({ state: 'passed' });
      expect(pass.stopOf('group')).toBeUndefined();
      pass.deadline('group', Date.now());
      expect(await pass.step('group/b', inside, forbidden)).toMatchObject({ state: 'canceled', sent: 'no' });
      expect(await pass.step('group/c', inside, forbidden)).toMatchObject({ state: 'canceled' });
      expect(pass.stopOf('group')).toBe('timeout');
      expect(await pass.step('other', inRun, sending(safe))).toMatchObject({ state: 'passed' });
      await run.restart('whole');
      const stops = (await recorded(run)).filter((event) => event.startsWith('scope.stopped'));
      expect(stops).toEqual(['scope.stopped group timeout']);
      expect((await run.begin()).stopOf('group')).toBe('timeout');
    });

    test('of a deadline leaves a recorded outcome, what was intended, and cleanup as they are', async () => {
      const run = await open();
      const inside = { scopes: ['', 'group'] };
      await (await run.begin()).step('group/a', inside, sending(unsafe));
      await crashInFlight(run, [{ key: 'group/put', intent: safe, mode: inside }]);
      const pass = await run.begin();
      pass.deadline('group', Date.now());
      expect(await pass.step('group/a', inside, forbidden)).toMatchObject({ state: 'passed' });
      expect(await pass.step('group/put', inside, sending(safe))).toMatchObject({ state: 'passed' });
      expect(await pass.step('undo', inCleanup, sending(safe))).toMatchObject({ state: 'passed' });
      expect(await pass.step('group/next', inside, forbidden)).toMatchObject({ state: 'canceled' });
    });

    test('that was requested while no pass was there is heard by the next', async () => {
      const run = await open();
      await run.begin();
      await run.cancel();
      const pass = await run.begin();
      expect(pass.stopOf('')).toBe('cancel');
      expect(await pass.step('pay', inRun, forbidden)).toMatchObject({ state: 'canceled' });
    });
  });
}
