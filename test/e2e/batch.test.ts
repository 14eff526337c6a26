import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { listSchema, resultSchema } from '../../src/reporters/result-schema.ts';
import { findViolations } from '../reporters/schema-walker.ts';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const lookJourney = `
name: look
defaults: { service: shop }
inputs: { sku: { type: string, default: SKU-1 } }
steps:
  - id: first
    request: { path: /catalogue }
    assertions:
      - status: 200
  - id: look
    request: { path: "/catalogue/\${{ inputs.sku }}" }
    assertions:
      - status: 200
`;
const look = 'GET /catalogue/:sku';
const three = 'id,sku\nkettle,SKU-1\nnothing,SKU-99\nmug,SKU-2\n';
const args = ['run', 'look', '--data', 'data/rows.csv', '--row-id', 'id', '--cloud'];

async function open(rows = three, files: Readonly<Record<string, string>> = {}): Promise<void> {
  sandbox = await openSandbox({
    files: { 'journeys/look.yaml': lookJourney, 'data/rows.csv': rows, ...files },
  });
}

function rowsOf(count: number): string {
  return `id,sku\n${Array.from({ length: count }, (_, n) => `row-${n + 1},SKU-1\n`).join('')}`;
}

interface Run {
  readonly id: string;
  readonly row: number | null;
  readonly batch?: string;
  readonly state: string;
  readonly retryOf: string | null;
}

interface Document {
  readonly runs: readonly Run[];
  readonly batch?: { readonly id: string; readonly total: number; readonly registered: number };
  readonly batches?: readonly { readonly id: string; readonly state: string }[];
  readonly summary: { readonly runs: number; readonly passed: number; readonly failed: number };
  readonly exitCode: number;
}

async function documentOf(...command: readonly string[]): Promise<Document> {
  const { stdout, stderr } = await sandbox.run(...command, '--json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Document;
}

async function detached(...more: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await sandbox.run(...args, '--detach', ...more);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^batch_[0-9A-Z]{26}\n$/);
  return stdout.trim();
}

function batchIds(): readonly string[] {
  return readdirSync(join(sandbox.store, 'batches')).map((name) => name.replace('.json', ''));
}

function rowStates({ runs }: Document): readonly (readonly [number | null, string])[] {
  return runs.map(({ row, state }) => [row, state] as const).sort(([a], [b]) => Number(a) - Number(b));
}

test('the rows of a data file are one batch, which is kept before its runs and told first', async () => {
  await open();
  const { exitCode, stdout, stderr } = await sandbox.run(...args, '--json');
  expect(exitCode).toBe(1);
  const [id = '', ...more] = batchIds();
  expect(more).toEqual([]);
  expect(stderr.split('\n')[0]).toBe(id);
  const document = JSON.parse(stdout) as Document;
  expect(findViolations(resultSchema, document)).toEqual([]);
  expect(document.batch).toMatchObject({ id, total: 3, registered: 3, file: 'data/rows.csv' });
  expect(document.runs.map(({ batch }) => batch)).toEqual([id, id, id]);
  for (const { id: run, row } of document.runs) {
    const [created] = sandbox.events(run);
    expect(created).toMatchObject({ type: 'run.created', request: { batch: { id, place: row } } });
    const header: unknown = JSON.parse(readFileSync(join(sandbox.store, 'runs', run, 'run.json'), 'utf8'));
    expect(header).toMatchObject({ batch: { id, place: row } });
  }

  const status = await sandbox.run('status', '@last');
  expect(status.stderr).toContain(`@last is ${id} (look, data/rows.csv, `);
  const failed = document.runs.find(({ row }) => row === 2)?.id;
  expect(status.stdout).toContain(`✗ look · nothing · look: an assertion failed · ${failed}`);
  expect(status.stdout).toMatch(/^failed · 3 runs · 2 passed, 1 failed · /m);
  expect(status.exitCode).toBe(0);
  const shown = await documentOf('status', id);
  expect(findViolations(listSchema, shown)).toEqual([]);
  expect(shown).toMatchObject({ batch: { id }, summary: { runs: 3, passed: 2, failed: 1 }, exitCode: 1 });
});

