import { afterEach, beforeEach, expect, test } from 'vitest';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

const failing = `name: failing
defaults: { service: shop }
steps:
  - id: look
    request: { path: /catalogue }
    assertions: [{ status: 201 }]
`;

let sandbox: Sandbox;
let url: string;

beforeEach(async () => {
  sandbox = await openSandbox({
    files: { 'journeys/failing.yaml': failing },
    env: { REQFLO_TOKEN: 'of-the-shared-runner' },
  });
  sandbox.start('runner', 'start', '--data', sandbox.store);
  ({ url } = await until('the runner', () => sandbox.runner()));
});

afterEach(() => sandbox.close());

const toldTo = (...args: readonly string[]) => [...args, '--runner', url];

test('a command that is printed after a failure leads to the same runner', async () => {
  const ran = await sandbox.run(...toldTo('run', 'failing', '--cloud'));
  expect(ran.exitCode).toBe(1);
  const [id = ''] = sandbox.runIds();
  const retry = `retry ${id} --from-failed --runner ${url}`;
  expect(ran.stderr).toContain(`reqflo ${retry}   goes on`);
  expect((await sandbox.run(...retry.split(' '))).exitCode).toBe(1);
  expect(sandbox.runIds()).toHaveLength(2);

  const both = await sandbox.run(...toldTo('run', 'failing', 'reads', '--cloud'));
  const [batch] = /batch_\w+/.exec(both.stderr) ?? [];
  expect(both.stderr).toContain(`--from-failed --runner ${url}   `);
  expect((await sandbox.run(...toldTo('status', batch ?? ''))).exitCode).toBe(0);
});

test('so do those of a run that is interrupted, left or canceled', async () => {
  await sandbox.hold('POST /carts/:id/items', 1);
  const run = sandbox.start(...toldTo('run', 'unkeyed', '--cloud'));
  await sandbox.held();
  const [id = ''] = sandbox.runIds();
  const other = sandbox.start(...toldTo('wait', id));
  await killSurely(sandbox.workerOf(id));
  const { exitCode, stdout } = await run.ended;
  expect(exitCode).toBe(8);
  expect((await other.ended).stdout).toContain(`reqflo cancel ${id} --runner ${url}`);
  expect(stdout).toContain(`reqflo retry ${id} --from-failed --runner ${url}   send it again`);
  const canceled = await sandbox.run(...toldTo('cancel', id));
  expect(canceled.stderr).toContain(`(reqflo wait ${id} --runner ${url})`);

  await sandbox.release();
  await sandbox.hold('GET /catalogue');
  const left = sandbox.start(...toldTo('run', 'reads', '--cloud'));
  await sandbox.held();
  left.kill('SIGINT');
  const [newest = ''] = [...sandbox.runIds()].sort().reverse();
  expect((await left.ended).stderr).toContain(
    `follow it with reqflo wait ${newest} --runner ${url}, look with reqflo status ${newest} --runner ${url}`,
  );
});

test('a mistaken address is told as one, and nothing is taken for a run that is not named', async () => {
  const other = await sandbox.run('status', '--runner', sandbox.shop.url);
  expect(other.exitCode).toBe(5);
  expect(other.stderr).toContain('is no runner of reqflo (it answered 404)');

  const local = await sandbox.run(...toldTo('run', 'reads'));
  expect(local.exitCode).toBe(2);
  expect(local.stderr).toContain('add --cloud');
  expect(sandbox.shop.requests.filter(({ path }) => !path.startsWith('/v1/'))).toEqual([]);

  expect((await sandbox.run(...toldTo('run', 'reads', '--cloud'))).exitCode).toBe(0);
  for (const command of ['status', 'wait', 'cancel', 'logs', 'retry', 'verify']) {
    const { exitCode, stderr } = await sandbox.run(...toldTo(command, ''));
    expect(stderr).toMatch(/^error: the id of the run is empty$/m);
    expect(exitCode).toBe(2);
  }
});
