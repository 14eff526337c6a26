import { describe, expect, test } from 'vitest';
import type { LogPrimitives } from '../../src/stores/primitives.ts';
import {
  branchesOf,
  crashInFlight,
  forbidden,
  inCleanup,
  inRun,
  judging,
  leavingOf,
  type OpenRunUnderTest,
  recorded,
  safe,
  sending,
  shared,
  together,
  unsafe,
} from './primitives-bed.ts';

/** Rule 7: what may have been sent and may not be sent again is a person's to decide. */
export function unknownRules(open: OpenRunUnderTest): void {
  describe('a request whose outcome is unknown', () => {
    const inFlight = [
      { key: 'first', intent: unsafe },
      { key: 'second', intent: { ...unsafe, target: 'http://target.test/refunds' } },
      { key: 'third', intent: safe },
    ];
    const branches = Object.fromEntries(
      inFlight.map(({ key, intent }) => [
        key,
        async (own: LogPrimitives, scopes: readonly string[]) =>
          (await own.step(key, { scopes }, sending(intent))).state,
      ]),
    );
    const all = branchesOf('first', 'second', 'third');

    test('makes the run leave with all such keys, after the other branches have ended', async () => {
      const run = await open();
      await crashInFlight(run, inFlight);
      const pass = await run.begin({ branches });
      expect(await leavingOf(pass.parallel('group', inRun, shared, all, together))).toEqual({
        kind: 'interrupted',
        keys: ['first', 'second'],
      });
      await run.restart('whole');
      expect((await recorded(run)).slice(-2)).toEqual(['step.started third', 'step.finished third']);
    });

    test('is asked about together with those in branches that began when others had ended', async () => {
      const run = await open();
      const first = await run.begin();
      await first.step('done', inRun, judging());
      await crashInFlight(run, inFlight.slice(0, 2));
      const done = async (own: LogPrimitives, scopes: readonly string[]) =>
        (await own.step('done', { scopes }, forbidden)).state;
      const pass = await run.begin({ branches: { ...branches, done } });
      const how = { limit: 2, failFast: true };
      const group = pass.parallel('group', inRun, shared, branchesOf('done', 'first', 'second'), how);
      expect(await leavingOf(group)).toEqual({ kind: 'interrupted', keys: ['first', 'second'] });
    });

    test('is sent again on a person’s word, and only that one', async () => {
      const run = await open();
      await crashInFlight(run, inFlight);
      await run.resume(['second']);
      const pass = await run.begin({ branches });
      expect(await leavingOf(pass.parallel('group', inRun, shared, all, together))).toMatchObject({
        keys: ['first'],
      });
      await run.restart('whole');
      expect(await recorded(run)).toContain('step.finished second');
    });

    test('is in question again after another crash: one word is one sending', async () => {
      const run = await open();
      const [pay] = [{ key: 'pay', intent: unsafe }];
      await crashInFlight(run, [pay]);
      await run.resume(['pay']);
      await crashInFlight(run, [pay]);
      const third = await run.begin();
      expect(await leavingOf(third.step('pay', inRun, forbidden))).toMatchObject({ keys: ['pay'] });
      await run.resume(['pay']);
      const fourth = await run.begin();
      expect(await fourth.step('pay', inRun, sending(unsafe))).toMatchObject({ state: 'passed' });
    });

    test('keeps the word until it is sent, also over a crash before that', async () => {
      const run = await open();
      await crashInFlight(run, [{ key: 'pay', intent: unsafe }]);
      await run.resume(['pay']);
      await run.begin();
      await run.restart('whole');
      const pass = await run.begin();
      expect(await pass.step('pay', inRun, sending(unsafe))).toMatchObject({ state: 'passed' });
    });

    test.each([
      ['in cleanup', inCleanup, false],
      ['in a run that is being canceled', inRun, true],
    ])('is an outcome %s: unknown, and recorded', async (_, mode, canceling) => {
      const run = await open();
      await crashInFlight(run, [{ key: 'undo', intent: unsafe, mode }]);
      if (canceling) await run.cancel();
      const pass = await run.begin();
      const outcome = await pass.step('undo', mode, forbidden);
      expect(outcome).toMatchObject({ state: 'unknown', sent: 'maybe' });
      await pass.step('barrier', inCleanup, sending(safe));
      await run.restart('whole');
      expect(await (await run.begin()).step('undo', mode, forbidden)).toEqual(outcome);
    });

    test('is asked about in a run that ran out of time: that is no cancel', async () => {
      const run = await open();
      await crashInFlight(run, [{ key: 'pay', intent: unsafe }]);
      const pass = await run.begin();
      pass.stop('', 'timeout');
      expect(await leavingOf(pass.step('pay', inRun, forbidden))).toMatchObject({ keys: ['pay'] });
    });
  });
}
