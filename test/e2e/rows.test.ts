import { afterEach, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from './sandbox.ts';

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

test('with --fail-fast those that wait for their turn are canceled', async () => {
  const many = `id,sku\nnothing,SKU-99\n${Array.from({ length: 8 }, (_, n) => `row-${n},SKU-1\n`).join('')}`;
  sandbox = await openSandbox({ files: { ...files, 'data/rows.csv': many } });
  // Whatever a worker takes up meanwhile stays where it is.
  await sandbox.hold('GET /catalogue/:sku', 20);
  const { exitCode, stderr } = await sandbox.run(...args, '--cloud', '--fail-fast', '-j', '1');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('8 of 9 runs were canceled\n');
  for (const id of sandbox.runIds()) {
    const asked = (): boolean => sandbox.events(id).some(({ type }) => type === 'run.cancelRequested');
    const created = sandbox.events(id).find((event) => event.type === 'run.created');
    if (created?.request.row?.index === 1) expect(asked()).toBe(false);
    else expect(asked()).toBe(true);
  }
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
