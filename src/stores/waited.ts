import type { Instant, Outcome } from '../run/outcome.ts';
import type { Waited } from '../run/ports.ts';
import type { WaitFor } from '../run/signal.ts';
import type { History } from './history.ts';

/** How a wait ends by itself; undefined: it goes on. A signal that is there wins over a bound that is reached. */
export function endOfWait(
  wanted: WaitFor,
  { signals }: Pick<History, 'signals'>,
  now: Instant,
): Pick<Outcome, 'state' | 'reason'> | undefined {
  if (wanted.kind === 'signal' && signals.has(wanted.name)) return { state: 'passed' };
  if (now < (wanted.until ?? Infinity)) return undefined;
  return wanted.kind === 'instant' ? { state: 'passed' } : { state: 'failed', reason: 'unmet' };
}

/** The outcome of a wait with what it waited for, which lies in the record beside it. */
export function withSignal(wanted: WaitFor, outcome: Outcome, { signals }: Pick<History, 'signals'>): Waited {
  const isTaken = wanted.kind === 'signal' && outcome.state === 'passed';
  const signal = isTaken ? signals.get(wanted.name) : undefined;
  return signal === undefined ? outcome : { ...outcome, signal };
}
