import type { Step } from '../artifact/types.ts';
import type { ValueMap } from '../query/value.ts';
import { decideCondition } from './check.ts';
import type { Branchwise, RunContext } from './context.ts';
import { hideSecrets } from './hide.ts';
import { conditionKey } from './key.ts';
import { localOutcome, withoutValue } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Instant, Outcome } from './outcome.ts';
import type { Finished } from './ports.ts';

/** What is decided before a step of several begins; where it does not go on, that is the step's own outcome. */
export type Preparation =
  | { readonly goesOn: true; readonly values: ValueMap }
  | { readonly goesOn: false; readonly outcome: Outcome };

/** Decides before the first step inside, and records it, so that it stays decided. */
export async function prepare(
  { primitives }: Engine,
  step: Step,
  branch: Branchwise,
  key: string,
  decide: (now: Instant) => Finished,
): Promise<Preparation> {
  const mode = modeOf(step, branch);
  const decided = await primitives.step(key, mode, async (work) => {
    const { evidence: _, ...finished } = decide(work.at);
    return finished;
  });
  if (decided.state === 'passed') return { goesOn: true, values: decided.outputs ?? {} };
  const stopped = decided.state === 'canceled';
  const outcome = await primitives.step(step.key, { ...mode, scopes: [] }, async () => {
    // Decided again for the evidence alone, which an outcome does not carry: what was decided stays.
    const { evidence } = stopped ? {} : decide(decided.startedAt);
    return evidence === undefined ? { outcome: decided } : { outcome: decided, evidence };
  });
  return { goesOn: false, outcome };
}

/** The condition of a step of several. */
export async function prepareCondition(engine: Engine, step: Step, branch: Branchwise): Promise<Preparation> {
  if (step.if === undefined) return { goesOn: true, values: {} };
  return prepare(engine, step, branch, conditionKey(step.key), (now) =>
    decideCondition(engine.context, step, now),
  );
}

/** Values that are evaluated before a step begins, as an outcome. */
export function takeValues(
  context: RunContext,
  step: Pick<Step, 'at' | 'inCleanup'>,
  now: Instant,
  take: () => ValueMap,
): Finished {
  try {
    const { outcome } = localOutcome(now, 'passed');
    return hideSecrets(context, { outputs: [] }, { ...outcome, outputs: take() });
  } catch (error) {
    return withoutValue(context, step, now, error);
  }
}
