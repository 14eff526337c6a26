import type { Poll, Retry } from '../artifact/types.ts';
import { parseHttpDate } from './http-date.ts';
import type { Instant, Reason } from './outcome.ts';

/** How the attempts of a step stand, before another one is decided. */
export interface Tally {
  /** Sendings since the last look of a poll that was answered, this one included. */
  readonly tries: number;
  readonly now: Instant;
}

export type Again = { readonly at: Instant; readonly kind: 'retry' | 'poll' };

/** It would be tried again, but for this. */
export type Withheld =
  | { readonly kind: 'unsafe' }
  | { readonly kind: 'tooLong'; readonly retryAfterMs: number; readonly maxDelayMs: number };

/** What the last sending came to, as `retry.on` names it. */
export interface Failure {
  readonly reason: Reason | undefined;
  readonly status: number | undefined;
  /** It certainly never left. */
  readonly unsent: boolean;
  /** Milliseconds that `Retry-After` asks for. */
  readonly retryAfterMs: number | undefined;
}

/**
 * Whether and when a failed step is tried again. A server that wants more time than `maxDelay` gives is not asked
 * before: that would be in vain, and to wait for as long as it likes could be for ever.
 */
export function decideRetry(
  retry: Retry,
  failure: Failure,
  safe: boolean,
  tally: Tally,
  random: (min: number, max: number) => number,
): Again | Withheld | undefined {
  if (tally.tries >= retry.attempts) return undefined;
  if (!retry.on.some((cause) => isCause(cause, failure))) return undefined;
  if (!safe && !failure.unsent) return { kind: 'unsafe' };
  const { retryAfterMs = 0 } = failure;
  const { maxDelayMs } = retry;
  if (retryAfterMs > maxDelayMs) return { kind: 'tooLong', retryAfterMs, maxDelayMs };
  const delayMs = Math.max(retryDelayMs(retry, tally.tries, random), retryAfterMs);
  return { at: tally.now + delayMs, kind: 'retry' };
}

export function isAgain(decided: Again | Withheld | undefined): decided is Again {
  return decided !== undefined && 'at' in decided;
}

function isCause(cause: Retry['on'][number], { reason, status }: Failure): boolean {
  switch (cause) {
    case 'connection':
      return (
        reason !== undefined && ['refused', 'reset', 'tls', 'dns', 'cutOff', 'protocol'].includes(reason)
      );
    case 'timeout':
      return reason === 'timeout';
    case '429':
      return status === 429;
    case '5xx':
      return status !== undefined && status >= 500 && status <= 599;
    case 'assertion':
      return reason === 'assertion';
  }
}

function retryDelayMs(retry: Retry, tries: number, random: (min: number, max: number) => number): number {
  const grown = retry.backoff === 'exponential' ? retry.delayMs * 2 ** (tries - 1) : retry.delayMs;
  const delayMs = Math.min(grown, retry.maxDelayMs);
  const drawn = Math.round(delayMs * retry.jitter);
  return Math.round(delayMs) - (drawn > 0 ? random(0, drawn) : 0);
}

/** When a poll looks again, or undefined where it has reached its bound. */
export function decidePoll(
  poll: Poll,
  looks: number,
  { startedAt, now }: { readonly startedAt: Instant; readonly now: Instant },
): Again | undefined {
  if (poll.attempts !== undefined && looks >= poll.attempts) return undefined;
  const at = now + poll.everyMs;
  return isPastPoll(poll, startedAt, at) ? undefined : { at, kind: 'poll' };
}

export function isPastPoll(poll: Poll, startedAt: Instant, at: Instant): boolean {
  return at - startedAt >= poll.timeoutMs;
}

/** Milliseconds that a poll's timeout leaves; undefined for a look that came late, which is the last. */
export function pollTimeLeft(poll: Poll, startedAt: Instant, now: Instant): number | undefined {
  const leftMs = startedAt + poll.timeoutMs - now;
  return leftMs > 0 ? leftMs : undefined;
}

/** Milliseconds of a `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3). */
export function readRetryAfter(header: string | undefined, now: Instant): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = parseHttpDate(header.trim(), now);
  return at === undefined ? undefined : Math.max(0, at - now);
}
