import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { isAlive } from './processes.ts';
import { openSandbox, type Sandbox, until } from './sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const addItem = 'POST /carts/:id/items';

/** A run whose unkeyed request, which may not be sent twice, is on its way. */
async function holdItem(ms?: number): Promise<{ readonly id: string; readonly pid: number }> {
  sandbox = await openSandbox();
  await sandbox.hold(addItem, 1, ms);
  const { stdout } = await sandbox.run('run', 'unkeyed', '--cloud', '--detach');
  await sandbox.held();
  return { id: stdout.trim(), pid: sandbox.runner()?.pid ?? 0 };
}

function typesOf(id: string): readonly string[] {
  return sandbox.events(id).map(({ type }) => type);
}

test('a runner that is told to stop lets a request on its way end; the next one goes on behind it', async () => {
  const { id, pid } = await holdItem(6_000);
  const stopped = await sandbox.run('runner', 'stop');
  expect(stopped.exitCode, stopped.stderr).toBe(0);
  expect(stopped.stderr).toContain('waiting for requests on their way to end');
  await until('its end', () => !isAlive(pid));
  expect(typesOf(id).at(-1)).toBe('run.waiting');

  const waited = await sandbox.run('wait', id);
  expect(waited.exitCode, waited.stderr).toBe(0);
  expect(typesOf(id)).not.toContain('run.interrupted');
  const starts = sandbox.events(id).filter((event) => event.type === 'step.started');
  expect(starts.filter(({ key }) => key === 'addItem')).toHaveLength(1);
  expect(sandbox.events(id).at(-1)).toMatchObject({ type: 'run.finished', state: 'passed' });
});

test('told a second time, it waits no longer: the request is asked about', async () => {
  const { id, pid } = await holdItem();
  process.kill(pid, 'SIGTERM');
  await sleep(300);
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGTERM');
  await until('its end', () => !isAlive(pid));

  const waited = await sandbox.run('wait', id);
  expect(waited.exitCode, waited.stderr).toBe(8);
  expect(sandbox.events(id).at(-1)).toMatchObject({ type: 'run.interrupted', keys: ['addItem'] });
});
