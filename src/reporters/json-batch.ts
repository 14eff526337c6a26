import { type Batch, type ShownBatch, type StateCounts, stateOfBatch } from '../run/batch.ts';
import type { RunState } from '../run/record.ts';

/** The batch that the runs of a document belong to. */
export interface BatchEntry {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly environment: string;
  readonly journeys: readonly string[];
  readonly file: string | null;
  /** How many runs it is to have. */
  readonly total: number | null;
  /** How many of them were registered. */
  readonly registered: number;
}

/** A batch in a list: with what it comes to, the newest run of each row counted. */
export interface BatchListEntry extends BatchEntry {
  readonly state: RunState;
  readonly states: StateCounts;
  readonly durationMs: number | null;
}

export function batchEntry(batch: Batch, registered: number): BatchEntry {
  return {
    id: batch.id,
    createdAt: new Date(batch.createdAt).toISOString(),
    environment: batch.environment,
    journeys: batch.journeys,
    file: batch.file ?? null,
    total: batch.total ?? null,
    registered,
  };
}

export function batchListEntry(record: ShownBatch): BatchListEntry {
  const { batch, registered, states, finishedAt } = record;
  const durationMs = finishedAt === undefined ? null : Math.max(0, finishedAt - batch.createdAt);
  return { ...batchEntry(batch, registered), state: stateOfBatch(record), states, durationMs };
}
