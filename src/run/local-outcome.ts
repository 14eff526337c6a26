import type { Step } from '../artifact/types.ts';
import { placeOf } from './assertion.ts';
import type { RunContext } from './context.ts';
import type { Judgement } from './judge.ts';
import type { Evidence, Instant, Outcome } from './outcome.ts';
import type { Finished } from './ports.ts';
import { type ValueError, valueErrorOf } from './value-error.ts';

/** The step to blame. */
type Where = Pick<Step, 'at' | 'inCleanup'>;

/** The outcome of work that sent nothing. */
export function localOutcome(at: Instant, state: Outcome['state'], notes: readonly string[] = []): Finished {
  const outcome: Outcome = { state, sent: 'no', startedAt: at, at };
  if (notes.length === 0) return { outcome };
  return { outcome, evidence: { assertions: [], notes, durationMs: 0 } };
}

/** A step whose values cannot be had, so that nothing was sent. In cleanup it has nothing to undo: it is skipped, and says so. */
export function withoutValue(context: RunContext, step: Where, at: Instant, error: unknown): Finished {
  const cause = valueErrorOf(error);
  if (step.inCleanup === true) {
    return localOutcome(at, 'skipped', [`skipped: ${context.masker.text(cause.message)}`]);
  }
  const evidence: Evidence = { assertions: [], error: explainValue(context, step, cause), durationMs: 0 };
  return { outcome: { state: 'failed', reason: 'value', sent: 'no', startedAt: at, at }, evidence };
}

/** Which value could not be had, on the line to blame. */
export function explainValue(
  { artifact, masker }: Pick<RunContext, 'artifact' | 'masker'>,
  step: Where,
  { message, at }: ValueError,
): NonNullable<Evidence['error']> {
  return { reason: 'value', message: masker.text(message), place: placeOf(artifact, at ?? step.at) };
}

/** Those values, the first as what went wrong. */
export function explainValues(
  context: Pick<RunContext, 'artifact' | 'masker'>,
  step: Where,
  errors: Judgement['errors'],
): Pick<Evidence, 'error' | 'furtherErrors'> {
  if (errors === undefined) return {};
  const [error, ...further] = errors;
  return {
    error: explainValue(context, step, error),
    ...(further.length === 0
      ? {}
      : { furtherErrors: further.map((one) => explainValue(context, step, one)) }),
  };
}
