import type { ParallelStep } from '../artifact/types.ts';
import { isMap } from '../query/value.ts';
import { judgeLocally } from './check.ts';
import { type Branchwise, type RunContext, registerAround } from './context.ts';
import { joinJars } from './cookies.ts';
import { registrationKey } from './frame.ts';
import { localOutcome } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Instant, Outcome } from './outcome.ts';
import type { BranchResult, Finished, Shared } from './ports.ts';
import { prepareCondition } from './preparation.ts';
import { endOfTime } from './timeout.ts';

/** How many branches of a `parallel` are on their way at once. */
const branchLimit = 64;

/** Steps at the same time; what they gave is joined in the order of the plan. */
export async function runParallel(engine: Engine, step: ParallelStep, branch: Branchwise): Promise<Outcome> {
  const { context, primitives } = engine;
  const mode = modeOf(step, branch);
  const wanted = await prepareCondition(engine, step, branch);
  if (!wanted.goesOn) return wanted.outcome;
  const branches = step.steps.map(({ key }) => ({ key }));
  const how = { limit: branchLimit, failFast: true };
  const results = await primitives.parallel(step.key, mode, shareWith(context, branch), branches, how);
  joinResults(context, branch, results);
  registerAround(context, step);
  // Not stopped any more: the branches ended, and this only says how.
  return primitives.step(step.key, { ...mode, scopes: [] }, async (work) =>
    concludeGroup(engine, step, work.at, results),
  );
}

/** What branches begin with. */
export function shareWith(context: RunContext, branch: Branchwise): Shared {
  return { steps: Object.fromEntries(context.steps), frame: context.frame, jars: branch.jars };
}

/** Joins what branches changed in the order of the plan, never in that of time. */
export function joinResults(
  context: RunContext,
  branch: Branchwise,
  results: readonly (BranchResult | undefined)[],
): void {
  const started = results.filter((result) => result !== undefined);
  for (const result of started) {
    for (const [id, view] of Object.entries(result.steps)) if (isMap(view)) context.steps.set(id, view);
    for (const one of result.registered) context.registered.set(registrationKey(one), one);
    for (const [key, reason] of result.failures) context.failures.set(key, reason);
  }
  branch.jars = joinJars(
    branch.jars,
    started.map((result) => result.jars),
  );
}

function concludeGroup(
  engine: Engine,
  step: ParallelStep,
  now: Instant,
  results: readonly (BranchResult | undefined)[],
): Finished {
  const late = endOfTime(engine, step, now);
  const halted = results.find((result) => result?.halts === true);
  if (halted !== undefined) {
    const reason = halted.reason === undefined ? {} : { reason: halted.reason };
    return { outcome: { state: 'failed', ...reason, sent: 'no', startedAt: now, at: now } };
  }
  if (late !== undefined) return late;
  const canceled = results.some((result) => result === undefined || result.state === 'canceled');
  return canceled ? localOutcome(now, 'canceled') : judgeLocally(engine.context, step, now);
}
