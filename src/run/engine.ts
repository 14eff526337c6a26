import type { Step } from '../artifact/types.ts';
import { runCleanup } from './cleanup.ts';
import { type Branchwise, isFailure, type RunContext } from './context.ts';
import type { StopReason } from './event.ts';
import { variablesKey } from './key.ts';
import type { Engine } from './mode.ts';
import type { Primitives } from './ports.ts';
import { runStep } from './step.ts';
import { evaluateVariables } from './variables.ts';
import { decideVerdict, type Verdict } from './verdict.ts';

/**
 * Interprets a run's artifact over the durable primitives: variables, steps, cleanup, verdict.
 *
 * It performs nothing itself, and what comes next depends on recorded outcomes alone, so that running it
 * again with those outcomes is resuming. `stopped` tells the recorded stop of the whole run, if there is one.
 */
export async function runJourney(
  context: RunContext,
  primitives: Primitives,
  stopped: () => StopReason | undefined,
): Promise<Verdict> {
  const engine: Engine = { context, primitives };
  const branch: Branchwise = { cookies: [], scopes: [''] };
  const variables = await primitives.step(variablesKey, { scopes: branch.scopes }, (work) =>
    evaluateVariables(context, work),
  );
  context.variables = variables.outputs ?? {};
  if (isFailure(variables)) context.failures.set(variablesKey, variables.reason);
  if (variables.state === 'passed') await runSteps(engine, context.artifact.steps, branch);
  if (context.request.noCleanup !== true) await runCleanup(engine, branch);
  return decideVerdict(context, stopped());
}

/** Steps in order, to the first that fails (but for `continueOnFailure`) or is stopped. */
async function runSteps(engine: Engine, steps: readonly Step[], branch: Branchwise): Promise<void> {
  for (const step of steps) {
    const outcome = await runStep(engine, step, branch);
    if (outcome.state === 'canceled') return;
    if (isFailure(outcome) && step.continueOnFailure !== true) return;
  }
}
