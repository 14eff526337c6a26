import type { Instant, Outcome } from './outcome.ts';
import type { Finished } from './ports.ts';

/** The outcome of work that sent nothing. */
export function localOutcome(at: Instant, state: Outcome['state'], notes: readonly string[] = []): Finished {
  const outcome: Outcome = { state, sent: 'no', startedAt: at, at };
  if (notes.length === 0) return { outcome };
  return { outcome, evidence: { assertions: [], notes, durationMs: 0 } };
}
