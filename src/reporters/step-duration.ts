import type { StepRecord } from '../run/record.ts';
import { durationOf, isContainer, lastTry } from './step.ts';

/** Of these only the end is on record. */
const waiting: ReadonlySet<StepRecord['kind']> = new Set(['wait', 'waitFor', 'manual']);

/**
 * Tells how long each step of a run took, in milliseconds: one with steps inside from the first of them to its own end.
 * Undefined where nothing tells.
 */
export function createStepDurations(steps: readonly StepRecord[]): (step: StepRecord) => number | undefined {
  const begun = new Map<string, number>();
  for (const { key, state, attempts } of steps) {
    const [first] = attempts;
    // What a retry kept was done by another run.
    if (first === undefined || state === 'reused') continue;
    for (const around of keysAround(key)) {
      begun.set(around, Math.min(first.startedAt, begun.get(around) ?? Number.POSITIVE_INFINITY));
    }
  }
  return (step) => {
    if (waiting.has(step.kind)) return undefined;
    if (!isContainer(step)) return durationOf(step);
    const from = begun.get(step.key);
    const to = lastTry(step)?.outcome?.at;
    return from === undefined || to === undefined ? undefined : Math.max(0, to - from);
  };
}

/** `each[1]/order/pay` → `each`, `each[1]`, `each[1]/order`. */
function keysAround(key: string): readonly string[] {
  return [...key.matchAll(/[/[]/g)].map(({ index }) => key.slice(0, index));
}
