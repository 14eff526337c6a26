import { describe, expect, test } from 'vitest';
import {
  crashInFlight,
  forbidden,
  inRun,
  instant,
  judging,
  leavingOf,
  type OpenRunUnderTest,
  recorded,
  safe,
  sending,
  unsafe,
} from './primitives-bed.ts';

/** Rules 1, 2, 5 and 6: a step is known by its key, is one send, and is done once. */
export function stepRules(open: OpenRunUnderTest): void {
  describe('a step', () => {
    test('gives its recorded outcome without doing its work again, in its own pass and in the next', async () => {
      const run = await open();
      const first = await run.begin();
      const outcome = await first.step('pay', inRun, sending(unsafe));
      expect(outcome).toMatchObject({ state: 'passed', sent: 'yes' });
      expect(await first.step('pay', inRun, forbidden)).toEqual(outcome);
      // The next intent is the barrier behind which the outcome is durable.
      await first.step('next', inRun, sending(safe));
      await run.restart('whole');
      const second = await run.begin();
      expect(await second.step('pay', inRun, forbidden)).toEqual(outcome);
      expect(await recorded(run)).toContain('step.finished pay');
    });

    test('is known by its key alone: another order of asking gives the same outcomes', async () => {
      const run = await open();
      const first = await run.begin();
      const one = await first.step('users/create', inRun, judging('passed'));
      const two = await first.step('users/create#2', inRun, judging('failed'));
      await first.step('barrier', inRun, sending(safe));
      await run.restart('whole');
      const second = await run.begin();
      expect(await second.step('users/create#2', inRun, forbidden)).toEqual(two);
      expect(await second.step('users/create', inRun, forbidden)).toEqual(one);
      expect([one.state, two.state]).toEqual(['passed', 'failed']);
    });

    test('keeps what masking altered, and gives it back whole', async () => {
      const run = await open();
      const first = await run.begin();
      const hidden = {
        outputs: { token: 'plain' },
        cookies: [{ key: 'session', value: 's-1' }],
        redacted: ['planted'],
      };
      const outcome = {
        state: 'passed',
        sent: 'yes',
        startedAt: 1,
        at: 2,
        outputs: { token: '***' },
      } as const;
      const whole = { ...outcome, ...hidden };
      expect(await first.step('login', inRun, async () => ({ outcome, hidden }))).toEqual(whole);
      await first.step('barrier', inRun, sending(safe));
      await run.restart('whole');
      expect(await (await run.begin()).step('login', inRun, forbidden)).toEqual(whole);
    });

    test('records its evidence, also where that is made late', async () => {
      const run = await open();
      const pass = await run.begin();
      const outcome = { state: 'passed', sent: 'no', startedAt: 1, at: 2 } as const;
      const made = { assertions: [], durationMs: 1 };
      const late = { assertions: [], durationMs: 2 };
      await pass.step('made', inRun, async () => ({ outcome, evidence: made }));
      await pass.step('late', inRun, async () => ({ outcome, makeEvidence: () => late }));
      await pass.step('barrier', inRun, sending(safe));
      await run.restart('whole');
      const finished = (await run.history()).filter((event) => event.type === 'step.finished').slice(0, 2);
      expect(finished.map(({ key, evidence }) => [key, evidence])).toEqual([
        ['made', made],
        ['late', late],
      ]);
    });

    test('that sends nothing writes no intent', async () => {
      const run = await open();
      const pass = await run.begin();
      await pass.step('check', inRun, judging());
      await pass.step('barrier', inRun, sending(safe));
      expect((await recorded(run)).slice(0, 2)).toEqual(['step.finished check', 'step.started barrier']);
    });

    test('is sent when its intent, and all before it, is durable', async () => {
      const run = await open();
      const pass = await run.begin();
      await pass.step('first', inRun, sending(unsafe));
      pass.note('remark', 'before the second');
      const seen: (readonly string[])[] = [];
      await pass.step(
        'second',
        inRun,
        sending(unsafe, async () => seen.push(await recorded(run))),
      );
      expect(seen).toEqual([
        ['step.started first', 'step.finished first', 'note.added remark', 'step.started second'],
      ]);
    });

    test('that was intended and may be repeated is sent again, at the instant of its first intent', async () => {
      const run = await open();
      await crashInFlight(run, [{ key: 'put', intent: safe }]);
      const intents = (await run.history()).filter(({ type }) => type === 'step.started');
      await new Promise((resolve) => setTimeout(resolve, 5));
      const second = await run.begin();
      const instants: number[] = [];
      await second.step(
        'put',
        inRun,
        sending(safe, ({ at }) => instants.push(at)),
      );
      expect(instants).toEqual(intents.map(({ at }) => at));
    });

    test('is one send: attempts and the waits between them are steps of their own, done once each', async () => {
      const run = await open();
      const sent: string[] = [];
      const attempt = async (pass: Awaited<ReturnType<typeof run.begin>>, key: string) =>
        pass.step(
          key,
          inRun,
          sending(unsafe, () => sent.push(key)),
        );
      const first = await run.begin();
      const { at } = await attempt(first, 'pay#1');
      first.wait('~wait/pay#1', inRun, instant(at + 3_600_000)).catch(() => undefined);
      await first.step('barrier', inRun, sending(safe));
      // Killed during the back-off: nothing is in flight, so nothing is in question.
      await run.restart('whole');
      const second = await run.begin();
      await attempt(second, 'pay#1');
      expect(await second.wait('~wait/pay#1', inRun, instant(at))).toMatchObject({ state: 'passed' });
      await attempt(second, 'pay#2');
      expect(sent).toEqual(['pay#1', 'pay#2']);
    });
  });

  describe('leaving', () => {
    test('records nothing, and leaves the next pass in question just as this one', async () => {
      const run = await open();
      await crashInFlight(run, [{ key: 'pay', intent: unsafe }]);
      const before = await recorded(run);
      const second = await run.begin();
      expect(await leavingOf(second.step('pay', inRun, forbidden))).toEqual({
        kind: 'interrupted',
        keys: ['pay'],
      });
      await run.restart('whole');
      expect(await recorded(run)).toEqual(before);
      const third = await run.begin();
      expect(await leavingOf(third.step('pay', inRun, forbidden))).toMatchObject({ keys: ['pay'] });
    });
  });
}
