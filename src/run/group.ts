import type { ParallelStep, Step } from '../artifact/types.ts';
import { isMap } from '../query/value.ts';
import { decideCondition, judgeLocally } from './check.ts';
import type { Branchwise, RunContext } from './context.ts';
import { joinCookies } from './cookies.ts';
import { conditionKey } from './key.ts';
import { localOutcome } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Instant, Outcome } from './outcome.ts';
import type { BranchResult, Finished } from './ports.ts';

/** How many branches of a `parallel` are on their way at once. */
const branchLimit = 64;

/** Steps at the same time; what they gave is joined in the order of the plan. */
export async function runGroup(engine: Engine, step: ParallelStep, branch: Branchwise): Promise<Outcome> {
  const { context, primitives } = engine;
  const mode = modeOf(step, branch);
  const unwanted = await decideGroup(engine, step, branch);
  if (unwanted !== undefined) return unwanted;
  const shared = {
    steps: Object.fromEntries(context.steps),
    variables: context.variables,
    cookies: branch.cookies,
  };
  const branches = step.steps.map(({ key }) => ({ key }));
  const how = { limit: branchLimit, failFast: true };
  const results = await primitives.parallel(step.key, mode, shared, branches, how);
  join(context, branch, results);
  // Not stopped any more: the branches ended, and this only says how.
  return primitives.step(step.key, { ...mode, scopes: [] }, async (work) =>
    concludeGroup(context, step, work.at, results),
  );
}

/** The condition is decided, and recorded, before any branch: its outcome is the group's where that does not run. */
async function decideGroup(
  { context, primitives }: Engine,
  step: ParallelStep,
  branch: Branchwise,
): Promise<Outcome | undefined> {
  if (step.if === undefined) return undefined;
  const mode = modeOf(step, branch);
  const decided = await primitives.step(conditionKey(step.key), mode, async (work) => {
    const { outcome } = decideCondition(context, step, work.at);
    return { outcome };
  });
  if (decided.state === 'passed') return undefined;
  // Evaluated again for the evidence alone, which an outcome does not carry: what was decided stays.
  return primitives.step(step.key, mode, async () => ({
    ...decideCondition(context, step, decided.startedAt),
    outcome: decided,
  }));
}

function join(context: RunContext, branch: Branchwise, results: readonly (BranchResult | undefined)[]): void {
  const started = results.filter((result) => result !== undefined);
  for (const result of started) {
    for (const [id, view] of Object.entries(result.steps)) if (isMap(view)) context.steps.set(id, view);
    for (const key of result.registered) context.registered.add(key);
    for (const [key, reason] of result.failures) context.failures.set(key, reason);
  }
  branch.cookies = joinCookies(
    branch.cookies,
    started.map((result) => result.cookies),
  );
}

function concludeGroup(
  context: RunContext,
  step: Step,
  now: Instant,
  results: readonly (BranchResult | undefined)[],
): Finished {
  const halted = results.find((result) => result?.halts === true);
  if (halted !== undefined) {
    const reason = halted.reason === undefined ? {} : { reason: halted.reason };
    return { outcome: { state: 'failed', ...reason, sent: 'no', startedAt: now, at: now } };
  }
  const canceled = results.some((result) => result === undefined || result.state === 'canceled');
  return canceled ? localOutcome(now, 'canceled') : judgeLocally(context, step, now);
}
