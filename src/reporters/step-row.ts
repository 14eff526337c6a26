import type { Step } from '../artifact/types.ts';
import type { Value } from '../query/value.ts';
import type { AttemptRecord, RunRecord, StepRecord } from '../run/record.ts';
import { awaitedTarget } from './awaited.ts';
import { recoveriesOf } from './pass.ts';
import type { RunContext } from './reporter.ts';
import { branchesOf, hasBegun, isGroup, visibilityOf } from './shown-steps.ts';
import {
  countTries,
  durationOf,
  labelOf,
  lastTry,
  plannedStep,
  planOf,
  type RequestLine,
  requestLineOf,
} from './step.ts';
import type { Mark } from './style.ts';
import { countOf, visibleLine } from './text.ts';

export interface StepRow {
  readonly kind: 'step';
  /** The same row is told once; a step that goes on after an interruption has another one. */
  readonly id: string;
  readonly key: string;
  readonly mark: Mark;
  readonly depth: number;
  readonly name: string;
  /** What was sent, or why nothing was. */
  readonly target: RequestLine | string;
  readonly status: string;
  readonly durationMs?: number;
  readonly outputs: readonly (readonly [name: string, value: Value])[];
  readonly remarks: readonly string[];
}

export type Row = StepRow | { readonly kind: 'recovery'; readonly id: string; readonly text: string };

/**
 * The lines of a run so far, in the order of the plan. A line that was given stays: more events only add
 * lines behind it, so a live report and a later look at the record read the same. `from`: those of the steps
 * from this index on.
 */
export function rowsOf(context: RunContext, record: RunRecord, from = 0): readonly Row[] {
  const plan = planOf(context.artifact);
  const recoveries = [...recoveriesOf(record)];
  const rows: Row[] = [];
  const tellRecoveries = (upTo: number): void => {
    for (let next = recoveries[0]; next !== undefined && next.before <= upTo; next = recoveries[0]) {
      rows.push({ kind: 'recovery', id: `~pass/${next.epoch}`, text: next.text });
      recoveries.shift();
    }
  };
  for (let index = from; index < record.steps.length; index += 1) {
    const step = record.steps[index];
    if (step === undefined) break;
    const shown = visibilityOf(record, index, step);
    if (shown === 'hidden') continue;
    tellRecoveries(index);
    if (shown === 'open') return rows;
    rows.push(rowOf(context, record, step, plannedStep(plan, step)));
  }
  tellRecoveries(record.steps.length);
  return rows;
}

function rowOf(context: RunContext, record: RunRecord, step: StepRecord, planned: Step | undefined): StepRow {
  const state = isGroup(step) && hasBegun(record, step) ? 'group' : step.state;
  const told = {
    kind: 'step' as const,
    id: `${step.key}:${state}`,
    key: step.key,
    depth: step.cleanup ? 0 : step.depth,
    name: labelOf(step),
    status: '',
    outputs: [],
    remarks: step.cleanup ? ['cleanup'] : [],
  };
  switch (state) {
    case 'group':
      return {
        ...told,
        mark: 'group',
        target: sayContainer(record, step, planned),
      };
    case 'pending':
      return { ...told, mark: 'notReached', target: 'not reached' };
    case 'reused':
      return { ...told, mark: 'reused', target: 'kept' };
    case 'skipped':
      return { ...told, mark: 'skipped', target: whySkipped(step) };
    case 'running':
    case 'canceled':
      return { ...told, mark: 'canceled', target: targetOf(record, step), status: 'canceled' };
    case 'unknown':
      return { ...told, mark: 'unknown', target: targetOf(record, step), status: 'unknown' };
    case 'passed':
    case 'failed':
      return { ...told, ...settledRow(context, record, step, planned), mark: settledMark(step) };
  }
}

