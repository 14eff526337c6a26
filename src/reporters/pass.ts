import type { PassRecord, RunRecord, StepRecord } from '../run/record.ts';
import { isContainer, labelOf, settledAt } from './step.ts';
import { visibleLine } from './text.ts';

/** A worker went away and another one took over. */
export interface Recovery {
  readonly epoch: number;
  /** Index of the step that it happened before; the number of steps where all were over. */
  readonly before: number;
  /** `worker 2 died before addItem; worker 3 goes on from there` */
  readonly text: string;
}

export function recoveriesOf(record: RunRecord): readonly Recovery[] {
  return record.passes.flatMap((pass) =>
    pass.after === undefined ? [] : [recoveryOf(record, pass, pass.after)],
  );
}

function recoveryOf(record: RunRecord, pass: PassRecord, after: string): Recovery {
  const found = record.steps.findIndex((step) => isOpenAt(step, pass.at));
  const step = record.steps[found];
  const where =
    step === undefined ? '' : ` ${hasBegun(step, pass.at) ? 'during' : 'before'} ${labelOf(step)}`;
  const on =
    step !== undefined && isInDoubt(step, pass.at) ? '' : `; ${sayWorker(pass.worker)} goes on from there`;
  return {
    epoch: pass.epoch,
    before: step === undefined ? record.steps.length : found,
    text: visibleLine(after) + where + on,
  };
}

function isOpenAt(step: StepRecord, instant: number): boolean {
  // A branch tells more than its group; cleanup that never ran was not interrupted.
  if (isContainer(step) || (step.cleanup && step.state === 'pending')) return false;
  const settled = settledAt(step);
  return settled === undefined || settled > instant;
}

function hasBegun(step: StepRecord, instant: number): boolean {
  return step.attempts.some((attempt) => attempt.startedAt <= instant);
}

/** It was sent, and nobody but a person may send it again: the new worker will only ask. */
function isInDoubt(step: StepRecord, instant: number): boolean {
  return step.attempts.some(({ startedAt, intent }) => startedAt <= instant && intent?.repeatable === false);
}

/** A worker's name as the subject of a sentence. */
function sayWorker(name: string): string {
  return visibleLine(name.startsWith('worker') ? name : `worker ${name}`);
}
