import { afterEach, expect, test } from 'vitest';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const lookJourney = `
name: look
defaults: { service: shop }
inputs: { sku: { type: string } }
steps:
  - id: look
    request: { path: "/catalogue/\${{ inputs.sku }}" }
    assertions:
      - status: 200
`;
const args = ['run', 'look', '--data', 'data/rows.csv', '--cloud'];

async function open(count: number): Promise<void> {
  const rows = `sku\n${'SKU-1\n'.repeat(count)}`;
  sandbox = await openSandbox({ files: { 'journeys/look.yaml': lookJourney, 'data/rows.csv': rows } });
}

interface Document {
  readonly runs: readonly { readonly row: number; readonly state: string }[];
  readonly batch: { readonly id: string; readonly total: number; readonly registered: number };
  readonly summary: { readonly runs: number; readonly passed: number };
  readonly exitCode: number;
}

async function documentOf(...command: readonly string[]): Promise<Document> {
  return JSON.parse((await sandbox.run(...command, '--json')).stdout) as Document;
}

test('a runner killed under a batch: its follower goes on, and every row is run', async () => {
  await open(30);
  await sandbox.hold('GET /catalogue/:sku', 8, 3_000);
  const run = sandbox.start(...args, '--json');
  await sandbox.held(8);
  const before = sandbox.runner()?.pid ?? 0;
  await killSurely(before);
  const { exitCode, stdout, stderr } = await run.ended;
  expect(exitCode, stderr).toBe(0);
  expect(sandbox.runner()?.pid).not.toBe(before);
  const document = JSON.parse(stdout) as Document;
  expect(document.summary).toMatchObject({ runs: 30, passed: 30 });
  expect(document.runs.map(({ row }) => row).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
  const status = await documentOf('status', document.batch.id);
  expect(status).toMatchObject({ batch: { registered: 30 }, summary: { passed: 30 }, exitCode: 0 });
});

test('a runner killed while rows are registered: each is registered once', async () => {
  await open(150);
  const run = sandbox.start(...args, '--detach', '-j', '4');
  await until('the first runs', () => sandbox.runner() !== undefined && sandbox.runIds().length > 5);
  await killSurely(sandbox.runner()?.pid ?? 0);
  const registered = sandbox.runIds().length;
  expect(registered).toBeLessThan(150);
  const { exitCode, stdout, stderr } = await run.ended;
  expect(exitCode, stderr).toBe(0);
  expect(await documentOf('wait', stdout.trim())).toMatchObject({
    batch: { total: 150, registered: 150 },
    summary: { runs: 150, passed: 150 },
  });
  expect(sandbox.runIds()).toHaveLength(150);
});

test('a command killed while it registers: its batch says so, and what was registered is run', async () => {
  await open(2_000);
  const run = sandbox.start(...args, '-j', '1');
  await until('the first runs', () => sandbox.runner() !== undefined && sandbox.runIds().length > 5);
  expect((await sandbox.run('status', '@last')).stdout).toMatch(/\d+ of 2000 runs are registered so far\n/);
  const waiting = sandbox.start('wait', '@last', '--json');
  await killSurely(run.pid);
  const waited = await waiting.ended;
  expect(waited.exitCode).toBe(3);
  const kept = sandbox.runIds().length;
  expect(kept).toBeLessThan(2_000);
  expect(waited.stderr).toContain(`${kept} of 2000 runs were registered; the command that made them ended`);
  expect(JSON.parse(waited.stdout)).toMatchObject({ summary: { runs: kept, passed: kept } });
});

test('a command killed while it registers, and the runner too: what was acknowledged is there, and runs', async () => {
  await open(2_000);
  const run = sandbox.start(...args, '--detach', '-j', '1');
  await until('the first runs', () => sandbox.runner() !== undefined && sandbox.runIds().length > 5);
  await killSurely(run.pid);
  await killSurely(sandbox.runner()?.pid ?? 0);
  const kept = sandbox.runIds().length;
  expect(kept).toBeGreaterThan(5);
  expect(kept).toBeLessThan(2_000);

  const { batch, exitCode } = await documentOf('status', '@last');
  expect(batch).toMatchObject({ total: 2_000, registered: kept });
  expect([3, 8]).toContain(exitCode);
  const waited = await sandbox.run('wait', batch.id, '--json');
  // The rows that are missing were not carried out.
  expect(waited.exitCode).toBe(3);
  expect(waited.stderr).toContain(`${kept} of 2000 runs were registered; the command that made them ended`);
  const document = JSON.parse(waited.stdout) as Document;
  expect(document.summary).toMatchObject({ runs: kept, passed: kept });
  const places = document.runs.map(({ row }) => row).sort((a, b) => a - b);
  expect(places).toEqual(Array.from({ length: kept }, (_, index) => index + 1));
  const status = await sandbox.run('status', batch.id);
  expect(status.stdout).toContain(`${kept} of 2000 runs were registered; the command that made them ended`);
  expect(status.stdout).toMatch(/^failed · /m);
});

test('a batch that is canceled while its runs are registered takes no more', async () => {
  await open(2_000);
  const run = sandbox.start(...args, '--detach', '-j', '1');
  await until('the first runs', () => sandbox.runner() !== undefined && sandbox.runIds().length > 5);
  expect((await sandbox.run('cancel', '@last')).exitCode).toBe(0);
  const { exitCode, stdout, stderr } = await run.ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: '' });
  expect(stderr).toMatch(/\d+ of 2000 runs of batch_\w+ were registered\n/);
  expect(stderr).toContain('the batch was canceled: it takes no more runs');
  expect(sandbox.runIds().length).toBeLessThan(2_000);
});
