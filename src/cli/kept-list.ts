import type { CloudBackend } from '../backends/cloud.ts';
import { listDocument, renderDocument } from '../reporters/json.ts';
import { batchListEntry } from '../reporters/json-batch.ts';
import { type Listed, renderRunList } from '../reporters/run-list.ts';
import type { Io } from './io.ts';

export type Kept = Listed;

const context = { backend: 'cloud' } as const;

/** What a runner keeps, newest first: a batch stands for its runs. With `batch`: its runs. */
export async function readKept(backend: CloudBackend | undefined, batch?: string): Promise<readonly Kept[]> {
  if (backend === undefined) return [];
  const runs = (await backend.list(batch ?? 'none')).map(({ record }): Kept => ({ kind: 'run', record }));
  if (batch !== undefined) return runs;
  const batches = (await backend.batches.list()).map((one): Kept => ({ kind: 'batch', batch: one }));
  return [...runs, ...batches].sort((a, b) => createdAt(b) - createdAt(a));
}

export function createdAt(kept: Kept): number {
  return kept.kind === 'run' ? kept.record.request.createdAt : kept.batch.batch.createdAt;
}

export function showKept(kept: readonly Kept[], options: { readonly json?: boolean }, io: Io): void {
  if (options.json === true) {
    const runs = kept.flatMap((one) => (one.kind === 'run' ? [{ context, record: one.record }] : []));
    const batches = kept.flatMap((one) => (one.kind === 'batch' ? [batchListEntry(one.batch)] : []));
    io.stdout.write(renderDocument(listDocument(runs, 0, { batches })));
    return;
  }
  if (kept.length === 0) io.stderr.write('no run to show; reqflo run JOURNEY --cloud keeps one\n');
  io.stdout.write(renderRunList(kept, Date.now(), io.stdout));
}
