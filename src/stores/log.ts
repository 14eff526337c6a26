import type { RunEvent, StepFinished } from '../run/event.ts';
import type { Evidence } from '../run/outcome.ts';
import type { Finished } from '../run/ports.ts';

/**
 * Where the events of one run go. All that the memory store and the JSON store differ in.
 * What is appended in one macrotask is one batch: one message, one line, one sync.
 */
export interface Log {
  /** Resolves when the event, and every one before it, is durable. Rejects when this pass has lost the run. */
  append(event: RunEvent): Promise<void>;
  /** The same, where evidence may be made when somebody looks at it; absent: it is made first. */
  appendLate?(event: StepFinished, evidence: () => Evidence): Promise<void>;
}

export function appendFinished(log: Log, key: string, finished: Finished): Promise<void> {
  const { makeEvidence, ...made } = finished;
  const event = { type: 'step.finished', at: made.outcome.at, key, ...made } as const;
  if (makeEvidence === undefined) return log.append(event);
  return log.appendLate?.(event, makeEvidence) ?? log.append({ ...event, evidence: makeEvidence() });
}

/** This pass may not write any more: another one owns the run, or the store is gone. */
export class LostRunError extends Error {
  override readonly name = 'LostRunError';
}
