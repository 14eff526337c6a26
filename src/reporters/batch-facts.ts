import { isComplete, type ShownBatch } from '../run/batch.ts';
import type { Mark } from './style.ts';
import { countOf } from './text.ts';

export const markOfState: { readonly [state in keyof ShownBatch['states']]: Mark } = {
  queued: 'notReached',
  running: 'running',
  waiting: 'running',
  interrupted: 'unknown',
  passed: 'passed',
  failed: 'failed',
  canceled: 'canceled',
};

/** `checkout-flow`, else how many there are. */
export function sayJourneys(journeys: readonly string[]): string {
  const [only = '', second] = journeys;
  return second === undefined ? only : countOf(journeys.length, 'journey');
}

/** `4990 passed, 9 failed, 1 queued` */
export function sayStates({ states }: Pick<ShownBatch, 'states'>): string {
  const order = ['passed', 'failed', 'canceled', 'interrupted', 'waiting', 'running', 'queued'] as const;
  const present = order.filter((state) => states[state] > 0);
  return present.map((state) => `${states[state]} ${state}`).join(', ');
}

/** What of a batch was never registered; undefined where all of it was. */
export function sayMissing(record: ShownBatch): string | undefined {
  if (isComplete(record)) return undefined;
  const { batch, registered, making, canceled } = record;
  const all = batch.total === undefined ? 'an unknown number of runs' : countOf(batch.total, 'run');
  if (making) return `${registered} of ${all} are registered so far`;
  const why = canceled ? 'the batch was canceled before the others' : 'the command that made them ended';
  return `${registered} of ${all} were registered; ${why}`;
}
