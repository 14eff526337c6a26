import type { RunRecord, StepRecord, StepState } from '../run/record.ts';
import { isContainer, settledAt } from './step.ts';

const lasting: ReadonlySet<StepState> = new Set(['passed', 'failed', 'skipped', 'reused', 'canceled']);

/** The first index from `from` on whose step may still be told anew: those before it have their last state. */
export function settledUpTo(record: RunRecord, from: number): number {
  let index = from;
  while (lasting.has(record.steps[index]?.state ?? 'pending')) index += 1;
  return index;
}

/** `open`: not told yet, and nothing behind it either. */
export function visibilityOf(
  record: RunRecord,
  index: number,
  step: StepRecord,
): 'shown' | 'hidden' | 'open' {
  const over = isOver(record);
  const parent = parentOf(record, step);
  if (parent !== undefined && !hasBegun(record, parent)) return 'hidden';
  if (isGroup(step)) return hasBegun(record, step) || over || step.state === 'skipped' ? 'shown' : 'open';
  if (step.state === 'pending')
    return step.cleanup ? 'hidden' : pendingVisibility(record, index, step, parent);
  if (step.state === 'running') return over ? 'shown' : 'open';
  return 'shown';
}

function pendingVisibility(
  record: RunRecord,
  index: number,
  step: StepRecord,
  parent: StepRecord | undefined,
): 'shown' | 'hidden' | 'open' {
  if (record.state === 'interrupted') return 'hidden';
  const wentOn = hasCleanedUp(record) || (step.depth > 0 && hasLeft(record, index, step.depth));
  const groupOver = parent !== undefined && settledAt(parent) !== undefined;
  return wentOn || groupOver || isOver(record) ? 'shown' : 'open';
}

/** Cleanup that ran stands at the end. */
function hasCleanedUp(record: RunRecord): boolean {
  const last = record.steps.at(-1);
  return last?.cleanup === true && last.state !== 'pending';
}

/** Something behind the group of the step at `index` has begun. */
function hasLeft(record: RunRecord, index: number, depth: number): boolean {
  return record.steps.some((other, at) => at > index && other.depth < depth && other.state !== 'pending');
}

function isOver(record: RunRecord): boolean {
  return record.state === 'passed' || record.state === 'failed' || record.state === 'canceled';
}

export function isGroup(step: StepRecord): boolean {
  return isContainer(step) && !step.cleanup;
}

export function branchesOf(record: RunRecord, group: StepRecord): readonly StepRecord[] {
  const inside = (key: string): boolean => key.startsWith(`${group.key}/`) || key.startsWith(`${group.key}[`);
  return record.steps.filter((step) => inside(step.key) && step.depth > group.depth && !step.cleanup);
}

export function hasBegun(record: RunRecord, group: StepRecord): boolean {
  if (group.state === 'skipped') return false;
  return group.state !== 'pending' || branchesOf(record, group).some((branch) => branch.state !== 'pending');
}

function parentOf(record: RunRecord, step: StepRecord): StepRecord | undefined {
  if (step.depth === 0 || step.cleanup) return undefined;
  const key = step.key.slice(0, Math.max(step.key.lastIndexOf('/'), step.key.lastIndexOf('[')));
  return record.steps.find((other) => other.key === key && isGroup(other));
}
