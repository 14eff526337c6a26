import { describe, expect, test } from 'vitest';
import type { Retry } from '../../src/artifact/types.ts';
import {
  decidePoll,
  decideRetry,
  type Failure,
  isAgain,
  pollTimeLeft,
  readRetryAfter,
  type Withheld,
} from '../../src/run/retry.ts';
import { start } from './journey-run.ts';

const retry: Retry = {
  attempts: 4,
  delayMs: 1000,
  backoff: 'constant',
  maxDelayMs: 30_000,
  jitter: 0,
  on: ['connection', 'timeout', '429', '5xx', 'assertion'],
};
const failure: Failure = { reason: 'refused', status: undefined, unsent: true, retryAfterMs: undefined };

/** Milliseconds until the next attempt; undefined: there is none. */
function delay(
  given: Partial<Retry>,
  failed: Partial<Failure> = {},
  tries = 1,
  safe = true,
): number | Withheld | undefined {
  const again = decideRetry(
    { ...retry, ...given },
    { ...failure, ...failed },
    safe,
    { tries, now: start },
    (_, max) => max,
  );
  return isAgain(again) ? again.at - start : again;
}

describe('whether a step is tried again', () => {
  test('only up to its number of attempts', () => {
    expect([1, 2, 3, 4, 5].map((tries) => delay({}, {}, tries))).toEqual([
      1000,
      1000,
      1000,
      undefined,
      undefined,
    ]);
    expect(delay({ attempts: 1 })).toBeUndefined();
  });

  test('an unsafe one only where it certainly never left', () => {
    expect(delay({}, { unsent: true }, 1, false)).toBe(1000);
    expect(delay({}, { unsent: false }, 1, false)).toEqual({ kind: 'unsafe' });
    // What would not be tried again anyway is not withheld.
    expect(delay({ attempts: 1 }, { unsent: false }, 1, false)).toBeUndefined();
    expect(delay({ on: ['429'] }, { unsent: false }, 1, false)).toBeUndefined();
    expect(delay({}, { unsent: false }, 1, true)).toBe(1000);
  });

  const causes: readonly (readonly [cause: Retry['on'][number], failed: Partial<Failure>])[] = [
    ['connection', { reason: 'reset' }],
    ['timeout', { reason: 'timeout' }],
    ['429', { reason: undefined, status: 429 }],
    ['5xx', { reason: 'value', status: 500 }],
    ['assertion', { reason: 'assertion', status: 200 }],
  ];

  test.each(causes)('on %s, where it is named', (cause, failed) => {
    for (const [other] of causes)
      expect(delay({ on: [other] }, failed)).toBe(other === cause ? 1000 : undefined);
    expect(delay({ on: [] }, failed)).toBeUndefined();
  });

  test.each<Partial<Failure>>([
    { reason: 'refused' },
    { reason: 'tls' },
    { reason: 'dns' },
    { reason: 'cutOff' },
    { reason: 'protocol' },
    { reason: undefined, status: 599 },
    { reason: 'assertion', status: 503 },
  ])('on %j', (failed) => {
    expect(delay({}, failed)).toBe(1000);
  });

  test.each<Partial<Failure>>([
    { reason: 'tooLarge' },
    { reason: 'value', status: 200 },
    { reason: 'unmet', status: 200 },
    { reason: undefined, status: 404 },
    { reason: undefined, status: 600 },
  ])('not on %j', (failed) => {
    expect(delay({}, failed)).toBeUndefined();
  });
});

describe('when', () => {
  test('an exponential delay doubles up to its longest', () => {
    const delays = [1, 2, 3, 4, 5, 6].map((tries) =>
      delay({ attempts: 9, backoff: 'exponential', maxDelayMs: 6000 }, {}, tries),
    );
    expect(delays).toEqual([1000, 2000, 4000, 6000, 6000, 6000]);
    expect(delay({ delayMs: 9000, maxDelayMs: 6000 })).toBe(6000);
  });

  test('jitter draws a part of the delay, and nothing where there is none', () => {
    expect(delay({ jitter: 0.5 })).toBe(500);
    expect(delay({ jitter: 1 })).toBe(0);
    expect(delay({ jitter: 0.0001, delayMs: 10 })).toBe(10);
    expect(delay({ delayMs: 1.4 })).toBe(1);
  });

  test('Retry-After is honoured where it is later', () => {
    expect(delay({}, { retryAfterMs: 5000 })).toBe(5000);
    expect(delay({}, { retryAfterMs: 30_000 })).toBe(30_000);
    expect(delay({}, { retryAfterMs: 10 })).toBe(1000);
  });

  test('one that is longer than the longest delay is not waited for', () => {
    expect(delay({ maxDelayMs: 6000 }, { retryAfterMs: 6001 })).toEqual({
      kind: 'tooLong',
      retryAfterMs: 6001,
      maxDelayMs: 6000,
    });
    expect(delay({ attempts: 1 }, { retryAfterMs: 60_000 })).toBeUndefined();
  });
});

test.each<[header: string | undefined, ms: number | undefined]>([
  [undefined, undefined],
  ['120', 120_000],
  [' 0 ', 0],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['Wed, 25 Nov 2026 10:00:30 GMT', 30_000],
  ['Wed, 25 Nov 2026 09:59:30 GMT', 0],
])('Retry-After: %s', (header, ms) => {
  expect(readRetryAfter(header, start)).toBe(ms);
});

describe('a poll', () => {
  const poll = { everyMs: 1000, timeoutMs: 5000 };
  const look = (looks: number, passedMs: number, attempts?: number) =>
    decidePoll({ ...poll, ...(attempts === undefined ? {} : { attempts }) }, looks, {
      startedAt: start,
      now: start + passedMs,
    });

  test('looks again until its timeout', () => {
    expect(look(1, 0)).toEqual({ at: start + 1000, kind: 'poll' });
    expect(look(4, 3999)).toEqual({ at: start + 4999, kind: 'poll' });
    expect(look(4, 4000)).toBeUndefined();
  });

  test('looks no more often than it may', () => {
    expect(look(1, 0, 2)).toBeDefined();
    expect(look(2, 0, 2)).toBeUndefined();
  });

  test('leaves a look the rest of its time; one that comes late is the last', () => {
    expect(pollTimeLeft(poll, start, start + 1000)).toBe(4000);
    expect(pollTimeLeft(poll, start, start + 5000)).toBeUndefined();
    expect(pollTimeLeft(poll, start, start + 6000)).toBeUndefined();
  });
});
