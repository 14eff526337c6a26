import type { Retry } from '../artifact/types.ts';
import type { ParsedRetry } from '../journey/step.ts';
import { compileCondition } from './assertion.ts';
import type { Compiling } from './compiling.ts';
import type { Position } from './position.ts';

/** With what holds where it says nothing. */
export function compileRetry(compiling: Compiling, position: Position, parsed: ParsedRetry): Retry {
  const when = parsed.when && compileCondition(compiling, position, parsed.when, 'when');
  const on = parsed.on?.items.map(({ value }) => value);
  return {
    attempts: parsed.attempts?.value ?? 3,
    delayMs: parsed.delay?.value ?? 1000,
    backoff: parsed.backoff?.value ?? 'constant',
    maxDelayMs: parsed.maxDelay?.value ?? 30_000,
    jitter: parsed.jitter?.value ?? 0,
    on: on ?? ['connection', 'timeout', '429', '5xx'],
    ...(when === undefined ? {} : { when }),
  };
}
