import type { CloudBackend } from '../backends/cloud.ts';
import { type Batch, isComplete, type ShownBatch } from '../run/batch.ts';
import type { RunState } from '../run/record.ts';
import { createBatchId } from '../stores/ids.ts';
import type { Compiled } from './journeys.ts';
import type { RunPlan } from './run-plan.ts';

export const everyState: readonly RunState[] = [
  'queued',
  'running',
  'waiting',
  'interrupted',
  'passed',
  'failed',
  'canceled',
];

/** The batch that a plan is on a runner: of a data file, or of several runs; undefined for a single run. */
export async function planBatch(plan: RunPlan, selected: readonly Compiled[]): Promise<Batch | undefined> {
  if (plan.file === undefined && plan.total < 2) return undefined;
  const createdAt = Date.now();
  return {
    id: createBatchId(createdAt),
    createdAt,
    environment: await environmentOf(plan),
    journeys: [...new Set(selected.map(({ artifact }) => artifact.name))],
    ...(plan.file === undefined ? {} : { file: plan.file }),
    total: plan.total,
  };
}

/** That of all runs: a command has one. */
async function environmentOf(plan: RunPlan): Promise<string> {
  for await (const { run } of plan.runs()) return run.request.environment.name;
  return '';
}

/** A batch whose runs are being registered. */
export interface OpenBatch {
  readonly batch: Batch;
  /** How many of its runs are registered. */
  registered: number;
  /** Nothing more is registered. */
  end(): void;
}

/** Registers a batch, before the first of its runs. */
export async function openBatch(backend: CloudBackend, batch: Batch): Promise<OpenBatch> {
  await backend.batches.create(batch);
  const making = new AbortController();
  backend.batches.making(batch.id, making.signal);
  return { batch, registered: 0, end: () => making.abort() };
}

/** Runs that will never be: a batch without them has not been carried out. */
export function exitCodeOfMissing(batch: ShownBatch): number {
  return isComplete(batch) || batch.making ? 0 : 3;
}
