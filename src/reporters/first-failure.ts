import type { RunRecord } from '../run/record.ts';
import { sayFailure } from './assertion.ts';
import { sayReason } from './failure.ts';
import { lastTry, titleOf } from './step.ts';
import type { Style } from './style.ts';

/** Why a run did not pass, in one line: its first failed assertion, else why the step failed, else how it ended. */
export function sayFirstFailure(record: RunRecord, style: Style): string {
  const step =
    record.steps.find(({ key }) => key === record.decidedBy) ??
    record.steps.find(({ state }) => state === 'failed');
  if (step === undefined) return record.interruption?.reason ?? record.reason ?? record.state;
  const failed = lastTry(step)?.evidence?.assertions.find((one) => !one.passed && one.soft !== true);
  return `${titleOf(step)}: ${failed === undefined ? sayReason(record, step) : sayFailure(failed, style)}`;
}
