import type { TimedStep } from '../artifact/types.ts';
import { renderDuration } from '../query/duration.ts';
import type { Branchwise } from './context.ts';
import { timeoutKey } from './key.ts';
import { localOutcome } from './local-outcome.ts';
import type { Engine } from './mode.ts';
import type { Instant, Outcome } from './outcome.ts';
import type { Finished } from './ports.ts';
import { prepare, takeValues } from './preparation.ts';
import { unmetEvidence } from './unmet.ts';

/**
 * Runs a step that has a `timeout` in a scope of its own, which is stopped when that is over. It counts from the
 * first start of the step, which is recorded: a pass that takes the run up goes on with the same deadline.
 */
export async function runTimed(
  engine: Engine,
  step: TimedStep,
  branch: Branchwise,
  run: (branch: Branchwise) => Promise<Outcome>,
): Promise<Outcome> {
  const { key, timeoutMs } = step;
  if (timeoutMs === undefined) return run(branch);
  const begun = await prepare(engine, step, branch, timeoutKey(key), (now) =>
    takeValues(engine.context, step, now, () => ({ until: now + timeoutMs })),
  );
  if (!begun.goesOn) return begun.outcome;
  engine.primitives.deadline(key, Number(begun.values.until));
  const inside: Branchwise = { jars: branch.jars, scopes: [...branch.scopes, key] };
  const outcome = await run(inside);
  branch.jars = inside.jars;
  return outcome;
}

/** How a step ends whose own `timeout` is over; undefined while it is not. */
export function endOfTime(
  { context, primitives }: Engine,
  step: TimedStep,
  now: Instant,
): Finished | undefined {
  const { key, timeoutMs } = step;
  if (timeoutMs === undefined || primitives.stopOf(key) !== 'timeout') return undefined;
  const { outcome } = localOutcome(now, 'failed');
  const message = `it did not end within ${renderDuration(timeoutMs)}`;
  return { outcome: { ...outcome, reason: 'unmet' }, evidence: unmetEvidence(context, step, message) };
}
