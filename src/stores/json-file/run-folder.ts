import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createDocument, renderDocument } from './documents.ts';
import type { Files } from './files.ts';
import { renderLine, startOf, type Tip } from './journal.ts';
import { writeRunKey } from './keys.ts';
import { type RunPaths, runPaths, runsFolder } from './layout.ts';
import { type RunHeader, readHeader } from './run-header.ts';
import { writeFailed } from './store-error.ts';
import { writeSynced } from './whole-file.ts';

const stagingPrefix = '.new-';

/** A folder that nobody was told of: its run was never acknowledged. */
export function isStaging(name: string): boolean {
  return name.startsWith(stagingPrefix);
}

export interface RunFolder {
  readonly paths: RunPaths;
  readonly tip: Tip;
  /** Bytes of its journal. */
  readonly length: number;
}

/**
 * A run's folder with header, key and first line, durably. It is made under another name and renamed when all
 * of it is synced, so that a folder under a run's id is always whole.
 */
export async function createRunFolder(
  files: Files,
  dataFolder: string,
  header: RunHeader,
  keys: { readonly runner: string; readonly run: string },
  created: string,
): Promise<RunFolder> {
  const runs = runsFolder(dataFolder);
  const staging = join(runs, `${stagingPrefix}${header.id}.${randomBytes(4).toString('hex')}`);
  const folder = join(runs, header.id);
  const start = startOf(renderDocument(header));
  const { hash, bytes } = renderLine(start, 0, created);
  try {
    await files.makeFolder(staging, 0o700);
    const { header: headerPath, key, journal } = runPaths(staging);
    // The documents after it sync the folder, and so its name too.
    await writeSynced(files, journal, bytes, 0o644);
    const document = { read: readHeader, initial: header, mode: 0o444, once: true } as const;
    await createDocument<RunHeader>(files, headerPath, document).write();
    await writeRunKey(files, key, { ...keys, id: header.id });
    await files.rename(staging, folder);
    await files.syncFolder(runs);
  } catch (cause) {
    await files.remove(staging).catch(() => undefined);
    throw writeFailed(folder, cause);
  }
  return { paths: runPaths(folder), tip: { seq: 1, epoch: 0, hash, sealed: false }, length: bytes.length };
}
