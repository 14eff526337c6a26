import type { Artifact, Step } from '../artifact/types.ts';
import { changedSteps, createBranchContext, withSteps } from './branch-context.ts';
import { type Branchwise, isFailure } from './context.ts';
import { instantiate, placeOfKey } from './instance.ts';
import type { Engine } from './mode.ts';
import { everyStep } from './plan-order.ts';
import type { Branch, BranchResult, Shared } from './ports.ts';
import { runRound, runStep } from './step.ts';

/** Every step of an artifact by its key, however deep. */
export function indexSteps(artifact: Artifact): ReadonlyMap<string, Step> {
  return new Map(everyStep(artifact).map((step) => [step.key, step]));
}

/** The step that a durable step key stands for, in its round. */
export function findStep(steps: ReadonlyMap<string, Step>, key: string): Step {
  const step = steps.get(placeOfKey(key));
  if (step === undefined) throw new Error(`the artifact has no step "${key}"`);
  return instantiate(step, key);
}

/** Runs a branch from data alone: its step by its key, and what it shares with the others. */
export async function runBranch(
  engine: Engine,
  steps: ReadonlyMap<string, Step>,
  branch: Branch,
  shared: Shared,
  scopes: readonly string[],
): Promise<BranchResult> {
  const step = findStep(steps, branch.key);
  const context = createBranchContext(engine.context, step, shared, branch.locals ?? {});
  const own: Branchwise = { jars: shared.jars, scopes };
  const run = branch.locals === undefined ? runStep : runRound;
  const outcome = await run({ ...engine, context }, step, own);
  const changed = changedSteps(context, shared.steps);
  return {
    key: branch.key,
    state: outcome.state,
    ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
    halts: isFailure(outcome) && step.continueOnFailure !== true,
    steps: branch.locals === undefined ? changed : {},
    jars: own.jars,
    outputs: outcome.outputs ?? {},
    ...(outcome.next === undefined ? {} : { next: outcome.next }),
    registered: [...context.registered.values()].map((one) => withSteps(one, changed)),
    failures: [...context.failures],
  };
}
