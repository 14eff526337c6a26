import { join } from 'node:path';
import { createDocument } from '../stores/json-file/documents.ts';
import { diskFiles } from '../stores/json-file/files.ts';
import { identifyProcess, isDead, type ProcessIdentity } from '../stores/json-file/process-identity.ts';

/** A worker process as `workers.json` knows it; the name is the one in the record of a run. */
interface RegisteredWorker extends ProcessIdentity {
  readonly name: string;
}

function documentIn(dir: string): ReturnType<typeof createDocument<readonly RegisteredWorker[]>> {
  return createDocument<readonly RegisteredWorker[]>(diskFiles, join(dir, 'workers.json'), {
    read: (content) => (Array.isArray(content) ? (content as RegisteredWorker[]) : undefined),
    initial: [],
    mode: 0o600,
  });
}

/** Writes down which processes are workers, before they are given a run. */
export async function registerWorkers(
  dir: string,
  workers: readonly { readonly name: string; readonly pid: number }[],
): Promise<void> {
  const document = documentIn(dir);
  document.data = await Promise.all(
    workers.map(async ({ name, pid }) => ({ name, ...(await identifyProcess(pid)) })),
  );
  await document.write();
}

/** Kills workers that outlived the runner before this one, and waits until they are gone. */
export async function killSurvivors(dir: string): Promise<number> {
  const document = documentIn(dir);
  await document.read();
  let killed = 0;
  for (const worker of document.data) {
    if (await isDead(worker)) continue;
    kill(worker.pid);
    killed += 1;
    while (!(await isDead(worker))) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return killed;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone between the two looks.
  }
}
