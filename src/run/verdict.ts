import type { RunContext } from './context.ts';
import type { FinalState, RunReason, StopReason } from './event.ts';
import type { Reason } from './outcome.ts';

/** How a run ended: what `run.finished` says. */
export interface Verdict {
  readonly state: FinalState;
  readonly reason?: RunReason;
  /** The step that decided it. */
  readonly key?: string;
}

/**
 * A failed run says why by its first failed step in the order of the plan, those inside another before it, and
 * cleanup last: the order in which failures are noted. A stop goes before.
 */
export function decideVerdict(
  { failures }: Pick<RunContext, 'failures'>,
  stop: StopReason | undefined,
): Verdict {
  if (stop === 'timeout') return { state: 'failed', reason: 'timeout' };
  if (stop === 'cancel') return { state: 'canceled' };
  if (stop === 'superseded') return { state: 'canceled', reason: 'superseded' };
  const [first] = failures;
  if (first === undefined) return { state: 'passed' };
  const [key, reason] = first;
  return { state: 'failed', reason: runReason(reason), key };
}

/** A failed send counts as `request`; an unknown outcome too: what was sent may not have arrived. */
function runReason(reason: Reason | undefined): RunReason {
  switch (reason) {
    case 'assertion':
    case 'unmet':
    case 'value':
    case 'internal':
      return reason;
    default:
      return 'request';
  }
}