test('several journeys, and several cases, are a batch; one run is none', async () => {
  await open(three, { 'journeys/other.yaml': lookJourney.replace('name: look', 'name: other') });
  const { stdout } = await sandbox.run('run', 'look', 'other', '--cloud', '--detach');
  expect(stdout).toMatch(/^batch_\w+\n$/);
  expect(await documentOf('wait', stdout.trim())).toMatchObject({
    batch: { journeys: ['look', 'other'], file: null, total: 2 },
    summary: { runs: 2, passed: 2 },
    exitCode: 0,
  });
  const single = await sandbox.run('run', 'look', '--cloud', '--detach');
  expect(single.stdout).toMatch(/^run_\w+\n$/);
  expect((await sandbox.run('wait', '@last')).stderr).toContain(`@last is ${single.stdout.trim()}`);
});

test('--detach prints the id of the batch alone; it is waited for, listed and named by its beginning', async () => {
  await open();
  const id = await detached();
  const waited = await sandbox.run('wait', id.slice(0, 20));
  expect(waited.exitCode).toBe(1);
  expect(waited.stdout).toMatch(/^3 runs · 2 passed, 1 failed · /m);
  expect(waited.stderr).toContain(`reqflo retry ${id} --from-failed   runs again the rows that did not pass`);

  const list = await documentOf('list');
  expect(findViolations(listSchema, list)).toEqual([]);
  expect(list).toMatchObject({
    runs: [],
    batches: [{ id, state: 'failed', states: { passed: 2, failed: 1 } }],
  });
  expect((await sandbox.run('list')).stdout).toMatch(
    /^ {2}✗ batch_\w+ +failed +look +data\/rows.csv, 2 of 3 passed/,
  );
  expect((await sandbox.run('list', '--status', 'passed')).stdout).toBe('');
  expect(rowStates(await documentOf('list', '--batch', id, '--status', 'passed'))).toEqual([
    [1, 'passed'],
    [3, 'passed'],
  ]);
  const logs = await sandbox.run('logs', id);
  expect(logs).toMatchObject({ exitCode: 2, stdout: '' });
  expect(logs.stderr).toContain(`reqflo list --batch ${id}`);
});

test('retry --from-failed runs the rows again that did not pass, and the newest run of each counts', async () => {
  await open();
  const { batch, runs } = await documentOf(...args);
  const id = batch?.id ?? '';
  const failed = runs.find(({ row }) => row === 2)?.id;
  const retried = await documentOf('retry', id, '--from-failed');
  expect(findViolations(resultSchema, retried)).toEqual([]);
  expect(retried).toMatchObject({
    runs: [{ row: 2, batch: id, state: 'failed', retryOf: failed }],
    batch: { id },
    exitCode: 1,
  });
  expect(sandbox.runIds()).toHaveLength(4);
  expect((await documentOf('list', '--batch', id)).runs).toHaveLength(4);
  expect((await documentOf('status', id)).runs.map((run) => run.id)).toContain(retried.runs[0]?.id);
  expect(await documentOf('status', id)).toMatchObject({ summary: { runs: 3, passed: 2, failed: 1 } });

  // Without an option: all of them, from the start.
  expect(await documentOf('retry', id)).toMatchObject({ summary: { runs: 3, passed: 2, failed: 1 } });
  expect(sandbox.runIds()).toHaveLength(7);
});

test('as long as a row may go on, its batch is not retried; one in which nothing failed is not either', async () => {
  await open(rowsOf(3));
  await sandbox.hold(look, 1);
  const id = await detached();
  await sandbox.held();
  await until('the other rows', async () => {
    const { runs } = await documentOf('status', id);
    return runs.filter(({ state }) => state === 'passed').length === 2;
  });
  const open3 = (await documentOf('status', id)).runs.find(({ state }) => state === 'running');
  const refused = await sandbox.run('retry', id, '--from-failed');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(`1 of its runs may still go on: ${open3?.id} (row-${open3?.row})`);
  await sandbox.release();
  expect((await sandbox.run('wait', id)).exitCode).toBe(0);
  const nothing = await sandbox.run('retry', id, '--from-failed');
  expect(nothing.exitCode).toBe(2);
  expect(nothing.stderr).toContain('nothing failed in it');
  expect(sandbox.runIds()).toHaveLength(3);
});

