import type { RunContext } from './context.ts';
import type { FinalState, RunReason, StopReason } from './event.ts';
import type { Reason } from './outcome.ts';
import { planOrder } from './plan-order.ts';

/** How a run ended: what `run.finished` says. */
export interface Verdict {
  readonly state: FinalState;
  readonly reason?: RunReason;
  /** The step that decided it. */
  readonly key?: string;
}

/** A failed run says why by its first failed step in the order of the plan, cleanup last; a stop goes before. */
export function decideVerdict(
  { artifact, failures }: Pick<RunContext, 'artifact' | 'failures'>,
  stop: StopReason | undefined,
): Verdict {
  if (stop === 'timeout') return { state: 'failed', reason: 'timeout' };
  if (stop === 'cancel') return { state: 'canceled' };
  if (stop === 'superseded') return { state: 'canceled', reason: 'superseded' };
  const planned = planOrder(artifact.steps).map((step) => step.key);
  const key = [...planned, ...failures.keys()].find((one) => failures.has(one));
  if (key === undefined) return { state: 'passed' };
  return { state: 'failed', reason: runReason(failures.get(key)), key };
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
