import { join } from 'node:path';
import { createDocument, readDocument } from './documents.ts';
import type { Files } from './files.ts';
import { StoreError } from './store-error.ts';
import { createKey, open, seal } from './vault.ts';
import { createFile, readIfThere } from './whole-file.ts';

/** A run's key beside its journal: wrapped by the runner's, and outside the chain, so that it can be deleted. */
interface KeyFile {
  readonly format: 'reqflo-key/1';
  readonly wrapped: string;
}

const keyText = /^[A-Za-z0-9+/]{43}=$/;

/** The runner's key; made where there is none. */
export async function openRunnerKey(files: Files, folder: string): Promise<string> {
  const path = join(folder, 'runner.key');
  const known = await readIfThere(files, path);
  if (known === undefined) {
    const key = createKey();
    await createFile(files, path, Buffer.from(`${key}\n`), 0o600);
    return key;
  }
  const key = known.toString('latin1').trim();
  if (!keyText.test(key)) {
    throw new StoreError('damaged-document', path, 'is not a key', { fix: 'restore it from a backup' });
  }
  return key;
}

export async function writeRunKey(
  files: Files,
  path: string,
  keys: { readonly runner: string; readonly run: string; readonly id: string },
): Promise<void> {
  const initial: KeyFile = {
    format: 'reqflo-key/1',
    wrapped: seal(keys.runner, purposeOf(keys.id), keys.run),
  };
  await createDocument(files, path, { read: readKeyFile, initial, mode: 0o600, once: true }).write();
}

/** At once, so that an append that needs it keeps its place in the queue. */
export function readRunKeyNow(files: Files, path: string, runnerKey: string, id: string): string {
  let bytes: Buffer;
  try {
    bytes = files.readNow(path);
  } catch (cause) {
    throw new StoreError('key-missing', path, `the key of ${id} is not there`, {
      fix: 'what it sealed cannot be read any more: run it again from the start',
      cause,
    });
  }
  const key = open(runnerKey, purposeOf(id), readDocument(path, bytes, readKeyFile).wrapped);
  if (typeof key !== 'string') throw new StoreError('damaged-document', path, 'does not hold a key');
  return key;
}

function purposeOf(id: string): string {
  return `run-key ${id}`;
}

function readKeyFile(content: unknown): KeyFile | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { format, wrapped } = content as { readonly [name: string]: unknown };
  if (format !== 'reqflo-key/1' || typeof wrapped !== 'string') return undefined;
  return { format, wrapped };
}
