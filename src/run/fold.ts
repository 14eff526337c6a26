import type { Kept, RunEvent } from './event.ts';
import { isRound, placeOfKey, roundsAround } from './instance.ts';
import { isEngineKey, stepKey, waitedAttempt } from './key.ts';
import type { Evidence, Outcome } from './outcome.ts';
import type { AttemptRecord, RunRecord, StepRecord, StepState } from './record.ts';
import { stepsOfRound } from './record-plan.ts';
import type { WaitFor } from './signal.ts';
import type { Writable } from './writable.ts';

/** The record after an event: the one function that store, reporters and CLI all read a run with. */
export function foldEvent(record: RunRecord, event: RunEvent): RunRecord {
  return fold(record, event, replaceInCopy);
}

/**
 * Folds the events of a run that is followed as it goes. A record that it gives is good until the next event: its
 * list of steps is changed in place, because a copy for each event would make long runs quadratic.
 */
export function createFold(start: RunRecord): (event: RunEvent) => RunRecord {
  let record: RunRecord = { ...start, steps: [...start.steps] };
  return (event) => {
    record = fold(record, event, replaceInPlace);
    return record;
  };
}

/** Gives the steps with another one at `index`. */
type Replace = (before: RunRecord['steps'], index: number, step: StepRecord) => RunRecord['steps'];

function fold(record: RunRecord, event: RunEvent, replace: Replace): RunRecord {
  switch (event.type) {
    case 'run.created':
      return event.kept.reduce((before, kept) => foldKept(before, kept, replace), record);
    case 'run.started': {
      const { interruption: _, waitingUntil: __, ...rest } = record;
      const { type: ___, ...pass } = event;
      const startedAt = record.startedAt ?? event.at;
      return { ...rest, state: 'running', startedAt, passes: [...record.passes, pass] };
    }
    case 'step.started': {
      const attempt: AttemptRecord = { key: event.key, startedAt: event.at, intent: event.intent };
      const begin = (step: StepRecord): StepRecord => ({ ...withAttempt(step, attempt), state: 'running' });
      return changeStep(record, event.key, begin, replace);
    }
    case 'step.finished':
      if (isEngineKey(event.key)) return foldProblem(record, event.evidence);
      return foldFinished(record, event, event.outcome.state, replace);
    case 'wait.started':
      return foldAwaited(record, event.key, event.for, replace);
    case 'wait.finished':
      return foldWait(record, event.key, event.outcome.state, replace);
    case 'signal.received':
      return record;
    case 'scope.stopped':
      return { ...record, stops: [...record.stops, { scope: event.scope, reason: event.reason }] };
    case 'note.added':
      return { ...record, notes: [...record.notes, { key: event.key, text: event.text, at: event.at }] };
    case 'run.waiting':
      return {
        ...record,
        state: 'waiting',
        ...(event.until === undefined ? {} : { waitingUntil: event.until }),
      };
    case 'run.interrupted':
      return foldInterrupted(record, event.reason, event.keys);
    case 'run.resumed': {
      const { interruption: _, ...rest } = record;
      return { ...rest, state: 'queued' };
    }
    case 'run.cancelRequested':
      return { ...record, stopAsked: event.superseded === true ? 'superseded' : 'cancel' };
    case 'run.finished':
      return {
        ...record,
        state: event.state,
        finishedAt: event.at,
        ...(event.reason === undefined ? {} : { reason: event.reason }),
        ...(event.key === undefined ? {} : { decidedBy: event.key }),
      };
  }
}

function foldProblem(record: RunRecord, evidence: Evidence | undefined): RunRecord {
  return evidence?.error === undefined ? record : { ...record, problem: evidence.error };
}

function foldKept(record: RunRecord, kept: Kept, replace: Replace): RunRecord {
  const final = kept.outcome.state === 'passed' ? 'reused' : kept.outcome.state;
  return foldFinished(record, kept, final, replace);
}

function foldFinished(
  record: RunRecord,
  { key, outcome, evidence }: Pick<Kept, 'key' | 'outcome' | 'evidence'>,
  final: StepState,
  replace: Replace,
): RunRecord {
  const attempt: Writable<AttemptRecord> = { key, startedAt: outcome.startedAt, outcome };
  if (evidence !== undefined) attempt.evidence = evidence;
  const state = outcome.again === undefined ? final : 'running';
  const end = (step: StepRecord): StepRecord => withOutcome(withAttempt(step, attempt), outcome, state);
  const after = changeStep(record, key, end, replace);
  return outcome.state === 'skipped' ? skipInside(after, key) : after;
}

function withOutcome(step: StepRecord, outcome: Outcome, state: StepState): StepRecord {
  const begun = step.reason === undefined && step.awaits === undefined ? step : withoutWhy(step);
  if (outcome.reason === undefined || outcome.again !== undefined) return { ...begun, state };
  return { ...begun, state, reason: outcome.reason };
}

function withoutWhy({ reason: _, awaits: __, ...step }: StepRecord): StepRecord {
  return step;
}

/** The step waits for somebody, and says for whom. */
function foldAwaited(record: RunRecord, key: string, wanted: WaitFor, replace: Replace): RunRecord {
  const waiting = waitedAttempt(key);
  if (waiting === undefined || wanted.kind !== 'signal') return record;
  const wait = (step: StepRecord): StepRecord => ({ ...step, state: 'running', awaits: wanted.from });
  return changeStep(record, waiting, wait, replace);
}

