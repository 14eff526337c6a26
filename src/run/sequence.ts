import type { GroupStep, JourneyStep, Step } from '../artifact/types.ts';
import { judgeLocally } from './check.ts';
import { type Branchwise, isFailure, type RunContext, registerAround } from './context.ts';
import { localOutcome } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Outcome } from './outcome.ts';
import type { Finished } from './ports.ts';
import { prepareCondition } from './preparation.ts';
import { endOfTime } from './timeout.ts';

/** Runs a step: handed in, because a sequence of steps is itself a step. */
export type RunStep = (engine: Engine, step: Step, branch: Branchwise) => Promise<Outcome>;

/**
 * Steps in order, to the first that fails (but for `continueOnFailure`) or is stopped: that one's outcome. In a
 * cleanup all of them run.
 */
export async function runSequence(
  engine: Engine,
  steps: readonly Step[],
  branch: Branchwise,
  runStep: RunStep,
): Promise<Outcome | undefined> {
  let failed: Outcome | undefined;
  for (const step of steps) {
    const outcome = await runStep(engine, step, branch);
    if (outcome.state === 'canceled') return outcome;
    if (isFailure(outcome) && step.continueOnFailure !== true) failed ??= outcome;
    if (failed !== undefined && step.inCleanup !== true) return failed;
  }
  return failed;
}

/** Steps in order, as one step. */
export async function runGroup(
  engine: Engine,
  step: GroupStep,
  branch: Branchwise,
  runStep: RunStep,
): Promise<Outcome> {
  const wanted = await prepareCondition(engine, step, branch);
  if (!wanted.goesOn) return wanted.outcome;
  const halted = await runSequence(engine, step.steps, branch, runStep);
  registerAround(engine.context, step);
  return concludeSequence(engine, step, branch, halted);
}

/** The step around a sequence ends as what halted it, else by its own outputs, taken `inside`, and assertions. */
export function concludeSequence(
  engine: Engine,
  step: GroupStep | JourneyStep,
  branch: Branchwise,
  halted: Outcome | undefined,
  inside: RunContext = engine.context,
): Promise<Outcome> {
  const { context, primitives } = engine;
  // Not stopped any more: its steps ended, and this only says how.
  const mode = { ...modeOf(step, branch), scopes: [] };
  return primitives.step(step.key, mode, async (work): Promise<Finished> => {
    const late = endOfTime(engine, step, work.at);
    if (late !== undefined && (halted === undefined || !isFailure(halted))) return late;
    if (halted === undefined) return judgeLocally(context, step, work.at, { inside });
    const { outcome } = localOutcome(work.at, halted.state === 'unknown' ? 'failed' : halted.state);
    return { outcome: halted.reason === undefined ? outcome : { ...outcome, reason: halted.reason } };
  });
}
