import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createDocument } from '../stores/json-file/documents.ts';
import { diskFiles } from '../stores/json-file/files.ts';

/** Where a project's embedded runner is to be reached. Trusted only after an authenticated answer. */
export interface Registration {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  readonly version: string;
  readonly protocol: number;
}

function pathIn(dir: string): string {
  return join(dir, 'runner.json');
}

function readRegistrationContent(content: unknown): Registration | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { url, token, pid, version, protocol } = content as Partial<Registration>;
  if (typeof url !== 'string' || typeof token !== 'string' || typeof version !== 'string') return undefined;
  if (typeof pid !== 'number' || typeof protocol !== 'number') return undefined;
  return { url, token, pid, version, protocol };
}

export async function writeRegistration(dir: string, registration: Registration): Promise<void> {
  const document = createDocument<Registration>(diskFiles, pathIn(dir), {
    read: readRegistrationContent,
    initial: registration,
    mode: 0o600,
  });
  await document.write();
}

/** The registration, or undefined where there is none that can be read: then no runner is there. */
export async function readRegistration(dir: string): Promise<Registration | undefined> {
  try {
    return readRegistrationContent(JSON.parse(await readFile(pathIn(dir), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function removeRegistration(dir: string): Promise<void> {
  await rm(pathIn(dir), { force: true });
}
