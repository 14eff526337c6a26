import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Files } from './files.ts';
import { errnoOf, writeFailed } from './store-error.ts';

/** A new file with its bytes synced; its name is not. Where that fails, no file is left. */
export async function writeSynced(
  files: Files,
  path: string,
  bytes: Uint8Array,
  mode: number,
): Promise<void> {
  const file = await files.open(path, 'wx', mode);
  try {
    let written = 0;
    while (written < bytes.length) {
      const count = await file.write(bytes.subarray(written), written);
      if (count === 0) throw new Error('a write wrote nothing');
      written += count;
    }
    await file.datasync();
  } catch (error) {
    await file.close();
    await files.remove(path).catch(() => undefined);
    throw error;
  }
  await file.close();
}

/** The bytes under a name of their own beside `path`: what becomes a whole file by a new name. */
async function writeBeside(files: Files, path: string, bytes: Uint8Array, mode: number): Promise<string> {
  const name = `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  const temporary = join(dirname(path), name);
  await writeSynced(files, temporary, bytes, mode);
  return temporary;
}

/** Writes a file, durably, in the place of the one that may be there. */
export async function replaceFile(
  files: Files,
  path: string,
  bytes: Uint8Array,
  mode: number,
): Promise<void> {
  try {
    const temporary = await writeBeside(files, path, bytes, mode);
    await files.rename(temporary, path);
    await files.syncFolder(dirname(path));
  } catch (cause) {
    throw writeFailed(path, cause);
  }
}

/** Writes a file once, durably. Of several writers one gets `written`, and its file is never replaced. */
export async function createFile(
  files: Files,
  path: string,
  bytes: Uint8Array,
  mode: number,
): Promise<'written' | 'exists'> {
  try {
    const temporary = await writeBeside(files, path, bytes, mode);
    const result = await linkOnce(files, temporary, path);
    await files.remove(temporary);
    // Also where it exists: whoever made it may have died before its own sync.
    await files.syncFolder(dirname(path));
    return result;
  } catch (cause) {
    throw writeFailed(path, cause);
  }
}

async function linkOnce(files: Files, from: string, to: string): Promise<'written' | 'exists'> {
  try {
    await files.link(from, to);
    return 'written';
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return 'exists';
    await files.remove(from).catch(() => undefined);
    throw error;
  }
}

/** A folder, with those above it that are missing, durably. Only its owner may look into it. */
export async function makeFolder(files: Files, path: string): Promise<void> {
  const topmost = await files.makeFolder(path, 0o700);
  if (topmost === undefined) return;
  for (let folder = path; folder.length >= topmost.length; folder = dirname(folder)) {
    await files.syncFolder(dirname(folder));
  }
}

/** What is in a file, or undefined where there is none. */
export async function readIfThere(files: Files, path: string): Promise<Buffer | undefined> {
  try {
    return await files.read(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Removes what a writer that died left behind. */
export async function removeTemporary(files: Files, folder: string): Promise<void> {
  for (const name of await files.list(folder)) {
    if (name.startsWith('.') && name.endsWith('.tmp')) await files.remove(join(folder, name));
  }
}
