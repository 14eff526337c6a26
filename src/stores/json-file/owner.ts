import { join } from 'node:path';
import { readDocument, renderDocument } from './documents.ts';
import type { Files } from './files.ts';
import { identifyProcess, isDead, type ProcessIdentity } from './process-identity.ts';
import { StoreError } from './store-error.ts';
import { createFile, readIfThere, replaceFile } from './whole-file.ts';

/** What an `owner.<n>` says: who owns the folder, or that its owner has left it. */
type Owner = ProcessIdentity | { readonly released: true };

export interface Ownership {
  /** The number of its file: every later owner has a higher one. */
  readonly term: number;
  release(): Promise<void>;
}

const ownerFile = /^owner\.([1-9]\d{0,8})$/;

/**
 * Makes this process the one writer of a folder. The highest `owner.<n>` owns it; a dead one is followed by
 * linking `owner.<n+1>`, which only one of several can do. The highest is never unlinked. Throws a StoreError
 * `folder-owned` where its owner lives, or may live: on another host, or in another pid namespace.
 */
export async function takeOwnership(files: Files, folder: string): Promise<Ownership> {
  const self = await identifyProcess();
  for (;;) {
    const last = await highestTerm(files, folder);
    if (last > 0) await refuseLiving(files, pathOf(folder, last));
    const term = last + 1;
    const path = pathOf(folder, term);
    if ((await createFile(files, path, renderDocument(self), 0o600)) === 'exists') continue;
    // Whoever looked long ago may have taken a number that was used, and swept away, since.
    if ((await highestTerm(files, folder)) !== term) {
      await files.remove(path);
      continue;
    }
    await removeEarlier(files, folder, term);
    return {
      term,
      release: () => replaceFile(files, path, renderDocument({ released: true }), 0o600),
    };
  }
}

function pathOf(folder: string, term: number): string {
  return join(folder, `owner.${term}`);
}

async function terms(files: Files, folder: string): Promise<readonly number[]> {
  const names = await files.list(folder);
  return names.flatMap((name) => {
    const [, term] = ownerFile.exec(name) ?? [];
    return term === undefined ? [] : [Number(term)];
  });
}

async function highestTerm(files: Files, folder: string): Promise<number> {
  return Math.max(0, ...(await terms(files, folder)));
}

async function removeEarlier(files: Files, folder: string, term: number): Promise<void> {
  const earlier = (await terms(files, folder)).filter((other) => other < term);
  for (const other of earlier.sort((a, b) => a - b)) await files.remove(pathOf(folder, other));
}

async function refuseLiving(files: Files, path: string): Promise<void> {
  const bytes = await readIfThere(files, path);
  // Swept away by a later owner, which the next look finds.
  if (bytes === undefined) return;
  const owner = readDocument(path, bytes, readOwner);
  if ('released' in owner || (await isDead(owner))) return;
  const self = owner.pid === process.pid ? ' (this process)' : '';
  throw new StoreError(
    'folder-owned',
    path,
    `the folder belongs to process ${owner.pid}${self} on ${owner.host}`,
    { fix: 'stop that runner; if it is certainly gone (another host, a container), remove the file' },
  );
}

function readOwner(content: unknown): Owner | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  if ('released' in content) return { released: true };
  const { pid, host, startedAt, bootId, pidNamespace } = content as { readonly [name: string]: unknown };
  if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
  return {
    pid,
    host,
    ...(typeof startedAt === 'string' ? { startedAt } : {}),
    ...(typeof bootId === 'string' ? { bootId } : {}),
    ...(typeof pidNamespace === 'string' ? { pidNamespace } : {}),
  };
}
