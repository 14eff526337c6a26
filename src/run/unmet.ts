import type { Step } from '../artifact/types.ts';
import { placeOf } from './assertion.ts';
import type { RunContext } from './context.ts';
import type { Evidence } from './outcome.ts';

/** Of a step that reached its bound: on its line, which one. */
export function unmetEvidence({ artifact }: RunContext, { at }: Step, message: string): Evidence {
  return { assertions: [], error: { reason: 'unmet', message, place: placeOf(artifact, at) }, durationMs: 0 };
}
