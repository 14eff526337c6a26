import { describe, expect, test } from 'vitest';
import {
  branchesOf,
  called,
  callOf,
  createGate,
  inCleanup,
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
const key = '~wait/paid';
const paid = callOf('callback/paid');

/** Rule 3 of waits for what comes from outside: delivered once, whenever it comes. */
export function signalRules(open: OpenRunUnderTest): void {
  describe('a wait for a signal', () => {
    test('ends with it, and gives it to every pass to come', async () => {
      const run = await open();
      const first = await run.begin();
      const call = called('order 7');
      const waiting = first.wait(key, inRun, paid);
      setTimeout(() => first.receive('callback/paid', call), 5);
      const waited = await waiting;
      expect(waited).toMatchObject({ state: 'passed', sent: 'no', signal: call });
      await first.step('barrier', inRun, sending(safe));
      await run.restart('whole');
      expect(await (await run.begin()).wait(key, inRun, paid)).toEqual(waited);
      expect(await recorded(run)).toEqual([
        `wait.started ${key}`,
        'signal.received callback/paid',
        `wait.finished ${key}`,
        'step.started barrier',
        'step.finished barrier',
      ]);
    });

    test('takes one that came before it began', async () => {
      const run = await open();
      const pass = await run.begin();
      const call = called('early');
      expect(await pass.receive('callback/paid', call)).toBe(true);
      expect(await pass.wait(key, inRun, paid)).toMatchObject({ state: 'passed', signal: call });
      // Nobody has to be told that it waited.
      await pass.step('barrier', inRun, sending(safe));
      expect(await recorded(run)).not.toContain(`wait.started ${key}`);
    });

    test('takes one that came in a pass before', async () => {
      const run = await open();
      const call = called('early');
      await (await run.begin()).receive('callback/paid', call);
      await run.restart('whole');
      const pass = await run.begin();
      expect(await pass.wait(key, inRun, paid)).toMatchObject({ state: 'passed', signal: call });
    });

    test.each(['waits', 'has ended'] as const)(
      'is given the first of two, also where it %s',
      async (when) => {
        const run = await open();
        const pass = await run.begin();
        const [one, other] = [called('one'), called('other')];
        const waiting = pass.wait(key, inRun, paid);
        const taken = [pass.receive('callback/paid', one)];
        if (when === 'has ended') await waiting;
        taken.push(pass.receive('callback/paid', other));
        expect(await Promise.all(taken)).toEqual([true, false]);
        expect((await waiting).signal).toEqual(one);
        await run.restart('whole');
        const second = await run.begin();
        expect(await second.receive('callback/paid', other)).toBe(false);
        const received = (await recorded(run)).filter((event) => event.startsWith('signal.received'));
        expect(received).toHaveLength(1);
        expect((await second.wait(key, inRun, paid)).signal).toEqual(one);
      },
    );

    test('is left alone by one of another name', async () => {
      const run = await open();
      const pass = await run.begin();
      const waiting = pass.wait(key, inRun, callOf('callback/paid', Date.now() + 20));
      await pass.receive('callback/other', called('other'));
      expect(await waiting).toMatchObject({ state: 'failed', reason: 'unmet' });
    });

    test('that reaches its bound has failed, whatever comes then', async () => {
      const run = await open();
      const pass = await run.begin();
      const until = Date.now() + 5;
      const outcome = await pass.wait(key, inRun, callOf('callback/paid', until));
      expect(outcome).toMatchObject({ state: 'failed', reason: 'unmet', sent: 'no' });
      expect(outcome.at).toBeGreaterThanOrEqual(until);
      await pass.receive('callback/paid', called('late'));
      await run.restart('whole');
      expect(await (await run.begin()).wait(key, inRun, paid)).toEqual(outcome);
    });

    test('is canceled by a stop, but not in cleanup', async () => {
      const run = await open();
      const pass = await run.begin();
      const waiting = pass.wait(key, inRun, paid);
      const last = pass.wait('~wait/last', inCleanup, callOf('callback/last'));
      setTimeout(() => pass.stop('', 'cancel'), 5);
      expect(await waiting).toMatchObject({ state: 'canceled' });
      await pass.receive('callback/last', called('last'));
      expect(await last).toMatchObject({ state: 'passed' });
    });

    test('says once that it waits, however many passes begin it', async () => {
      const run = await open();
      for (let passes = 0; passes < 2; passes += 1) {
        const pass = await run.begin({ parkAfterMs: 1_000 });
        await leavingOf(pass.wait(key, inRun, paid));
        await pass.step('barrier', inRun, sending(safe));
        await run.restart('whole');
      }
      const started = (await recorded(run)).filter((event) => event.startsWith('wait.started'));
      expect(started).toEqual([`wait.started ${key}`]);
    });
  });

  describe('a run', () => {
    test('that waits for a signal alone parks, with no instant', async () => {
      const run = await open();
      const pass = await run.begin({ parkAfterMs: 1_000 });
      expect(await leavingOf(pass.wait(key, inRun, paid))).toEqual({ kind: 'parked' });
    });

    test('parks until the bound of its signal, or until what else is due first', async () => {
      const due = Date.now() + hourMs;
      const run = await open();
      const pass = await run.begin({
        parkAfterMs: 1_000,
        branches: {
          a: async (own, scopes) => (await own.wait('~wait/a', { scopes }, callOf('callback/a'))).state,
          b: async (own, scopes) =>
            (await own.wait('~wait/b', { scopes }, callOf('callback/b', due + 10))).state,
          c: async (own, scopes) => (await own.wait('~wait/c', { scopes }, instant(due))).state,
        },
      });
      const all = pass.parallel('group', inRun, shared, branchesOf('a', 'b', 'c'), together);
      expect(await leavingOf(all)).toEqual({ kind: 'parked', until: due });
    });

    test('goes on at work beside a wait for a signal', async () => {
      const run = await open();
      const gate = createGate();
      const pass = await run.begin({
        parkAfterMs: 1_000,
        branches: {
          waits: async (own, scopes) => (await own.wait(key, { scopes }, paid)).state,
          works: async (own, scopes) => {
            await own.step(
              'works',
              { scopes },
              sending(safe, () => gate.opened),
            );
            await own.receive('callback/paid', called('by the other branch'));
            return 'passed';
          },
        },
      });
      const all = pass.parallel('group', inRun, shared, branchesOf('waits', 'works'), together);
      setTimeout(gate.open, 5);
      expect((await all).map((result) => result?.state)).toEqual(['passed', 'passed']);
    });
  });
}
