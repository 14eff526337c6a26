import { randomInt } from 'node:crypto';
import { monotonicFactory } from 'ulid';

const draws = 2 ** 32;

// Its own source is Web Crypto, a part of Node that nothing else of a start needs.
const createUlid = monotonicFactory(() => randomInt(draws) / draws);

/** `run_` + ULID: within one process every id is greater than the one before, also in one millisecond. */
export function createRunId(now: number): string {
  return `run_${createUlid(now)}`;
}

/** `batch_` + ULID. */
export function createBatchId(now: number): string {
  return `batch_${createUlid(now)}`;
}

/** Crockford's base 32, upper case, of 128 bits: the first digit is at most 7. */
const runId = /^run_[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const batchId = /^batch_[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether a text from outside is a run id; a run id is also a safe folder name. */
export function isRunId(text: string): boolean {
  return runId.test(text);
}

/** Whether a text from outside is a batch id, and so a safe file name. */
export function isBatchId(text: string): boolean {
  return batchId.test(text);
}
