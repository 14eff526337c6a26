import type { Retry } from '../artifact/types.ts';
import { placeOf } from './assertion.ts';
import type { Attempt } from './attempt.ts';
import { drawsOf, type RunContext } from './context.ts';
import type { Evidence, Outcome } from './outcome.ts';
import type { Finished } from './ports.ts';
import { decideRetry, isAgain } from './retry.ts';
import type { Taken } from './tokens.ts';

/** An attempt that has no token does not leave; `retry` holds for it as if it had been the one that failed. */
export function withoutToken(
  context: RunContext,
  attempt: Attempt,
  { reason, message }: Extract<Taken, { readonly kind: 'failed' }>,
  retry: Retry | undefined,
): Finished {
  const { step, progress, work } = attempt;
  const failure = { reason, status: undefined, unsent: true, retryAfterMs: undefined };
  const draws = drawsOf(context, `~retry/${step.key}#${progress.attempt}`, progress.startedAt ?? work.at);
  const tally = { tries: progress.tries, now: work.at };
  const again = retry && decideRetry(retry, failure, true, tally, draws.random);
  const outcome: Outcome = {
    state: 'failed',
    reason,
    sent: 'no',
    startedAt: work.at,
    at: work.at,
    ...(isAgain(again) ? { again } : {}),
  };
  const place = reason === 'value' ? { place: placeOf(context.artifact, step.at) } : {};
  const error: Evidence['error'] = { reason, message: context.masker.text(message), ...place };
  return { outcome, evidence: { assertions: [], error, durationMs: 0 } };
}
