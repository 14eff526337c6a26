import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { isAlive, runnersOf, streamsOf } from './processes.ts';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const runId = /^run_[0-9A-HJKMNP-TV-Z]{26}\n$/;

async function startRunner(): Promise<void> {
  expect((await sandbox.run('run', 'reads', '--cloud')).exitCode).toBe(0);
}

test('two runners on one folder: the second one refuses, and says who owns it', async () => {
  sandbox = await openSandbox();
  const first = sandbox.start('runner', 'start', '--data', sandbox.store);
  const { pid } = await until('the first runner', () => sandbox.runner());
  const second = await sandbox.run('runner', 'start', '--data', sandbox.store);

  expect(second.exitCode).toBe(5);
  expect(second.stdout).toBe('');
  expect(second.stderr).toMatch(new RegExp(`^error: .*the folder belongs to process ${pid}\\b`));
  expect(isAlive(pid)).toBe(true);
  expect((await sandbox.run('runner', 'status')).stdout).toContain(`(pid ${pid},`);
  first.kill('SIGTERM');
  expect((await first.ended).exitCode).toBe(0);
  expect(sandbox.runner()).toBeUndefined();
});

test('commands that start the embedded runner at once end with one', async () => {
  sandbox = await openSandbox();
  const commands = Array.from({ length: 5 }, () => sandbox.run('run', 'reads', '--cloud', '--detach'));
  const ended = await Promise.all(commands);

  for (const { exitCode, stdout, stderr } of ended) {
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(runId);
  }
  const ids = ended.map(({ stdout }) => stdout.trim()).sort();
  expect([...sandbox.runIds()].sort()).toEqual(ids);
  await until('the end of the losers', () => runnersOf(sandbox.store).length === 1);
  expect(runnersOf(sandbox.store)).toEqual([sandbox.runner()?.pid]);
  expect((await sandbox.run('wait', ...ids)).exitCode).toBe(0);
});

test('a command that comes while a runner ends gets another one', async () => {
  sandbox = await openSandbox();
  await startRunner();
  const before = sandbox.runner()?.pid;
  const [stopped, run] = await Promise.all([
    sandbox.run('runner', 'stop'),
    sandbox.run('run', 'reads', '--cloud'),
  ]);
  expect(stopped.exitCode, stopped.stderr).toBe(0);
  expect(run.exitCode, run.stderr).toBe(0);
  expect(before).toBeDefined();
});

const soonIdle = { 'reqflo.yaml': 'environment: local\nrunner: { idleTimeout: 1500ms }\n' };

test('an idle runner ends by itself, and leaves nothing behind', async () => {
  sandbox = await openSandbox({ files: soonIdle });
  await startRunner();
  const { pid } = await until('a runner', () => sandbox.runner());
  const workers = await until('its workers', () => sandbox.workers().length > 0 && sandbox.workers());
  await until('its end', () => !isAlive(pid));
  expect(workers.some((worker) => isAlive(worker.pid))).toBe(false);
  expect(existsSync(join(sandbox.store, 'runner/runner.json'))).toBe(false);
  expect((await sandbox.run('runner', 'status')).exitCode).toBe(7);
  // The next command finds everything again.
  expect((await sandbox.run('status', '@last')).exitCode).toBe(0);
});

test('a runner with something to do does not end by itself', async () => {
  sandbox = await openSandbox({ files: soonIdle });
  await sandbox.hold('GET /catalogue');
  const detached = await sandbox.run('run', 'reads', '--cloud', '--detach');
  const { pid } = await until('a runner', () => sandbox.runner());
  await sandbox.held();
  await sleep(2 * 1_500);
  expect(isAlive(pid)).toBe(true);
  await sandbox.release();
  await until('its end', () => !isAlive(pid));
  const id = detached.stdout.trim();
  expect(sandbox.events(id).at(-1)).toMatchObject({ type: 'run.finished', state: 'passed' });
  expect(sandbox.events(id).filter(({ type }) => type === 'run.started')).toHaveLength(1);
});

test('the embedded runner holds neither the pipes nor the terminal of the command that started it', async () => {
  sandbox = await openSandbox();
  // A command is over only when both its pipes are closed at every end.
  await startRunner();
  const pid = sandbox.runner()?.pid ?? 0;
  expect(isAlive(pid)).toBe(true);
  const log = join(sandbox.store, 'runner/runner.log');
  expect(streamsOf(pid)).toEqual({ targets: ['/dev/null', log, log], terminal: '0' });
  const [worker] = await until('workers', () => sandbox.workers().length > 0 && sandbox.workers());
  expect(streamsOf(worker?.pid ?? 0)).toEqual({ targets: ['/dev/null', '/dev/null', log], terminal: '0' });
});

test('a registration that nobody answers for is harmless', async () => {
  sandbox = await openSandbox();
  await startRunner();
  const before = sandbox.runner()?.pid ?? 0;
  await killSurely(before);
  expect(sandbox.runner()?.pid).toBe(before);
  expect((await sandbox.run('runner', 'status')).exitCode).toBe(7);
  expect((await sandbox.run('run', 'reads', '--cloud')).exitCode).toBe(0);
  expect(sandbox.runner()?.pid).not.toBe(before);
});

test('no runner is started only to say that nothing is kept', async () => {
  sandbox = await openSandbox();
  expect((await sandbox.run('status')).exitCode).toBe(0);
  expect((await sandbox.run('list')).exitCode).toBe(0);
  expect((await sandbox.run('wait', '@last')).exitCode).toBe(7);
  expect(runnersOf(sandbox.store)).toEqual([]);
  expect(existsSync(sandbox.store)).toBe(false);
});

test('a dispatched run of which nobody heard again is carried out by the next command', async () => {
  sandbox = await openSandbox();
  await sandbox.hold('GET /catalogue');
  const detached = await sandbox.run('run', 'reads', '--cloud', '--detach');
  await killSurely(sandbox.runner()?.pid ?? 0);
  const id = detached.stdout.trim();
  expect((await sandbox.run('status')).exitCode).toBe(0);
  expect((await sandbox.run('wait', id)).exitCode).toBe(0);
});

test('a cancel that was acknowledged outlives the runner', async () => {
  sandbox = await openSandbox();
  await sandbox.hold('GET /catalogue/:sku');
  const detached = await sandbox.run('run', 'reads', '--cloud', '--detach');
  await sandbox.held();
  const id = detached.stdout.trim();
  expect((await sandbox.run('cancel', id)).exitCode).toBe(0);
  await killSurely(sandbox.runner()?.pid ?? 0);
  expect((await sandbox.run('wait', id)).exitCode).toBe(6);
  expect(sandbox.shop.counts['GET /catalogue/:sku']).toBe(2);
});