/** `3 at the same time`, `4 steps`; how many rounds a loop has nobody knows when it begins, but where it has none. */
function sayContainer(record: RunRecord, step: StepRecord, planned: Step | undefined): string {
  if (step.loop) {
    const kind = planned?.repeat === undefined ? 'for each' : 'repeated';
    const isEmpty = step.state === 'passed' && branchesOf(record, step).length === 0;
    return isEmpty ? `${kind}, ${countOf(0, 'round')}` : kind;
  }
  const own = branchesOf(record, step).filter(({ depth }) => depth === step.depth + 1).length;
  if (step.kind === 'journey' && planned?.kind === 'journey') {
    return `${visibleLine(planned.journey)}, ${countOf(own, 'step')}`;
  }
  return step.kind === 'parallel' ? `${own} at the same time` : countOf(own, 'step');
}

function settledMark(step: StepRecord): Mark {
  if (step.state === 'failed') return 'failed';
  if (lastTry(step)?.evidence?.assertions.some((assertion) => !assertion.passed)) return 'soft';
  return step.cleanup ? 'cleanup' : 'passed';
}

function settledRow(
  context: RunContext,
  record: RunRecord,
  step: StepRecord,
  planned: Step | undefined,
): Pick<StepRow, 'target' | 'status' | 'durationMs' | 'outputs' | 'remarks'> {
  const last = lastTry(step);
  const { attempts, looks } = countTries(step);
  const target = targetOf(record, step);
  const durationMs = typeof target === 'string' ? undefined : durationOf(step);
  return {
    target,
    status: statusOf(step, last),
    ...(durationMs === undefined ? {} : { durationMs }),
    outputs: Object.entries(last?.outcome?.outputs ?? {}),
    remarks: [
      looks > 0 ? countOf(looks, 'look') : '',
      attempts > Math.max(1, looks) ? `${attempts} attempts` : '',
      step.cleanup ? 'cleanup' : '',
      sayWarnings(last),
      whyAgain(context, record, step),
      planned?.flaky === true && step.state === 'failed' ? 'flaky' : '',
    ].filter((remark) => remark !== ''),
  };
}

function statusOf(step: StepRecord, last: AttemptRecord | undefined): string {
  const call = last?.evidence?.call;
  if (call !== undefined) return visibleLine(call.method);
  const exitCode = last?.evidence?.command?.exitCode;
  if (exitCode !== undefined) return `exit ${exitCode}`;
  return String(last?.evidence?.response?.status ?? step.reason ?? '');
}

/** Remarks of assertions that did not fail for them; `logs` shows them. */
function sayWarnings(last: AttemptRecord | undefined): string {
  let count = 0;
  for (const { differences = [] } of last?.evidence?.assertions ?? []) {
    for (const { severity } of differences) if (severity === 'warning') count += 1;
  }
  return count === 0 ? '' : countOf(count, 'warning');
}

function targetOf(record: RunRecord, step: StepRecord): RequestLine | string {
  const line = requestLineOf(step, record.request.environment);
  if (line !== undefined) return line;
  const awaited = awaitedTarget(step);
  if (awaited !== undefined) return awaited;
  if (step.kind === 'request') return 'not sent';
  if (step.kind === 'exec') return 'not run';
  const note = record.notes.find(({ key }) => key === step.key);
  if (note !== undefined) return visibleLine(note.text);
  const assertions = lastTry(step)?.evidence?.assertions.length ?? 0;
  return assertions === 0 ? '' : countOf(assertions, 'assertion');
}

function whySkipped(step: StepRecord): string {
  const why = step.attempts.at(-1)?.evidence?.notes?.[0];
  return why === undefined ? 'skipped' : `skipped: ${visibleLine(why)}`;
}

/** Only where the record tells that a person ran it again after it was answered or undone. */
function whyAgain(context: RunContext, record: RunRecord, step: StepRecord): string {
  const { previous } = context;
  const by = record.request.undone?.[step.key];
  if (by !== undefined) return `again: ${nameOf(previous ?? record, by)} had undone it`;
  const generation = record.request.generations[step.key] ?? 0;
  if (generation <= (previous?.request.generations[step.key] ?? 0)) return '';
  const before = previous?.steps.find((other) => other.key === step.key);
  return before?.state === 'failed' ? 'again: it had failed' : 'again';
}

function nameOf(record: RunRecord, key: string): string {
  const step = record.steps.find((other) => other.key === key);
  return step === undefined ? visibleLine(key) : labelOf(step);
}
