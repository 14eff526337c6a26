import type { Evidence } from '../run/outcome.ts';
import type { StepRecord } from '../run/record.ts';
import type { RequestLine } from './step.ts';
import { visibleLine } from './text.ts';

/** `callback paid`, `a person`; undefined where a step waits for nobody. */
export function awaitedOf({ awaits }: StepRecord): string | undefined {
  if (awaits === undefined) return undefined;
  return awaits.kind === 'person' ? 'a person' : `callback ${awaits.name}`;
}

export function sayAwaited(step: StepRecord): string | undefined {
  const awaited = awaitedOf(step);
  return awaited && `waiting for ${awaited}`;
}

/** What came to a step that waited for somebody: `callback paid`, `approved by ada: looks good`. */
export function awaitedTarget({ kind, attempts }: StepRecord): RequestLine | string | undefined {
  const { decision, call } = attempts.at(-1)?.evidence ?? {};
  if (decision !== undefined) return sayDecision(decision);
  if (call !== undefined) return { method: 'callback', path: visibleLine(call.url.replace(/^.*\//, '')) };
  if (kind === 'waitFor') return 'not called back';
  return kind === 'manual' ? 'not decided' : undefined;
}

function sayDecision({ decision, by, note }: NonNullable<Evidence['decision']>): string {
  return visibleLine(note === '' ? `${decision} by ${by}` : `${decision} by ${by}: ${note}`);
}
