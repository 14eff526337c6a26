import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../../src/run/batch.ts';
import type { RunRequest } from '../../../src/run/request.ts';
import { createBatchId, createRunId } from '../../../src/stores/ids.ts';
import type { RunStore } from '../../../src/stores/store.ts';
import { FaultFiles } from './fault-files.ts';
import { newRun, openStore, temporaryFolder } from './sample.ts';

function newBatch(change: Partial<Batch> = {}): Batch {
  return {
    id: createBatchId(1_700_000_000_000),
    createdAt: 1_700_000_000_000,
    environment: 'staging',
    journeys: ['checkout'],
    file: 'data/customers.csv',
    total: 3,
    ...change,
  };
}

const otherFile = JSON.stringify({ format: 'reqflo-batch/1', batch: newBatch() });

/** Registers a run at a place, and gives its id. */
async function enter(
  store: RunStore,
  { id: batch }: Batch,
  place: number,
  request: Partial<RunRequest> = {},
): Promise<string> {
  const id = createRunId(1_700_000_000_000);
  const run = newRun({}, { id, firstRun: id, batch: { id: batch, place }, ...request });
  await store.create(run);
  return id;
}

async function finish(store: RunStore, id: string, state: 'passed' | 'failed'): Promise<void> {
  const { epoch } = await store.claim(id, 'worker-1', undefined);
  await store.append(id, epoch, [{ type: 'run.finished', at: 30, state }]);
}

describe('a batch', () => {
  test('is there with its runs, and after a restart', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const batch = newBatch();
    expect(await store.batches.create(batch)).toBe('created');
    await finish(store, await enter(store, batch, 2), 'passed');
    await finish(store, await enter(store, batch, 1), 'failed');
    const before = store.batches.get(batch.id);
    expect(before).toMatchObject({
      batch,
      registered: 2,
      states: { passed: 1, failed: 1, queued: 0 },
      canceled: false,
      finishedAt: 30,
    });
    expect(store.batches.runs(batch.id).map(({ record }) => record.request.batch?.place)).toEqual([1, 2]);
    await store.close();
    const again = await openStore(dir);
    expect(again.batches.get(batch.id)).toEqual(before);
    expect(again.batches.list()).toEqual([before]);
    expect(again.batches.runs(batch.id)).toHaveLength(2);
  });

  test('sent again is the same batch; another content of its id is a conflict', async () => {
    const store = await openStore(await temporaryFolder());
    const batch = newBatch();
    expect(await Promise.all([store.batches.create(batch), store.batches.create(batch)])).toEqual([
      'created',
      'exists',
    ]);
    expect(await store.batches.create({ ...batch, total: 4 })).toBe('conflict');
    expect(store.batches.list()).toHaveLength(1);
  });

  test.each(['', 'batch_1', '../escape', createRunId(0)])('is refused with the id %j', async (id) => {
    const store = await openStore(await temporaryFolder());
    await expect(store.batches.create(newBatch({ id }))).rejects.toMatchObject({ code: 'bad-batch-id' });
  });

  test('that finds no room leaves nothing, and may be sent again', async () => {
    const dir = await temporaryFolder();
    const files = new FaultFiles();
    const store = await openStore(dir, files);
    const batch = newBatch();
    files.on = '.tmp';
    files.room = 20;
    await expect(store.batches.create(batch)).rejects.toThrow(/ENOSPC/);
    expect(await readdir(join(dir, 'batches'))).toEqual([]);
    expect(store.batches.get(batch.id)).toBeUndefined();
    files.room = Number.POSITIVE_INFINITY;
    expect(await store.batches.create(batch)).toBe('created');
  });

  test('counts the newest run of each place, whatever the clocks of its clients say', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const batch = newBatch();
    await store.batches.create(batch);
    // Its client's clock was a day ahead.
    const first = await enter(store, batch, 1, { createdAt: 1_700_086_400_000 });
    await finish(store, first, 'failed');
    const second = await enter(store, batch, 1, { retryOf: first, firstRun: first });
    await finish(store, second, 'failed');
    const third = await enter(store, batch, 1, { retryOf: second, createdAt: 1_700_000_000_001 });
    const newest = (one: RunStore): readonly string[] =>
      one.batches.runs(batch.id).map(({ record }) => record.request.id);
    expect(newest(store)).toEqual([third]);
    expect(store.batches.get(batch.id)).toMatchObject({ registered: 1, states: { failed: 0, queued: 1 } });
    await store.close();
    expect(newest(await openStore(dir))).toEqual([third]);
  });

  test('takes runs at its own places, and none once it is canceled', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const batch = newBatch();
    expect(store.batches.refusal({ id: batch.id, place: 1 })).toBe('noBatch');
    await store.batches.create(batch);
    expect(store.batches.refusal({ id: batch.id, place: 3 })).toBeUndefined();
    expect(store.batches.refusal({ id: batch.id, place: 4 })).toBe('noBatch');
    await store.batches.cancel(batch.id);
    await store.batches.cancel(batch.id);
    await store.close();
    const again = await openStore(dir);
    expect(again.batches.refusal({ id: batch.id, place: 3 })).toBe('batchCanceled');
    expect(again.batches.get(batch.id)).toMatchObject({ canceled: true });
    await expect(again.batches.cancel(createBatchId(0))).rejects.toMatchObject({ code: 'unknown-batch' });
  });

  test.each([
    ['damaged', (path: string) => writeFile(path, '{ "format": "reqflo-batch/1"')],
    ['that of another batch', (path: string) => writeFile(path, otherFile)],
    ['missing', (path: string) => rm(path)],
  ])('whose file is %s is what its runs know, and stays as it is', async (_, spoil) => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const batch = newBatch();
    await store.batches.create(batch);
    await enter(store, batch, 1);
    await store.close();
    const path = join(dir, 'batches', `${batch.id}.json`);
    await spoil(path);
    const before = await readFile(path, 'utf8').catch(() => undefined);
    const again = await openStore(dir);
    const known = again.batches.get(batch.id);
    expect(known).toMatchObject({ registered: 1, damaged: expect.any(String) });
    expect(known?.batch).toMatchObject({ id: batch.id, environment: 'staging', journeys: ['checkout'] });
    expect(known?.batch.total).toBeUndefined();
    await again.batches.cancel(batch.id);
    expect(await readFile(path, 'utf8').catch(() => undefined)).toBe(before);
  });
});

test('a damaged run still counts in its batch', async () => {
  const dir = await temporaryFolder();
  const store = await openStore(dir);
  const batch = newBatch();
  await store.batches.create(batch);
  const id = await enter(store, batch, 2);
  await store.close();
  await writeFile(join(dir, 'runs', id, 'journal.jsonl'), 'no journal\n');
  const again = await openStore(dir);
  const [run] = again.batches.runs(batch.id);
  expect(run?.corrupt).toMatch(/line 1/);
  expect(again.batches.get(batch.id)?.states).toMatchObject({ queued: 0, interrupted: 1 });
  expect(run?.record.request).toMatchObject({ id, batch: { id: batch.id, place: 2 } });
});
