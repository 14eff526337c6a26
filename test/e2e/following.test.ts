import { afterEach, expect, test } from 'vitest';
import { isAlive } from './processes.ts';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const list = 'GET /catalogue';

/** A run that is followed, with its first request kept back. */
async function follow(
  ...options: readonly string[]
): Promise<{ run: ReturnType<Sandbox['start']>; id: string }> {
  sandbox = await openSandbox();
  await sandbox.hold(list);
  const run = sandbox.start('run', 'reads', '--cloud', ...options);
  await sandbox.held();
  const [id = ''] = sandbox.runIds();
  return { run, id };
}

function jsonLines(text: string): readonly { readonly [name: string]: unknown }[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly [name: string]: unknown });
}

test('a runner killed under a follower is started again, and no event is missed or told twice', async () => {
  const { run, id } = await follow('--jsonl');
  const before = sandbox.runner()?.pid ?? 0;
  await killSurely(before);
  const { exitCode, stdout, stderr } = await run.ended;

  expect(exitCode, stderr).toBe(0);
  expect(sandbox.runner()?.pid).not.toBe(before);
  const told = jsonLines(stdout).map(({ schemaVersion: _, run: of, ...event }) => {
    expect(of).toBe(id);
    return event;
  });
  const ciphertext = new Set(['sealed', 'sealedSecrets']);
  const kept = sandbox
    .events(id)
    .map((event) => Object.fromEntries(Object.entries(event).filter(([name]) => !ciphertext.has(name))));
  expect(told).toEqual(kept);
  expect(told.filter(({ type }) => type === 'run.started')).toHaveLength(2);
});

test.each(['--json', '--jsonl'])('with %s the id of the run is known before it is over', async (option) => {
  const { run, id } = await follow(option);
  await until('the id', () => run.said() !== '');
  run.kill('SIGKILL');
  expect((await run.ended).stderr).toBe(`${id}\n`);
});

test('Ctrl-C while following detaches with 130, says how to go on, and never cancels', async () => {
  const { run, id } = await follow();
  run.kill('SIGINT');
  const { exitCode, stderr } = await run.ended;

  expect(exitCode).toBe(130);
  expect(stderr).toContain(`detached: the run goes on; follow it with reqflo wait ${id}`);
  expect(isAlive(sandbox.runner()?.pid ?? 0)).toBe(true);
  await sandbox.release();
  expect((await sandbox.run('wait', id)).exitCode).toBe(0);
});

test('SIGTERM while following detaches with 143', async () => {
  const { run, id } = await follow();
  run.kill('SIGTERM');
  expect((await run.ended).exitCode).toBe(143);
  await sandbox.release();
  expect((await sandbox.run('wait', id)).exitCode).toBe(0);
});

test('a follower that is killed takes neither the runner nor the run with it', async () => {
  const { run, id } = await follow();
  run.kill('SIGKILL');
  await run.ended;
  await sandbox.release();
  expect((await sandbox.run('wait', id)).exitCode).toBe(0);
});

test('two follow one run, and are told the same', async () => {
  const { run, id } = await follow('--jsonl');
  const other = sandbox.start('wait', id, '--jsonl');
  await until('the second follower', () => isAlive(other.pid));
  await sandbox.release();
  const [first, second] = [await run.ended, await other.ended];
  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  expect(jsonLines(second.stdout)).toEqual(jsonLines(first.stdout));
});

test('wait gives up after its timeout with 8, and the run goes on', async () => {
  const { run, id } = await follow('--detach');
  const detached = await run.ended;
  expect(detached).toMatchObject({ exitCode: 0, stdout: `${id}\n`, stderr: '' });
  const waited = await sandbox.run('wait', id, '--timeout', '300ms');
  expect(waited.exitCode).toBe(8);
  expect(waited.stderr).toContain(`waited for 300 ms; the run goes on: reqflo wait ${id}\n`);
  await sandbox.release();
  expect((await sandbox.run('wait', id)).exitCode).toBe(0);
});
