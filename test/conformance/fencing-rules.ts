import { describe, expect, test } from 'vitest';
import {
  branchesOf,
  createGate,
  forbidden,
  inRun,
  instant,
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

/** A pass whose run was taken over can never write, and sends nothing more. */
export function fencingRules(open: OpenRunUnderTest): void {
  describe('a pass that comes back from the dead', () => {
    test('cannot intend, and so sends nothing', async () => {
      const run = await open();
      const old = await run.begin();
      await old.step('first', inRun, sending(safe));
      const newer = await run.begin();
      const paying = old.step('pay', inRun, sending(unsafe, forbidden));
      expect(await leavingOf(paying)).toMatchObject({ kind: 'lost' });
      expect(await newer.step('pay', inRun, sending(unsafe))).toMatchObject({ state: 'passed' });
      await run.restart('whole');
      expect(await recorded(run)).toEqual([
        'step.started first',
        'step.finished first',
        'step.started pay',
        'step.finished pay',
      ]);
    });

    test('cannot record what it had in flight', async () => {
      const run = await open();
      const old = await run.begin();
      const [sent, answered] = [createGate(), createGate()];
      const late = sending(unsafe, () => {
        sent.open();
        return answered.opened;
      });
      const paying = old.step('pay', inRun, late);
      await sent.opened;
      const newer = await run.begin();
      answered.open();
      await paying.catch(() => undefined);
      expect(await leavingOf(newer.step('pay', inRun, forbidden))).toMatchObject({ keys: ['pay'] });
      expect(await recorded(run)).toEqual(['step.started pay']);
    });

    test('is told at the next barrier, whatever it did locally, and in every branch', async () => {
      const run = await open();
      const next = (key: string) => async (own: Awaited<ReturnType<typeof run.begin>>) => {
        await own.step(`${key}/check`, inRun, judging());
        return (await own.step(`${key}/send`, inRun, sending(unsafe, forbidden))).state;
      };
      const old = await run.begin({ branches: { a: next('a'), b: next('b') } });
      await run.begin();
      const all = old.parallel('group', inRun, shared, branchesOf('a', 'b'), together);
      expect(await leavingOf(all)).toMatchObject({ kind: 'lost' });
      expect(await recorded(run)).toEqual([]);
    });

    test('does not sit out its waits', async () => {
      const run = await open();
      const old = await run.begin({
        branches: {
          waits: async (own) => (await own.wait('~wait/a#1', inRun, instant(Date.now() + 3_600_000))).state,
          sends: async (own) => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            return (await own.step('send', inRun, sending(unsafe, forbidden))).state;
          },
        },
      });
      await run.begin();
      const all = old.parallel('group', inRun, shared, branchesOf('waits', 'sends'), together);
      expect(await leavingOf(all)).toMatchObject({ kind: 'lost' });
    });
  });
}
