import type { CloudBackend } from '../../backends/cloud.ts';
import { loadProject } from '../../project/project.ts';
import type { Batch as ReportedRows } from '../../reporters/batch.ts';
import { batchEntry } from '../../reporters/json-batch.ts';
import type { ShownBatch } from '../../run/batch.ts';
import { findTarget, type Target } from '../find-target.ts';
import { type Following, followKept, runsOfBatch } from '../follow-kept.ts';
import type { Io } from '../io.ts';
import { createReporters, type ReportOptions } from '../reporters.ts';
import { requireKept } from '../runner-connection.ts';

export interface WaitOptions extends ReportOptions {
  readonly runner?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Runs of a batch that are followed at the same time. */
export const lanesOfBatch = 10;

/** Follows runs to their ends, and gives the code of the worst. */
export async function waitCommand(names: readonly string[], options: WaitOptions, io: Io): Promise<number> {
  const backend = await requireKept(loadProject(io.cwd), options, io);
  const targets: Target[] = [];
  for (const name of names) targets.push(await findTarget(backend, name, io));
  const batch = await onlyBatch(backend, targets);
  const reporters = await createReporters(options, io, reportedBatch(batch));
  const runs: Following['runs'] = async function* (signal, tally) {
    for (const target of targets) {
      if (target.kind === 'run') yield { record: target.run.record };
      else yield* runsOfBatch(backend, target.id, io, signal, tally);
    }
  };
  const named = targets.map(idOf);
  const limit = targets.some(({ kind }) => kind === 'batch') ? lanesOfBatch : 1;
  return followKept({ backend, reporters, named, limit, timeout: options.timeout, io, runs });
}

function idOf(target: Target): string {
  return target.kind === 'batch' ? target.id : target.run.record.request.id;
}

async function onlyBatch(
  { batches }: CloudBackend,
  targets: readonly Target[],
): Promise<ShownBatch | undefined> {
  const shown: ShownBatch[] = [];
  // Whether there is such a batch is to be known before anything is followed.
  for (const target of targets) if (target.kind === 'batch') shown.push(await batches.get(target.id, []));
  return targets.length === 1 ? shown[0] : undefined;
}

/** What reporters are told of a batch whose runs are followed; `count`: where it is not all of them. */
export function reportedBatch(
  shown: ShownBatch | undefined,
  count?: number,
): { readonly batch?: ReportedRows; readonly kept?: () => ReturnType<typeof batchEntry> } {
  if (shown === undefined) return {};
  const { batch, registered } = shown;
  const { id, file, journeys, createdAt } = batch;
  const kept = (): ReturnType<typeof batchEntry> => batchEntry(batch, registered);
  if (file === undefined) return { kept };
  const all = count === undefined ? { createdAt } : {};
  return { kept, batch: { id, file, journeys, total: count ?? batch.total ?? registered, ...all } };
}
