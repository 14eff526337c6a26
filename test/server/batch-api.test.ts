import type { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import { createEffects } from '../../src/http/effects.ts';
import type { Batch } from '../../src/run/batch.ts';
import { Runner } from '../../src/runner/runner.ts';
import { createApi } from '../../src/server/api.ts';
import { protocolHeader, protocolVersion } from '../../src/server/control.ts';
import { createBatchId, createRunId } from '../../src/stores/ids.ts';
import type { NewRun } from '../../src/stores/store.ts';
import { newRun, openStore, temporaryFolder } from '../stores/json-file/sample.ts';

const nothing = (): void => undefined;

/** The API of a runner without workers: what is registered stays queued. */
async function openApi(): Promise<Hono> {
  const effects = createEffects({ version: 'test' });
  onTestFinished(() => effects.close());
  const runner = new Runner({
    store: await openStore(await temporaryFolder()),
    info: { product: 'reqflo', version: 'test', protocol: protocolVersion, pid: process.pid },
    effects,
    runsCommands: false,
    now: () => 1_700_000_000_500,
    onIdle: nothing,
    onShutdown: nothing,
    log: nothing,
  });
  onTestFinished(() => runner.close());
  return createApi(runner, 'token');
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(api: Hono, method: string, path: string, body?: unknown): Promise<Answer> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await api.request(path, { method, headers: { authorization: 'Bearer token' }, ...init });
  // By it a client knows what it speaks to.
  expect(response.headers.get(protocolHeader)).toBe(String(protocolVersion));
  return { status: response.status, body: await response.json() };
}

function newBatch(change: Partial<Batch> = {}): Batch {
  const id = createBatchId(1);
  return { id, createdAt: 1, environment: 'staging', journeys: ['checkout'], total: 3, ...change };
}

function runAt({ id }: Batch, place: number): NewRun {
  const run = createRunId(1_700_000_000_000);
  return newRun({}, { id: run, firstRun: run, batch: { id, place } });
}

function dispatch(api: Hono, run: NewRun): Promise<Answer> {
  const { request, artifact, secrets } = run;
  return ask(api, 'PUT', `/v1/runs/${request.id}`, { request, artifact, secrets });
}

const refused = (code: string): object => ({ error: { code, message: expect.any(String) } });

test('a batch is registered before its runs, and shows those that are asked for', async () => {
  const api = await openApi();
  const batch = newBatch();
  const path = `/v1/batches/${batch.id}`;
  expect(await ask(api, 'PUT', path, batch)).toEqual({
    status: 201,
    body: { id: batch.id, result: 'created' },
  });
  expect(await ask(api, 'PUT', path, batch)).toEqual({
    status: 200,
    body: { id: batch.id, result: 'exists' },
  });
  const first = runAt(batch, 1);
  expect((await dispatch(api, first)).status).toBe(201);
  expect((await dispatch(api, first)).status).toBe(200);
  await dispatch(api, newRun());
  const shown = { batch, registered: 1, states: { queued: 1 }, making: false, canceled: false };
  expect(await ask(api, 'GET', path)).toMatchObject({ status: 200, body: { ...shown, runs: [] } });
  const { body } = await ask(api, 'GET', `${path}?states=failed,queued`);
  expect(body).toMatchObject({ runs: [{ record: { request: first.request, state: 'queued', steps: [] } }] });
  expect((await ask(api, 'GET', `${path}?states=failed`)).body).toMatchObject({ runs: [] });
  expect((await ask(api, 'GET', '/v1/batches')).body).toMatchObject({ batches: [shown] });
});

test('runs are listed all, of one batch, or of none', async () => {
  const api = await openApi();
  const batch = newBatch();
  await ask(api, 'PUT', `/v1/batches/${batch.id}`, batch);
  const [inside, alone] = [runAt(batch, 1), newRun()];
  await dispatch(api, inside);
  await dispatch(api, alone);
  const idsOf = async (query: string): Promise<readonly string[]> => {
    const { body } = await ask(api, 'GET', `/v1/runs${query}`);
    const { runs } = body as { runs: readonly { record: { request: { id: string } } }[] };
    return runs.map(({ record }) => record.request.id);
  };
  expect((await idsOf('')).toSorted()).toEqual([inside.request.id, alone.request.id].toSorted());
  expect(await idsOf(`?batch=${batch.id}`)).toEqual([inside.request.id]);
  expect(await idsOf('?batch=none')).toEqual([alone.request.id]);
});

test.each([
  ['another id', { id: createBatchId(2) }],
  ['no journeys', { journeys: undefined }],
  ['a name that is no text', { journeys: [1] }],
  ['no total', { total: undefined }],
  ['a total of nothing', { total: 0 }],
  ['a file that is no text', { file: 1 }],
])('a body with %s is no batch', async (_, change) => {
  const api = await openApi();
  const batch = newBatch();
  const answered = await ask(api, 'PUT', `/v1/batches/${batch.id}`, { ...batch, ...change });
  expect(answered).toEqual({ status: 400, body: refused('bad-request') });
});

test('what does not fit is refused', async () => {
  const api = await openApi();
  const batch = newBatch();
  const path = `/v1/batches/${batch.id}`;
  const unknown = { status: 404, body: refused('unknown-batch') };
  expect(await ask(api, 'GET', path)).toEqual(unknown);
  expect(await ask(api, 'GET', `${path}/making`)).toEqual(unknown);
  expect(await ask(api, 'POST', `${path}/cancel`)).toEqual(unknown);
  expect(await dispatch(api, runAt(batch, 1))).toEqual({ status: 409, body: refused('refused') });
  await ask(api, 'PUT', path, batch);
  expect(await ask(api, 'PUT', path, { ...batch, total: 4 })).toEqual({
    status: 409,
    body: refused('conflict'),
  });
  expect(await dispatch(api, runAt(batch, 4))).toEqual({ status: 409, body: refused('refused') });
  expect(await dispatch(api, runAt(batch, 0))).toEqual({ status: 400, body: refused('bad-request') });
  const answered = await ask(api, 'PUT', path.replace('batch_', 'batch_9'), batch);
  expect(answered).toEqual({ status: 400, body: refused('bad-request') });
});

test('whoever registers is seen as long as the stream is open', async () => {
  const api = await openApi();
  const batch = newBatch();
  const path = `/v1/batches/${batch.id}`;
  await ask(api, 'PUT', path, batch);
  const isMade = async (): Promise<boolean> =>
    ((await ask(api, 'GET', path)).body as { readonly making: boolean }).making;
  const open = async (): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const headers = { authorization: 'Bearer token' };
    const reader = (await api.request(`${path}/making`, { headers })).body?.getReader();
    if (reader === undefined) throw new Error('there is no stream');
    await reader.read();
    return reader;
  };
  const [first, second] = [await open(), await open()];
  expect(await isMade()).toBe(true);
  await first.cancel();
  expect(await isMade()).toBe(true);
  await second.cancel();
  await expect.poll(isMade).toBe(false);
});

test('a canceled batch asks every open run to stop, and takes no more', async () => {
  const api = await openApi();
  const batch = newBatch();
  const path = `/v1/batches/${batch.id}`;
  await ask(api, 'PUT', path, batch);
  const run = runAt(batch, 1);
  await dispatch(api, run);
  const done = { status: 200, body: { id: batch.id } };
  expect(await ask(api, 'POST', `${path}/cancel`)).toEqual(done);
  expect(await ask(api, 'POST', `${path}/cancel`)).toEqual(done);
  const { body } = await ask(api, 'GET', `/v1/runs/${run.request.id}`);
  // The second time there was nothing more to ask for.
  expect(body).toMatchObject({ record: { stopAsked: 'cancel' }, seq: 2 });
  expect(await dispatch(api, runAt(batch, 2))).toEqual({ status: 409, body: refused('batch-canceled') });
});
