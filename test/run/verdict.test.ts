import { expect, test } from 'vitest';
import type { StopReason } from '../../src/run/event.ts';
import type { Reason } from '../../src/run/outcome.ts';
import { decideVerdict, type Verdict } from '../../src/run/verdict.ts';

type Failures = readonly (readonly [key: string, reason: Reason | undefined])[];

test.each<[failures: Failures, stop: StopReason | undefined, verdict: Verdict]>([
  [[], undefined, { state: 'passed' }],
  [[['last', 'assertion']], undefined, { state: 'failed', reason: 'assertion', key: 'last' }],
  [
    [
      ['group/b', 'timeout'],
      ['group', 'timeout'],
      ['group/undo', 'assertion'],
    ],
    undefined,
    { state: 'failed', reason: 'request', key: 'group/b' },
  ],
  [[['first/undo', 'unmet']], undefined, { state: 'failed', reason: 'unmet', key: 'first/undo' }],
  [
    [
      ['~variables', 'value'],
      ['first/undo', 'dns'],
    ],
    undefined,
    { state: 'failed', reason: 'value', key: '~variables' },
  ],
  [[['first', undefined]], undefined, { state: 'failed', reason: 'request', key: 'first' }],
  [[['first', 'internal']], undefined, { state: 'failed', reason: 'internal', key: 'first' }],
  [[['first', 'assertion']], 'timeout', { state: 'failed', reason: 'timeout' }],
  [[['first', 'assertion']], 'cancel', { state: 'canceled' }],
  [[], 'superseded', { state: 'canceled', reason: 'superseded' }],
])('of %j, stopped by %s', (failures, stop, verdict) => {
  expect(decideVerdict({ failures: new Map(failures) }, stop)).toEqual(verdict);
});
