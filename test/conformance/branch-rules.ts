import { describe, expect, test } from 'vitest';
import {
  branchesOf,
  crashInFlight,
  createGate,
  forbidden,
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

/** Rules 1, 3 and 4: branches are replayed before anything new, fail fast, and never catch a leaving. */
export function branchRules(open: OpenRunUnderTest): void {
  describe('parallel', () => {
    test('gives the results in the order of the branches, not of time', async () => {
      const run = await open();
      const gate = createGate();
      const pass = await run.begin({
        branches: {
          slow: async () => {
            await gate.opened;
            return 'passed';
          },
          fast: async () => {
            gate.open();
            return 'skipped';
          },
        },
      });
      const results = await pass.parallel('both', inRun, shared, branchesOf('slow', 'fast'), together);
      expect(results.map((result) => [result?.key, result?.state])).toEqual([
        ['slow', 'passed'],
        ['fast', 'skipped'],
      ]);
    });

    test('of no branches gives no results, and goes on', async () => {
      const run = await open();
      await crashInFlight(run, [{ key: 'next', intent: safe }]);
      const pass = await run.begin();
      expect(await pass.parallel('none', inRun, shared, [], together)).toEqual([]);
      expect(await pass.step('next', inRun, sending(safe))).toMatchObject({ state: 'passed' });
    });

    test('runs at most as many at a time as its limit says', async () => {
      const run = await open();
      let running = 0;
      let most = 0;
      const branch = async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 0));
        running -= 1;
        return 'passed' as const;
      };
      const pass = await run.begin({ branches: { a: branch, b: branch, c: branch, d: branch } });
      const how = { limit: 2, failFast: true };
      const results = await pass.parallel('four', inRun, shared, branchesOf('a', 'b', 'c', 'd'), how);
      expect([most, results.length]).toEqual([2, 4]);
    });

    test('that fails fast stops the other branches, and nothing outside', async () => {
      const run = await open();
      const failed = createGate();
      const pass = await run.begin({
        branches: {
          fails: async () => 'failed',
          goesOn: async (own, scopes) => {
            await failed.opened;
            return (await own.step('goesOn', { scopes }, forbidden)).state;
          },
        },
      });
      const all = pass.parallel('group', inRun, shared, branchesOf('fails', 'goesOn'), together);
      // A turn later the first branch has halted.
      setTimeout(failed.open, 0);
      expect((await all).map((result) => result?.state)).toEqual(['failed', 'canceled']);
      expect(await pass.step('after', inRun, sending(unsafe))).toMatchObject({ state: 'passed' });
      expect(await recorded(run)).toContain('scope.stopped group failFast');
    });

    test('that does not fail fast lets the others go on', async () => {
      const run = await open();
      const pass = await run.begin({
        branches: {
          fails: async () => 'failed',
          goesOn: async (own, scopes) => (await own.step('goesOn', { scopes }, sending(unsafe))).state,
        },
      });
      const how = { limit: 1, failFast: false };
      const results = await pass.parallel('group', inRun, shared, branchesOf('fails', 'goesOn'), how);
      expect(results.map((result) => result?.state)).toEqual(['failed', 'passed']);
    });

    test('starts no more branches after a canceled one', async () => {
      const run = await open();
      const pass = await run.begin({
        branches: {
          first: async (own, scopes) => {
            own.stop('', 'cancel');
            return (await own.step('first', { scopes }, forbidden)).state;
          },
        },
      });
      const how = { limit: 1, failFast: true };
      const results = await pass.parallel('group', inRun, shared, branchesOf('first', 'second'), how);
      expect(results.map((result) => result?.state)).toEqual(['canceled', undefined]);
    });

    test('starts no more branches after one that left', async () => {
      const run = await open();
      await crashInFlight(run, [{ key: 'pay', intent: unsafe }]);
      const pass = await run.begin({
        branches: { asks: async (own, scopes) => (await own.step('pay', { scopes }, forbidden)).state },
      });
      const how = { limit: 1, failFast: false };
      const all = pass.parallel('group', inRun, shared, branchesOf('asks', 'second'), how);
      expect(await leavingOf(all)).toMatchObject({ kind: 'interrupted', keys: ['pay'] });
    });

    test('never catches a leaving: it leaves itself, when the other branches have ended', async () => {
      const run = await open();
      await crashInFlight(run, [{ key: 'pay', intent: unsafe }]);
      const ended: string[] = [];
      const pass = await run.begin({
        branches: {
          asks: async (own, scopes) => (await own.step('pay', { scopes }, forbidden)).state,
          ends: async (own, scopes) => {
            await own.step('put', { scopes }, sending(safe));
            const { state } = await own.step('get', { scopes }, sending(safe));
            ended.push(state);
            return state;
          },
        },
      });
      const all = pass.parallel('group', inRun, shared, branchesOf('asks', 'ends'), together);
      expect(await leavingOf(all)).toEqual({ kind: 'interrupted', keys: ['pay'] });
      expect(ended).toEqual(['passed']);
      expect(await recorded(run)).not.toContain('scope.stopped group failFast');
    });
  });

  describe('a resumed run', () => {
    test('does nothing new before every branch has replayed what is recorded', async () => {
      const run = await open();
      const first = await run.begin({
        branches: {
          short: async (own, scopes) => (await own.step('short', { scopes }, judging())).state,
          long: async (own, scopes) => {
            for (const key of ['long/1', 'long/2', 'long/3']) await own.step(key, { scopes }, sending(safe));
            return 'passed';
          },
        },
      });
      await first.parallel('group', inRun, shared, branchesOf('short', 'long'), together);
      await first.step('barrier', inRun, sending(safe));
      await run.restart('whole');

      const order: string[] = [];
      const second = await run.begin({
        branches: {
          short: async (own, scopes) => {
            await own.step('short', { scopes }, forbidden);
            await own.step(
              'new',
              { scopes },
              sending(safe, () => order.push('new')),
            );
            return 'passed';
          },
          long: async (own, scopes) => {
            for (const key of ['long/1', 'long/2', 'long/3']) {
              await own.step(key, { scopes }, forbidden);
              await new Promise((resolve) => setTimeout(resolve, 0));
              order.push(key);
            }
            return 'passed';
          },
        },
      });
      await second.parallel('group', inRun, shared, branchesOf('short', 'long'), together);
      expect(order).toEqual(['long/1', 'long/2', 'long/3', 'new']);
    });

    test('sends nothing that a recorded failure, not replayed yet, forbids', async () => {
      const run = await open();
      const first = await run.begin();
      // Killed before the stop of its scope was written.
      await first.step('fails', inRun, judging('failed'));
      await first.step('barrier', inRun, sending(safe));
      await run.restart('whole');
      const second = await run.begin({
        branches: {
          early: async (own, scopes) => (await own.step('early', { scopes }, forbidden)).state,
          fails: async (own, scopes) => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            return (await own.step('fails', { scopes }, forbidden)).state;
          },
        },
      });
      const all = await second.parallel('group', inRun, shared, branchesOf('early', 'fails'), together);
      expect(all.map((result) => result?.state)).toEqual(['canceled', 'failed']);
    });
  });
}
