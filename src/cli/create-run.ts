import { randomInt } from 'node:crypto';
import type { Dispatch } from '../compile/dispatch.ts';
import { createRunId } from '../stores/ids.ts';
import type { NewRun } from '../stores/store.ts';
import type { Compiled } from './journeys.ts';

export interface NewRunOptions {
  readonly seed?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly cleanup: boolean;
  readonly allowExec?: boolean;
}

/** A run as it is registered: with an id of its own, from now on. */
export function createRun(
  { artifact, text, digest }: Compiled,
  dispatch: Dispatch,
  options: NewRunOptions,
): NewRun {
  const createdAt = Date.now();
  const id = createRunId(createdAt);
  const { secrets, ...values } = dispatch;
  return {
    request: {
      ...values,
      id,
      artifact: digest,
      journey: artifact.name,
      secrets: Object.keys(secrets).sort(),
      seed: seedOf(dispatch, options.seed),
      createdAt,
      ...(options.timeout === undefined ? {} : { deadline: createdAt + options.timeout }),
      ...(options.cleanup ? {} : { noCleanup: true as const }),
      ...(options.allowExec === true ? { allowExec: true as const } : {}),
      firstRun: id,
      generations: {},
    },
    artifact: text,
    kept: [],
    secrets,
  };
}

/** Rows with one seed would all draw the same: each has the seed with its index behind it. */
function seedOf({ row }: Dispatch, seed: string | undefined): string {
  if (seed === undefined) return randomSeed();
  return row === undefined ? seed : `${seed}:${row.index}`;
}

/** 48 bits, in hex. Node draws such integers from random bytes that it has in store: a data file has many rows. */
function randomSeed(): string {
  const bits = randomInt(2 ** 48 - 1).toString(16);
  return bits.padStart(12, '0');
}
