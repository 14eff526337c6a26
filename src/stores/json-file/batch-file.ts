import { join } from 'node:path';
import type { Low } from 'lowdb';
import type { Batch } from '../../run/batch.ts';
import { readBatch } from '../batch.ts';
import { createDocument } from './documents.ts';
import type { Files } from './files.ts';
import { batchesFolder } from './layout.ts';

/** `batches/<id>.json`: what a batch is of. Its runs say themselves that they belong to it. */
export interface BatchFile {
  readonly format: 'reqflo-batch/1';
  readonly batch: Batch;
  /** A person asked for its end. */
  readonly canceled?: true;
}

export function openBatchFile(files: Files, folder: string, initial: BatchFile): Low<BatchFile> {
  const path = join(batchesFolder(folder), `${initial.batch.id}.json`);
  return createDocument(files, path, {
    read: (content) => readBatchFile(content, initial.batch.id),
    initial,
    mode: 0o644,
  });
}

function readBatchFile(content: unknown, id: string): BatchFile | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { format, batch, canceled } = content as { readonly [name: string]: unknown };
  const known = readBatch(batch);
  if (format !== 'reqflo-batch/1' || known?.id !== id) return undefined;
  return { format, batch: known, ...(canceled === true ? { canceled } : {}) };
}
