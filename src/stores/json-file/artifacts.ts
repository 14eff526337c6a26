import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Files } from './files.ts';
import { artifactsFolder } from './layout.ts';
import { StoreError } from './store-error.ts';
import { readIfThere, replaceFile } from './whole-file.ts';

/** Artifacts by the SHA-256 of their bytes. */
export async function keepArtifact(
  files: Files,
  folder: string,
  digest: string,
  text: string,
): Promise<void> {
  const bytes = Buffer.from(text);
  if (digestOf(bytes) !== digest) {
    throw new StoreError('bad-artifact', digest, 'the artifact has another digest than the run says', {
      fix: 'compile it again',
    });
  }
  const path = pathOf(folder, digest);
  const known = await readIfThere(files, path);
  if (known?.equals(bytes)) {
    // Whoever wrote it may have died before its own sync.
    await files.syncFolder(artifactsFolder(folder));
  } else {
    await replaceFile(files, path, bytes, 0o444);
  }
}

/** Undefined where it was never kept. Throws a StoreError `damaged-artifact` where its bytes have changed. */
export async function readKeptArtifact(
  files: Files,
  folder: string,
  digest: string,
): Promise<string | undefined> {
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  const path = pathOf(folder, digest);
  const bytes = await readIfThere(files, path);
  if (bytes === undefined) return undefined;
  if (digestOf(bytes) !== digest) {
    throw new StoreError('damaged-artifact', path, 'its bytes do not give its name', {
      fix: 'compile the same sources again, and dispatch any run of them: that puts it back',
    });
  }
  return bytes.toString('utf8');
}

function pathOf(folder: string, digest: string): string {
  return join(artifactsFolder(folder), `${digest}.json`);
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
