import { expect, test } from 'vitest';
import { createBatchId } from '../../../src/stores/ids.ts';
import type { RunStore } from '../../../src/stores/store.ts';
import { PowerCutDisk } from './power-cut-disk.ts';
import { artifactDigest, finished, newRun, openStore, runFinished, started } from './sample.ts';

const dir = '/project/.reqflo/runner';

/** What a client was told before everything stopped. */
interface Told {
  batch: boolean;
  canceled: boolean;
  created: boolean;
  lines: number;
  finished: boolean;
  linked: boolean;
}

const batch = {
  id: createBatchId(1),
  createdAt: 1,
  environment: 'staging',
  journeys: ['checkout'],
  total: 2,
};
const run = newRun({ secrets: { PASSWORD: 'hunter2' } }, { batch: { id: batch.id, place: 1 } });
const { id } = run.request;
const retry = newRun().request.id;

async function live(store: RunStore, told: Told): Promise<void> {
  await store.batches.create(batch);
  told.batch = true;
  await store.create(run);
  told.created = true;
  const { epoch } = await store.claim(id, 'worker-1', undefined);
  told.lines = 2;
  await Promise.all([
    store.append(id, epoch, [started]),
    store.append(id, epoch, [{ type: 'note.added', at: 1, key: 'note', text: 'beside it' }]),
  ]);
  told.lines = 4;
  await store.append(id, epoch, [finished('login'), runFinished]);
  told.lines = 5;
  told.finished = true;
  await store.link(id, retry);
  told.linked = true;
  await store.batches.cancel(batch.id);
  told.canceled = true;
  await store.close();
}

async function liveUntil(disk: PowerCutDisk, operations: number): Promise<Told> {
  const told: Told = {
    batch: false,
    canceled: false,
    created: false,
    lines: 0,
    finished: false,
    linked: false,
  };
  disk.stopAfter(operations);
  await openStore(dir, disk, () => undefined)
    .then((store) => live(store, told))
    .catch(() => undefined);
  return told;
}

/** The process that owned the folder is gone, and this one is not it. */
async function startAgain(disk: PowerCutDisk, after: 'killed' | 'without power'): Promise<void> {
  if (after === 'killed') disk.restart();
  else disk.cutPower();
  const names = await disk.list(dir).catch(() => []);
  for (const name of names.filter((one) => one.startsWith('owner.'))) await disk.remove(`${dir}/${name}`);
}

async function countOperations(): Promise<number> {
  const disk = new PowerCutDisk();
  expect(await liveUntil(disk, Number.POSITIVE_INFINITY)).toMatchObject({ canceled: true });
  return disk.operations;
}

test.each(['killed', 'without power'] as const)(
  'wherever it was %s, what was told is there, and nothing is half',
  async (how) => {
    const operations = await countOperations();
    const seen = new Set<string>();
    for (let count = 0; count < operations; count += 1) {
      const disk = new PowerCutDisk();
      const told = await liveUntil(disk, count);
      await startAgain(disk, how);
      // And once more, somewhere in its recovery.
      disk.stopAfter(count % 20);
      await openStore(dir, disk, () => undefined).catch(() => undefined);
      await startAgain(disk, how);
      const store = await openStore(dir, disk);
      const known = store.get(id);
      seen.add(`${told.created} ${known === undefined} ${known?.record.state}`);

      expect({ count, corrupt: known?.corrupt }).toEqual({ count, corrupt: undefined });
      if (told.created) expect({ count, known: known !== undefined }).toEqual({ count, known: true });
      expect(known?.seq ?? 0).toBeGreaterThanOrEqual(told.lines);
      const registered = store.batches.get(batch.id);
      if (told.batch) expect({ count, batch: registered?.batch }).toEqual({ count, batch });
      expect({ count, damaged: registered?.damaged }).toEqual({ count, damaged: undefined });
      if (known !== undefined) expect(registered).toMatchObject({ batch, registered: 1 });
      if (told.canceled) expect(registered?.canceled).toBe(true);
      expect(await store.batches.create(batch)).toBe(registered === undefined ? 'created' : 'exists');
      if (told.finished) expect(known?.record.state).toBe('passed');
      if (told.linked) expect(known?.record.retriedBy).toBe(retry);
      const runs = await disk.list(`${dir}/runs`);
      expect({ count, runs }).toEqual({ count, runs: known === undefined ? [] : [id] });

      expect(await store.create(run)).toBe(known === undefined ? 'created' : 'exists');
      expect(await store.secrets(id)).toEqual({ PASSWORD: 'hunter2' });
      expect(await store.artifact(artifactDigest)).toBe(run.artifact);
      if (store.get(id)?.record.state !== 'passed') {
        const { epoch } = await store.claim(id, 'worker-2', 'the machine stopped');
        await store.append(id, epoch, [finished('login'), runFinished]);
      }
      expect(await store.verify(id)).toMatchObject({ ok: true, sealed: true });
      await store.close();
    }
    // The sweep met a run that was never made, one that was queued, one that ran and one that had ended.
    expect([...seen].join()).toMatch(
      /false true undefined.*true false queued.*true false running.*true false passed/,
    );
  },
);