/** A stop ends the step that waited for another attempt. */
function foldWait(record: RunRecord, key: string, state: Outcome['state'], replace: Replace): RunRecord {
  const attempt = waitedAttempt(key);
  if (attempt === undefined || state !== 'canceled') return record;
  return changeStep(record, attempt, ({ awaits: _, ...step }) => ({ ...step, state }), replace);
}

/** A second entry for one durable key (sent again after a crash) replaces the first. */
function withAttempt(step: StepRecord, attempt: AttemptRecord): StepRecord {
  const last = step.attempts.at(-1);
  if (last === undefined) return { ...step, attempts: [attempt] };
  if (last.key !== attempt.key) return { ...step, attempts: [...step.attempts, attempt] };
  return { ...step, attempts: [...step.attempts.slice(0, -1), { ...last, ...attempt }] };
}

/** Steps inside a skipped `parallel` were skipped with it. */
function skipInside(record: RunRecord, key: string): RunRecord {
  const inside = `${key}/`;
  // A cleanup of the group has such a key too, and is none of its branches.
  const cleanup = record.steps.some((step) => step.key === key && step.cleanup);
  const steps = record.steps.map((step) =>
    step.state === 'pending' && step.cleanup === cleanup && step.key.startsWith(inside)
      ? { ...step, state: 'skipped' as const }
      : step,
  );
  return { ...record, steps };
}

function foldInterrupted(record: RunRecord, reason: string, keys: readonly string[]): RunRecord {
  const asked = new Set(keys.map(stepKey));
  const steps = record.steps.map((step) =>
    asked.has(step.key) ? { ...step, state: 'unknown' as const } : step,
  );
  return { ...record, steps, state: 'interrupted', interruption: { reason, keys } };
}

function changeStep(
  record: RunRecord,
  key: string,
  change: (step: StepRecord) => StepRecord,
  replace: Replace,
): RunRecord {
  if (isEngineKey(key)) return record;
  const wanted = stepKey(key);
  const index = indexOf(record.steps, wanted);
  const before = record.steps[index];
  if (before === undefined) return beginRound(record, wanted, change, replace);
  const changed = change(before);
  // Cleanup is listed in the order it ran, which the plan does not tell.
  if (before.cleanup && before.state === 'pending') {
    return { ...record, steps: [...record.steps.toSpliced(index, 1), changed] };
  }
  return { ...record, steps: replace(record.steps, index, changed) };
}

function replaceInCopy(before: RunRecord['steps'], index: number, step: StepRecord): RunRecord['steps'] {
  return replaceInPlace([...before], index, step);
}

/** Only where the list is the fold's own. */
function replaceInPlace(before: RunRecord['steps'], index: number, step: StepRecord): RunRecord['steps'] {
  const steps = before as StepRecord[];
  steps[index] = step;
  changedAt.set(steps, index);
  return steps;
}

/** A step of a round that was not listed yet: with its whole round; a step of cleanup in the order it ran. */
function beginRound(
  record: RunRecord,
  key: string,
  change: (step: StepRecord) => StepRecord,
  replace: Replace,
): RunRecord {
  const model = record.rounds.find((one) => one.key === placeOfKey(key));
  if (model === undefined) return record;
  if (model.cleanup) {
    const step = change({ ...model, key, loop: model.loop && !isRound(key) });
    return { ...record, steps: [...record.steps, step] };
  }
  const steps = roundsAround(key).reduce(
    (listed, round) => (indexOf(listed, round) === -1 ? listRound(listed, record.rounds, round) : listed),
    record.steps,
  );
  const index = indexOf(steps, key);
  const step = steps[index];
  return step === undefined ? record : { ...record, steps: replace(steps, index, change(step)) };
}

/** Lists the steps of a round behind those of the rounds before it. */
function listRound(steps: RunRecord['steps'], models: RunRecord['rounds'], key: string): RunRecord['steps'] {
  const loop = key.slice(0, key.lastIndexOf('['));
  const index = Number(key.slice(loop.length + 1, -1));
  const isBefore = (step: StepRecord | undefined): boolean =>
    step?.cleanup === false &&
    step.key.startsWith(`${loop}[`) &&
    Number.parseInt(step.key.slice(loop.length + 1), 10) < index;
  let at = indexOf(steps, loop) + 1;
  const near = changedAt.get(steps) ?? 0;
  if (near > at && isBefore(steps[near])) at = near;
  while (isBefore(steps[at])) at += 1;
  const listed = steps.toSpliced(at, 0, ...stepsOfRound(models, key));
  changedAt.set(listed, at);
  return listed;
}

/** Where the steps of a record differ from those before: what happens next, mostly happens there or behind. */
const changedAt = new WeakMap<RunRecord['steps'], number>();

function indexOf(steps: RunRecord['steps'], key: string): number {
  const near = changedAt.get(steps) ?? 0;
  for (let index = near; index < steps.length; index += 1) if (steps[index]?.key === key) return index;
  return steps.findIndex((step) => step.key === key);
}

/** A final state never changes. */
export function isFinal(state: RunRecord['state']): boolean {
  return state === 'passed' || state === 'failed' || state === 'canceled';
}
