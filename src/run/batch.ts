import type { Instant } from './outcome.ts';
import type { RunState } from './record.ts';
import type { RunRequest } from './request.ts';

/** The runs of one command on a runner: of the rows of a data file, of several journeys or cases. */
export interface Batch {
  readonly id: string;
  readonly createdAt: Instant;
  readonly environment: string;
  /** Names of the journeys, each once. */
  readonly journeys: readonly string[];
  /** The data file that gives the rows. */
  readonly file?: string;
  /** How many runs its command is to register; unknown only where the batch's own file was lost. */
  readonly total?: number;
}

/** Everything known about a batch. Of each place the newest run counts. */
export interface BatchRecord {
  readonly batch: Batch;
  /** Places that have a run. */
  readonly registered: number;
  readonly states: StateCounts;
  /** A person asked for its end: what its command did not register yet is not taken any more. */
  readonly canceled: boolean;
  /** When the last of its runs ended, where all of them have. */
  readonly finishedAt?: Instant;
  /** Its file cannot be read; what is said of it is what its runs know. */
  readonly damaged?: string;
}

/** A batch as a runner tells it. */
export interface ShownBatch extends BatchRecord {
  /** Its command is still registering runs. */
  readonly making: boolean;
}

export type StateCounts = { readonly [state in RunState]: number };

/** Whether a run takes the place of another one of its batch: clocks of clients and of a runner may differ. */
export function isNewer(request: RunRequest, other: RunRequest): boolean {
  if (request.id === other.id) return false;
  const isRetry = request.retryOf !== undefined;
  if (isRetry !== (other.retryOf !== undefined)) return isRetry;
  if (request.createdAt !== other.createdAt) return request.createdAt > other.createdAt;
  return request.id > other.id;
}

export function countStates(states: Iterable<RunState>): StateCounts {
  const counts = { queued: 0, running: 0, waiting: 0, interrupted: 0, passed: 0, failed: 0, canceled: 0 };
  for (const state of states) counts[state] += 1;
  return counts;
}

/** Whether every run that its command meant to register is there. */
export function isComplete({ batch, registered }: BatchRecord): boolean {
  return batch.total !== undefined && registered >= batch.total;
}

/** How many of its runs may still go on by themselves. */
export function countOpen({ states }: Pick<BatchRecord, 'states'>): number {
  return states.queued + states.running + states.waiting;
}

/**
 * What a batch comes to: open as long as one of its runs is, else as bad as the worst of them. What its command
 * never registered counts as failed.
 */
export function stateOfBatch(record: ShownBatch): RunState {
  const { states, registered, making } = record;
  if (states.running > 0 || (states.queued > 0 && states.queued < registered)) return 'running';
  const worstFirst = ['queued', 'waiting', 'interrupted', 'failed', 'canceled'] as const;
  const worst = worstFirst.find((state) => states[state] > 0);
  if (worst !== undefined) return worst;
  if (isComplete(record)) return 'passed';
  return making ? 'queued' : 'failed';
}