test('an interrupted row goes on under its own id', async () => {
  await open();
  const items = 'POST /carts/:id/items';
  await sandbox.hold(items);
  await sandbox.write('data/two.csv', 'id\none\ntwo\n');
  const rows = ['run', 'unkeyed', '--data', 'data/two.csv', '--ignore-unknown-columns', '-j', '1'];
  const { stdout } = await sandbox.run(...rows, '--cloud', '--detach');
  const id = stdout.trim();
  await sandbox.held();
  const { runs } = await documentOf('status', id);
  const held = runs.find(({ state }) => state === 'running')?.id ?? '';
  await until('the other row', async () => (await documentOf('status', id)).summary.passed === 1);
  await killSurely(sandbox.workerOf(held));
  const waited = await documentOf('wait', id);
  expect(waited.exitCode).toBe(8);
  expect((await sandbox.run('status', id)).stdout).toMatch(
    new RegExp(`\\? unkeyed · .*interrupted.*${held}`),
  );
  const retried = await sandbox.run('retry', id, '--from-failed', '--json');
  expect(retried.stderr).toContain('sending again, although it may have arrived');
  expect(JSON.parse(retried.stdout)).toMatchObject({ runs: [{ id: held, state: 'passed', retryOf: null }] });
  expect(await documentOf('status', id)).toMatchObject({ summary: { runs: 2, passed: 2 }, exitCode: 0 });
});

test('cancel stops every open run of a batch; that of an ended one is refused', async () => {
  await open(rowsOf(4));
  await sandbox.hold(look, 4);
  const id = await detached();
  await sandbox.held(4);
  const canceled = await sandbox.run('cancel', id);
  expect(canceled).toMatchObject({ exitCode: 0, stdout: `${id}\n` });
  await sandbox.release();
  const waited = await documentOf('wait', id);
  expect(waited).toMatchObject({ summary: { runs: 4 } });
  for (const run of waited.runs) {
    expect(sandbox.events(run.id).some(({ type }) => type === 'run.cancelRequested')).toBe(true);
  }
  const passed = await sandbox.run(...args, '--json');
  const { batch } = JSON.parse(passed.stdout) as Document;
  const again = await sandbox.run('cancel', id);
  expect(again).toMatchObject({
    exitCode: 0,
    stderr: 'it was canceled before, and all of its runs have ended\n',
  });

  const refused = await sandbox.run('cancel', batch?.id ?? '');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('all of its runs have ended already');
});

test('Ctrl-C leaves a batch to its runner, and says how to follow it again', async () => {
  await open(rowsOf(3));
  await sandbox.hold(look, 3);
  const run = sandbox.start(...args, '-j', '3');
  await sandbox.held(3);
  run.kill('SIGINT');
  const { exitCode, stderr } = await run.ended;
  const [id] = batchIds();
  expect(exitCode).toBe(130);
  expect(stderr).toContain(`follow them with reqflo wait ${id} or reqflo status ${id} -w`);
  const watching = sandbox.start('status', id ?? '', '-w');
  await sandbox.release();
  const watched = await watching.ended;
  expect(watched.exitCode).toBe(0);
  expect(watched.stdout).toMatch(/^passed · 3 runs · 3 passed · /m);
});

test('status --watch shows a run once it has ended; it needs one', async () => {
  await open();
  await sandbox.hold(look);
  const { stdout } = await sandbox.run('run', 'look', '--cloud', '--detach');
  await sandbox.held();
  const watching = sandbox.start('status', '@last', '--watch');
  const nothing = await sandbox.run('status', '--watch');
  expect(nothing).toMatchObject({ exitCode: 2, stdout: '' });
  await sandbox.release();
  const watched = await watching.ended;
  expect(watched.exitCode).toBe(0);
  expect(watched.stdout).toMatch(new RegExp(`^${stdout.trim()}\\n[^]*^passed · 2 steps, 2 assertions`, 'm'));
});

test('wait gives up after its timeout with 8, and tells every run', async () => {
  await open(rowsOf(3));
  await sandbox.hold(look, 3);
  const id = await detached();
  await sandbox.held(3);
  const waited = await sandbox.run('wait', id, '--timeout', '300ms', '--json');
  expect(waited.exitCode).toBe(8);
  expect(waited.stderr).toBe(`waited for 300 ms; the runs go on: reqflo wait ${id}\n`);
  expect(JSON.parse(waited.stdout)).toMatchObject({ summary: { runs: 3, open: 3 } });
});

test('a batch that is not known is 7', async () => {
  await open();
  await sandbox.run('run', 'look', '--cloud', '--detach');
  for (const command of [['status'], ['wait'], ['retry'], ['cancel'], ['list', '--batch']]) {
    const { exitCode, stderr } = await sandbox.run(...command, 'batch_01JDBK3M8Q7TZ3V6W1XK9C4R2N');
    expect({ command, exitCode, stderr }).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('no such batch'),
    });
  }
  expect((await sandbox.run('status', 'batch_7')).exitCode).toBe(7);
});
