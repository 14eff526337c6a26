import type { PassRecord, RunRecord, StepRecord } from '../run/record.ts';
import { labelOf, settledAt } from './step.ts';
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
  return {
    epoch: pass.epoch,
    before: step === undefined ? record.steps.length : found,
    text: `${sayWorkers(after)}${where}; ${sayWorker(pass.worker)} goes on from there`,
  };
}

function isOpenAt(step: StepRecord, instant: number): boolean {
  // A branch tells more than its group; cleanup that never ran was not interrupted.
  if (step.kind === 'parallel' || (step.cleanup && step.state === 'pending')) return false;
  const settled = settledAt(step);
  return settled === undefined || settled > instant;
}

function hasBegun(step: StepRecord, instant: number): boolean {
  return step.attempts.some((attempt) => attempt.startedAt <= instant);
}

/** `worker-2` → `worker 2`; any other name keeps its spelling. */
export function sayWorker(name: string): string {
  return visibleLine(/^worker\b/.test(name) ? name.replace(/^worker-/, 'worker ') : `worker ${name}`);
}

/** The same inside a sentence: `worker worker-2 died` → `worker 2 died`. */
export function sayWorkers(sentence: string): string {
  return visibleLine(sentence.replaceAll(/\b(?:worker )?worker-(\S+)/g, 'worker $1'));
}
