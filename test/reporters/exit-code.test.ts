import { expect, test } from 'vitest';
import { exitCodeOf, summaryOf, worstExitCode } from '../../src/reporters/exit-code.ts';
import type { RunReason } from '../../src/run/event.ts';
import type { RunState } from '../../src/run/record.ts';
import { Story } from './checkout-run.ts';

function recordOf(state: RunState, reason?: RunReason) {
  return { ...new Story().record(), state, ...(reason === undefined ? {} : { reason }) };
}

test.each([
  ['passed', undefined, 0],
  ['failed', 'assertion', 1],
  ['failed', 'unmet', 1],
  ['failed', 'request', 3],
  ['failed', 'value', 3],
  ['failed', 'timeout', 6],
  ['failed', 'internal', 70],
  ['failed', undefined, 70],
  ['canceled', undefined, 6],
  ['canceled', 'superseded', 6],
  ['queued', undefined, 8],
  ['running', undefined, 8],
  ['waiting', undefined, 8],
  ['interrupted', undefined, 8],
] as const)('%s, %s: %i', (state, reason, code) => {
  expect(exitCodeOf(recordOf(state, reason))).toBe(code);
});

test('the worst of each pair is the one that stands before in the order', () => {
  const order = [70, 2, 4, 5, 8, 6, 3, 1, 7, 0];
  for (const [rank, worse] of order.entries()) {
    for (const better of order.slice(rank)) {
      expect([worstExitCode([worse, better]), worstExitCode([better, worse])]).toEqual([worse, worse]);
    }
  }
});

test('nothing that ran is no failure', () => {
  expect(worstExitCode([])).toBe(0);
});

test('a summary counts every run once', () => {
  const states = ['passed', 'passed', 'failed', 'canceled', 'interrupted', 'queued'] as const;
  const records = states.map((state) => recordOf(state, state === 'failed' ? 'assertion' : undefined));
  expect(summaryOf(records)).toEqual({ runs: 6, passed: 2, failed: 1, canceled: 1, open: 2, exitCode: 8 });
  expect(summaryOf(records, 5).exitCode).toBe(5);
});
