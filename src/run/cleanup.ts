import type { Branchwise } from './context.ts';
import { planOrder } from './plan-order.ts';
import { type Engine, runStep } from './step.ts';

/**
 * Undoes what was done: the cleanup of each step that may have done something, last in first out, then the
 * journey's own list as written. All of it always runs, and a failed one fails the run.
 */
export async function runCleanup(engine: Engine, branch: Branchwise): Promise<void> {
  const { artifact, registered } = engine.context;
  const owners = planOrder(artifact.steps).filter((step) =>
    // A step that itself sends nothing is undone where a step inside it may have to be.
    step.kind === 'parallel'
      ? planOrder(step.steps).some((inner) => registered.has(inner.key))
      : registered.has(step.key),
  );
  const own = owners.reverse().flatMap((owner) => owner.cleanup);
  for (const step of [...own, ...artifact.cleanup]) await runStep(engine, step, branch);
}
