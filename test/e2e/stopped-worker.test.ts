import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { isAlive } from './processes.ts';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const list = 'GET /catalogue';

/** A run whose first request is kept back, and the worker that has it, stopped in its tracks. */
async function stopWorker(hungAfterMs: number): Promise<{
  run: ReturnType<Sandbox['start']>;
  id: string;
  pid: number;
}> {
  sandbox = await openSandbox({
    env: { REQFLO_HUNG_AFTER_MS: String(hungAfterMs) },
  });
  await sandbox.hold(list);
  const run = sandbox.start('run', 'reads', '--cloud');
  await sandbox.held();
  const [id = ''] = sandbox.runIds();
  const pid = sandbox.workerOf(id);
  process.kill(pid, 'SIGSTOP');
  return { run, id, pid };
}

function passesOf(id: string): number {
  return sandbox.events(id).filter((event) => event.type === 'run.started').length;
}

test('a worker that hangs is killed, and only after its end its run gets the next epoch', async () => {
  const { run, id, pid } = await stopWorker(900);
  await until('a second pass', () => passesOf(id) === 2);
  expect(isAlive(pid)).toBe(false);
  expect(() => process.kill(pid, 'SIGCONT')).toThrow(/ESRCH/);
  const { exitCode, stdout } = await run.ended;

  expect(exitCode, stdout).toBe(0);
  expect(sandbox.lines(id).map(({ epoch }) => epoch)).toEqual(
    sandbox
      .lines(id)
      .map(({ epoch }) => epoch)
      .sort(),
  );
  expect(sandbox.lines(id).at(-1)?.epoch).toBe(2);
  expect((await sandbox.run('verify', id)).exitCode).toBe(0);
});

test('a worker that is paused for less than that comes back and goes on', async () => {
  const { run, id, pid } = await stopWorker(8_000);
  await sleep(600);
  process.kill(pid, 'SIGCONT');
  await sandbox.release();
  const { exitCode, stdout } = await run.ended;

  expect(exitCode, stdout).toBe(0);
  expect(passesOf(id)).toBe(1);
  expect(isAlive(pid)).toBe(true);
});

test('workers end with their runner', async () => {
  sandbox = await openSandbox();
  await sandbox.run('run', 'reads', '--cloud');
  const workers = await until('all workers', () => {
    const found = sandbox.workers().map(({ pid }) => pid);
    return found.length >= 2 && found;
  });
  await killSurely(sandbox.runner()?.pid ?? 0);
  await until('the end of every worker', () => !workers.some(isAlive));
});

test('a stopped worker, which cannot see that its runner is gone, is killed by the next one', async () => {
  const { run, id, pid } = await stopWorker(20_000);
  run.kill('SIGKILL');
  await run.ended;
  const before = sandbox.runner()?.pid ?? 0;
  await killSurely(before);
  await sleep(300);
  expect(isAlive(pid)).toBe(true);
  const { exitCode, stdout } = await sandbox.run('wait', id);

  expect(exitCode, stdout).toBe(0);
  expect(isAlive(pid)).toBe(false);
  expect(sandbox.runner()?.pid).not.toBe(before);
  const log = sandbox.log();
  const ended = log.indexOf('ended 1 workers of the runner before');
  expect(ended).toBeGreaterThan(0);
  expect(log.lastIndexOf('listening on')).toBeGreaterThan(ended);
  expect(passesOf(id)).toBe(2);
});
