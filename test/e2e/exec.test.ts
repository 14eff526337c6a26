import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { expr } from '../support/project-folder.ts';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const seed = `name: seed
steps:
  - id: seed
    exec:
      command: echo "$TOKEN" >> seeded; pwd; cat "$TOKEN" 2>&1
      env: { TOKEN: "${expr('secrets.SHOP_PASSWORD')}" }
    assertions:
      - status: 1
      - text: { startsWith: / }
`;

const slow = `name: slow
steps:
  - id: before
    exec: echo before >> done
  - id: slow
    exec: echo slow >> done; [ -e ready ] || sleep 3
  - id: after
    exec: echo after >> done
`;

test('a command runs in the project of the embedded runner, and its record holds no secret', async () => {
  sandbox = await openSandbox({ files: { 'journeys/seed.yaml': seed } });
  const refused = await sandbox.run('run', 'seed', '--cloud');
  expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
  expect(existsSync(join(sandbox.store, 'runs'))).toBe(false);
  const { exitCode, stdout, stderr } = await sandbox.run('run', 'seed', '--cloud', '--allow-exec');
  expect(exitCode, stdout + stderr).toBe(0);
  const { SHOP_PASSWORD: secret = '' } = sandbox.env;
  expect(readFileSync(join(sandbox.dir, 'seeded'), 'utf8')).toBe(`${secret}\n`);
  const [id = ''] = sandbox.runIds();
  const journal = readFileSync(join(sandbox.store, 'runs', id, 'journal.jsonl'), 'utf8');
  expect(journal).not.toContain(secret);
  const logs = await sandbox.run('logs', id);
  expect(logs.stdout).toContain(`${sandbox.dir}\n`);
  expect(logs.stdout).toContain('***');
});

test('a command that was under way when its worker died is run again on a word alone', async () => {
  sandbox = await openSandbox({ files: { 'journeys/slow.yaml': slow } });
  const done = join(sandbox.dir, 'done');
  const doneSoFar = () => (existsSync(done) ? readFileSync(done, 'utf8').trim().split('\n') : []);
  const started = await sandbox.run('run', 'slow', '--cloud', '--allow-exec', '--detach');
  const id = started.stdout.trim();
  await until('the slow command', () => doneSoFar().includes('slow'));
  await killSurely(sandbox.workerOf(id));
  const waited = await sandbox.run('wait', id);
  expect(waited.exitCode, waited.stdout + waited.stderr).toBe(8);
  expect(waited.stdout + waited.stderr).toContain('exec echo slow >> done');
  expect(doneSoFar()).toEqual(['before', 'slow']);
  await sandbox.write('ready', '');
  const retried = await sandbox.run('retry', id);
  expect(retried.exitCode, retried.stdout + retried.stderr).toBe(0);
  expect(doneSoFar()).toEqual(['before', 'slow', 'slow', 'after']);
});

test('a runner that is not embedded runs no commands, and says so before anything is kept', async () => {
  sandbox = await openSandbox({ files: { 'journeys/seed.yaml': seed } });
  const runner = sandbox.start('runner', 'start');
  await until('the runner', () => sandbox.runner());
  const { exitCode, stderr } = await sandbox.run('run', 'seed', '--cloud', '--allow-exec');
  expect(exitCode, stderr).toBe(2);
  expect(stderr).toContain('this runner runs no local commands');
  expect(sandbox.runIds()).toEqual([]);
  runner.kill('SIGTERM');
  await runner.ended;
});
