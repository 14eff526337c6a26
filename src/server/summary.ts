import type { StepRecord } from '../run/record.ts';
import type { StoredRun } from '../stores/store.ts';

/** A run for a list: without what its steps sent and got. */
export function summaryOf(run: StoredRun): StoredRun {
  return { ...run, record: { ...run.record, steps: run.record.steps.map(withoutEvidence) } };
}

/** A run among thousands: of its steps only those that say why it is as it is. */
export function briefOf(run: StoredRun): StoredRun {
  const { record } = run;
  const { decidedBy } = record;
  const steps = record.steps.filter(({ key, state }) => key === decidedBy || state === 'unknown');
  return { ...run, record: { ...record, steps: steps.map(withoutEvidence), rounds: [], notes: [] } };
}

function withoutEvidence(step: StepRecord): StepRecord {
  return { ...step, attempts: step.attempts.map(({ evidence: _, ...attempt }) => attempt) };
}
