import type { Step } from '../artifact/types.ts';
import type { Branchwise } from './context.ts';
import type { Engine } from './mode.ts';
import { planOrder } from './plan-order.ts';
import { runStep } from './step.ts';

/**
 * Undoes what was done: the cleanup of each step that may have done something, last in first out, then the
 * journey's own list as written. All of it always runs, and a failed one fails the run.
 */
export async function runCleanup(engine: Engine, branch: Branchwise): Promise<void> {
  const { artifact } = engine.context;
  await undo(engine, artifact.steps, branch);
  await runAll(engine, artifact.cleanup, branch);
}

async function undo(engine: Engine, steps: readonly Step[], branch: Branchwise): Promise<void> {
  const { registered } = engine.context;
  const owners = planOrder(steps).filter((step) =>
    // A step that itself sends nothing is undone where a step inside it may have to be.
    step.kind === 'parallel'
      ? planOrder(step.steps).some((inner) => registered.has(inner.key))
      : registered.has(step.key),
  );
  const lists = owners.reverse().flatMap((owner) => owner.cleanup);
  if (lists.length > 0) await runAll(engine, lists, branch);
}

/** Steps of a cleanup, whatever comes of each; then what they in turn have to undo. */
async function runAll(engine: Engine, steps: readonly Step[], branch: Branchwise): Promise<void> {
  for (const step of steps) await runStep(engine, step, branch);
  await undo(engine, steps, branch);
}
