import { renderDuration } from '../query/duration.ts';
import type { RunRecord, StepRecord } from '../run/record.ts';
import { sayAwaited } from './awaited.ts';
import { isContainer, labelOf, requestLineOf, triesOf } from './step.ts';
import { joinParts, type Style } from './style.ts';

/** The steps that a run is at: `pay · POST /pay · attempt 2`; undefined where it is at none. */
export function sayUnderWay(record: RunRecord, style: Style): string | undefined {
  const steps = record.steps.filter((step) => step.state === 'running' && !isContainer(step));
  return steps.length === 0 ? undefined : steps.map((step) => sayStep(record, step, style)).join(', ');
}

function sayStep(record: RunRecord, step: StepRecord, style: Style): string {
  const line = requestLineOf(step, record.request.environment);
  return joinParts(style, [
    labelOf(step),
    line === undefined ? '' : `${line.method} ${line.path}`,
    sayAwaited(step),
    sayTries(step),
  ]);
}

/** Shorter pauses would only flicker. */
const shownPauseMs = 1000;

/** `attempt 2`; between two of them `waits 40 s for attempt 3`. */
function sayTries(step: StepRecord): string {
  const tries = triesOf(step);
  const { outcome } = tries.at(-1) ?? {};
  const pauseMs = outcome?.again === undefined ? 0 : outcome.again.at - outcome.at;
  const kind = step.poll ? 'look' : 'attempt';
  if (pauseMs >= shownPauseMs) return `waits ${renderDuration(pauseMs)} for ${kind} ${tries.length + 1}`;
  return tries.length > 1 ? `${kind} ${tries.length}` : '';
}
