import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJsonFileStore } from '../../src/stores/json-file/store.ts';
import type { Log } from '../../src/stores/log.ts';
import type { NewRun, RunStore } from '../../src/stores/store.ts';
import type { DurableRun } from './durable-run.ts';

/** A sweep makes thousands of synced files: a file system in memory saves the disk, and a minute. */
const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

function openStore(dir: string): Promise<RunStore> {
  return openJsonFileStore({
    dir,
    now: Date.now,
    onFatal: (error) => {
      throw error;
    },
  });
}

/** A run in a folder of its own, whose store is closed and opened again at every restart. */
export async function openJsonFileRun(run: NewRun): Promise<DurableRun> {
  const { id } = run.request;
  const dir = await mkdtemp(join(root, 'reqflo-run-'));
  const folder = join(dir, 'runs', id);
  let store = await openStore(dir);
  let torn = 0;
  await store.create(run);

  const logOf = (opened: RunStore, epoch: number): Log => ({
    append: async (event) => {
      await opened.append(id, epoch, [event]);
    },
  });
  return {
    async claim() {
      const { epoch, history, secrets } = await store.claim(id, 'worker-1', undefined);
      return { epoch, history, secrets, log: logOf(store, epoch) };
    },
    history: () => store.history(id),
    async resume(sendAgain) {
      await store.resume(id, 'ada', sendAgain, {});
    },
    async cancel() {
      const event = { type: 'run.cancelRequested', at: Date.now(), by: 'ada' } as const;
      await store.append(id, store.get(id)?.epoch ?? 0, [event]);
    },
    async restart(lastLine) {
      await store.close();
      if (lastLine === 'torn') await tearLastLine(folder);
      store = await openStore(dir);
      if (lastLine === 'torn') torn += 1;
      const found = (await readdir(folder)).filter((name) => name.startsWith('torn.'));
      if (found.length !== torn) throw new Error(`${found.length} torn tails were set aside, not ${torn}`);
      const verified = await store.verify(id);
      if (!verified.ok) throw new Error(`line ${verified.line}: ${verified.message}`);
    },
    async close() {
      await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** As if the process had been killed in the middle of its last write: nothing was done after it. */
async function tearLastLine(folder: string): Promise<void> {
  const journal = join(folder, 'journal.jsonl');
  const bytes = await readFile(journal);
  const start = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  await truncate(journal, start + Math.ceil((bytes.length - start) / 2));
  await rm(join(folder, 'record.json'), { force: true });
}
