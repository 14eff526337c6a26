import { afterEach, expect, test } from 'vitest';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const lookJourney = `
name: look
defaults: { service: shop }
inputs: { sku: { type: string } }
steps:
  - id: known
    assertions:
      - value: "\${{ inputs.sku != 'SKU-99' }}"
  - id: look
    request: { path: "/catalogue/\${{ inputs.sku }}" }
    assertions:
      - status: 200
`;

const rows = 'id,sku\nkettle,SKU-1\nnothing,SKU-99\nmug,SKU-2\n';
const files = { 'journeys/look.yaml': lookJourney, 'data/rows.csv': rows };
const args = ['run', 'look', '--data', 'data/rows.csv', '--row-id', 'id'];

interface Document {
  readonly runs: readonly { readonly id: string; readonly row: number; readonly state: string }[];
  readonly exitCode: number;
}

test('each row is a run of its own on the runner, and is known by its row', async () => {
  sandbox = await openSandbox({ files });
  const { exitCode, stdout } = await sandbox.run(...args, '--cloud', '--json');
  expect(exitCode).toBe(1);
  const document = JSON.parse(stdout) as Document;
  const states = document.runs.map(({ row, state }) => [row, state]).sort();
  expect(states).toEqual([
    [1, 'passed'],
    [2, 'failed'],
    [3, 'passed'],
  ]);
  const failed = document.runs.find(({ row }) => row === 2)?.id ?? '';
  const created = sandbox.events(failed).find((event) => event.type === 'run.created');
  expect(created?.request).toMatchObject({ row: { index: 2, id: 'nothing' }, origins: { sku: 'row' } });
  expect((await sandbox.run('status', failed)).stdout).toMatch(/^look · local · nothing /m);
  expect((await sandbox.run('list', '--batch', '@last')).stdout).toMatch(/failed +look +nothing /);

  const retried = await sandbox.run('retry', failed, '--from-failed', '--json');
  expect(JSON.parse(retried.stdout)).toMatchObject({ runs: [{ row: 2, state: 'failed', retryOf: failed }] });
});

test('with --fail-fast runs are registered as their turn comes, and none after the first that failed', async () => {
  const many = `id,sku\nmug,SKU-1\nnothing,SKU-99\n${Array.from({ length: 8 }, (_, n) => `row-${n},SKU-1\n`).join('')}`;
  sandbox = await openSandbox({ files: { ...files, 'data/rows.csv': many } });
  const ended = await sandbox.run(...args, '--cloud', '--fail-fast', '-j', '1', '--json');
  expect(ended.exitCode).toBe(1);
  expect(ended.stderr).toContain('8 of 10 runs were not begun\n');
  expect(JSON.parse(ended.stdout)).toMatchObject({
    batch: { total: 10, registered: 2 },
    runs: [
      { row: 1, state: 'passed' },
      { row: 2, state: 'failed' },
    ],
    summary: { runs: 2, passed: 1, failed: 1, canceled: 0, open: 0 },
    exitCode: 1,
  });
  expect(sandbox.runIds()).toHaveLength(2);
  expect((await sandbox.run('status', '@last')).stdout).toMatch(
    /2 of 10 runs were registered; the command that made them ended/,
  );
});

test('with --fail-fast all that were under way are in the report', async () => {
  const many = `id,sku\nnothing,SKU-99\n${Array.from({ length: 8 }, (_, n) => `row-${n},SKU-1\n`).join('')}`;
  sandbox = await openSandbox({ files: { ...files, 'data/rows.csv': many } });
  await sandbox.hold('GET /catalogue/:sku', 2, 1000);
  const ended = await sandbox.run(...args, '--cloud', '--fail-fast', '-j', '3', '--json');
  const { runs } = JSON.parse(ended.stdout) as Document;
  expect(runs.map(({ id }) => id).sort()).toEqual([...sandbox.runIds()].sort());
  expect(runs.length).toBeLessThan(9);
  expect(runs.filter(({ state }) => state === 'passed')).toHaveLength(runs.length - 1);
});

test('with --fail-fast the next row is registered when the runner was killed meanwhile', async () => {
  sandbox = await openSandbox({ files: { ...files, 'data/rows.csv': 'id,sku\nmug,SKU-1\nkettle,SKU-2\n' } });
  await sandbox.hold('GET /catalogue/:sku', 1, 20_000);
  const run = sandbox.start(...args, '--cloud', '--fail-fast', '-j', '1', '--json');
  await sandbox.held();
  const { pid } = await until('a runner', () => sandbox.runner());
  await killSurely(pid);
  await until('another runner', () => sandbox.runner()?.pid !== pid && sandbox.runner());
  await sandbox.release();
  const { exitCode, stdout } = await run.ended;
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    batch: { total: 2, registered: 2 },
    runs: [
      { row: 1, state: 'passed' },
      { row: 2, state: 'passed' },
    ],
  });
  const recovered = sandbox
    .runIds()
    .map((id) => sandbox.events(id).filter((event) => event.type === 'run.started').length);
  expect(Math.max(...recovered)).toBe(2);
});

test('Ctrl-C ends the rows that are run here, and begins no more', async () => {
  const many = `id,sku\n${Array.from({ length: 30 }, (_, n) => `row-${n},SKU-1\n`).join('')}`;
  sandbox = await openSandbox({ files: { ...files, 'data/rows.csv': many } });
  await sandbox.hold('GET /catalogue/:sku', 3, 1500);
  const run = sandbox.start(...args, '-j', '3', '--json');
  await sandbox.held(3);
  run.kill('SIGINT');
  const { exitCode, stdout, stderr } = await run.ended;
  expect(exitCode).toBe(130);
  expect(stderr).toContain('27 of 30 runs were not begun\n');
  const document = JSON.parse(stdout) as Document;
  expect(document.exitCode).toBe(130);
  expect(document.runs).toHaveLength(3);
});
