import type { Batch, BatchRecord } from '../run/batch.ts';
import type { RunRequest } from '../run/request.ts';
import type { StoredRun } from './store.ts';

/** `noBatch`: it is not known here, or has no such place. `batchCanceled`: it takes no more runs. */
export type BatchRefusal = 'noBatch' | 'batchCanceled';

/** The batches of one runner. Everything is durable before it resolves. */
export interface BatchStore {
  /** The same id with the same content is the same batch. */
  create(batch: Batch): Promise<'created' | 'exists' | 'conflict'>;
  get(id: string): BatchRecord | undefined;
  /** Newest first. */
  list(): readonly BatchRecord[];
  /** Why a first run is not taken at its place. Costs the same however many runs there are. */
  refusal(at: NonNullable<RunRequest['batch']>): BatchRefusal | undefined;
  /** The newest run of each place, by place; those that have ended without their evidence. */
  runs(id: string): readonly StoredRun[];
  /** Takes no more first runs from now on. */
  cancel(id: string): Promise<void>;
}

/** A batch from outside; undefined for anything else. */
export function readBatch(content: unknown): Batch | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { id, createdAt, environment, journeys, file, total } = content as {
    readonly [name: string]: unknown;
  };
  if (typeof id !== 'string' || typeof createdAt !== 'number' || typeof environment !== 'string') return;
  if (!Array.isArray(journeys) || journeys.some((name) => typeof name !== 'string')) return;
  if (file !== undefined && typeof file !== 'string') return;
  if (!isCount(total)) return;
  return { id, createdAt, environment, journeys, ...(file === undefined ? {} : { file }), total };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
