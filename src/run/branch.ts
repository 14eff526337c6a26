import type { Artifact, Step } from '../artifact/types.ts';
import { isMap, type Value, type ValueMap } from '../query/value.ts';
import { isFailure, type RunContext } from './context.ts';
import type { Engine } from './mode.ts';
import { everyStep } from './plan-order.ts';
import type { Branch, BranchResult, Shared } from './ports.ts';
import { runStep } from './step.ts';

/** Every step of an artifact by its key, however deep. */
export function indexSteps(artifact: Artifact): ReadonlyMap<string, Step> {
  return new Map(everyStep(artifact).map((step) => [step.key, step]));
}

/** Runs a branch from data alone: its step by its key, and what it shares with the others. */
export async function runBranch(
  engine: Engine,
  steps: ReadonlyMap<string, Step>,
  branch: Branch,
  shared: Shared,
  scopes: readonly string[],
): Promise<BranchResult> {
  const step = steps.get(branch.key);
  if (step === undefined) throw new Error(`the artifact has no step "${branch.key}"`);
  const context: RunContext = {
    ...engine.context,
    steps: new Map(
      Object.entries(shared.steps).filter((entry): entry is [string, ValueMap] => isMap(entry[1])),
    ),
    variables: shared.variables,
    registered: new Set(),
    failures: new Map(),
  };
  const own = { cookies: shared.cookies, scopes };
  const outcome = await runStep({ ...engine, context }, step, own);
  return {
    key: branch.key,
    state: outcome.state,
    ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
    halts: isFailure(outcome) && step.continueOnFailure !== true,
    steps: changed(context, shared.steps),
    cookies: own.cookies,
    registered: [...context.registered],
    failures: [...context.failures],
  };
}

function changed(context: RunContext, before: ValueMap): ValueMap {
  const entries: (readonly [string, Value])[] = [...context.steps].filter(
    ([id, view]) => before[id] !== view,
  );
  return Object.fromEntries(entries);
}
