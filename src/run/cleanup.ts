import type { Step } from '../artifact/types.ts';
import { findStep } from './branch.ts';
import { enterAgain } from './branch-context.ts';
import type { Branchwise } from './context.ts';
import type { Registered } from './frame.ts';
import type { Engine } from './mode.ts';
import { runStep } from './step.ts';

/**
 * Undoes what was done: the cleanup of each step that may have done something, last in first out, then the
 * journey's own list as written. All of it always runs, and a failed one fails the run.
 */
export async function runCleanup(
  engine: Engine,
  steps: ReadonlyMap<string, Step>,
  branch: Branchwise,
): Promise<void> {
  const { context } = engine;
  await undo(engine, steps, branch);
  for (const step of context.artifact.cleanup) await runStep(engine, step, branch);
  await undo(engine, steps, branch);
}

/** Undoes everything that is registered; what a cleanup step itself registers is undone in its turn. */
async function undo(engine: Engine, steps: ReadonlyMap<string, Step>, branch: Branchwise): Promise<void> {
  const { registered } = engine.context;
  while (registered.size > 0) {
    const owners = [...registered.values()].reverse();
    registered.clear();
    for (const owner of owners) await undoOne(engine, steps, owner, branch);
  }
}

async function undoOne(
  engine: Engine,
  steps: ReadonlyMap<string, Step>,
  owner: Registered,
  branch: Branchwise,
): Promise<void> {
  const step = findStep(steps, owner.key);
  const list = owner.list === 'after' && step.kind === 'journey' ? step.after : step.cleanup;
  // Every step that sent is an owner, and most have nothing to run; entering copies what all steps gave.
  if (list.length === 0) return;
  const { context, leave } = enterAgain(engine.context, owner);
  for (const one of list) await runStep({ ...engine, context }, one, branch);
  leave();
}
