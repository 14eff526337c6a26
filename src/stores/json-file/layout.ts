import { join } from 'node:path';
import type { Files } from './files.ts';
import { StoreError } from './store-error.ts';
import { createFile, makeFolder, readIfThere } from './whole-file.ts';

const format = 'reqflo-store/1';

/** Where the files of one run lie. */
export interface RunPaths {
  readonly folder: string;
  /** Immutable; its bytes are where the journal's chain begins. */
  readonly header: string;
  /** The truth. */
  readonly journal: string;
  readonly key: string;
  /** The readable fold of a finished run. */
  readonly record: string;
  readonly retriedBy: string;
}

export function runsFolder(folder: string): string {
  return join(folder, 'runs');
}

export function batchesFolder(folder: string): string {
  return join(folder, 'batches');
}

export function artifactsFolder(folder: string): string {
  return join(folder, 'artifacts');
}

export function runPaths(folder: string): RunPaths {
  return {
    folder,
    header: join(folder, 'run.json'),
    journal: join(folder, 'journal.jsonl'),
    key: join(folder, 'key.json'),
    record: join(folder, 'record.json'),
    retriedBy: join(folder, 'retried-by.json'),
  };
}

/** A data folder of this format, made where there is none. One of another format is left as it is. */
export async function openLayout(files: Files, folder: string): Promise<void> {
  await makeFolder(files, folder);
  const path = join(folder, 'FORMAT');
  const found = await readIfThere(files, path);
  if (found === undefined) await createFile(files, path, Buffer.from(`${format}\n`), 0o644);
  else if (found.toString('utf8').trim() !== format) {
    throw new StoreError(
      'format-unknown',
      path,
      `this version reads ${format}, not ${found.toString().trim()}`,
      {
        fix: 'use the version of reqflo that wrote this folder, or a newer one',
      },
    );
  }
  await makeFolder(files, runsFolder(folder));
  await makeFolder(files, artifactsFolder(folder));
  await makeFolder(files, batchesFolder(folder));
}
