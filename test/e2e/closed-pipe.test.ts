import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from './sandbox.ts';

const bin = fileURLToPath(new URL('../../bin/reqflo.js', import.meta.url));

const failing = `name: failing
defaults: { service: shop }
steps:
  - id: login
    request: { method: POST, path: /login, json: { email: ada@example.com, password: "\${{ secrets.SHOP_PASSWORD }}" } }
    outputs: { token: { body: $.token, secret: true } }
    assertions: [{ status: 200 }]
  - id: createCart
    request: { method: POST, path: /carts, auth: { bearer: "\${{ steps.login.outputs.token }}" } }
    outputs: { id: $.id }
    assertions: [{ status: 201 }]
    cleanup:
      - id: dropCart
        request: { method: DELETE, path: "/carts/\${{ steps.createCart.outputs.id }}" }
        assertions: [{ status: 204 }]
  - id: look
    request: { path: /catalogue }
    assertions: [{ status: 500 }]
`;

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox({ files: { 'journeys/failing.yaml': failing } });
});
afterEach(() => sandbox.close());

/** Runs a command whose output nobody reads any longer once its first part has come. */
async function startUnread(...args: readonly string[]): Promise<number | null> {
  const subprocess = spawn(process.execPath, [bin, ...args], { cwd: sandbox.dir, env: sandbox.env });
  const closed = once(subprocess, 'exit') as Promise<[number | null]>;
  await once(subprocess.stdout, 'data');
  subprocess.stdout.destroy();
  subprocess.stderr.destroy();
  const [exitCode] = await closed;
  return exitCode;
}

test('a run whose report nobody reads any longer ends as it would: cleanup, files and exit code', async () => {
  await sandbox.hold('GET /catalogue', 1, 1_000);
  expect(await startUnread('run', 'failing', '--reporter', 'junit=report.xml')).toBe(1);
  const asked = sandbox.shop.requests.map(({ method, pattern }) => `${method} ${pattern}`);
  expect(asked.slice(-2)).toEqual(['GET /catalogue', 'DELETE /carts/:id']);
  expect(readFileSync(join(sandbox.dir, 'report.xml'), 'utf8')).toContain('failures="1"');
});

test('so does one that is followed on a runner', async () => {
  await sandbox.hold('GET /catalogue', 1, 1_000);
  expect(await startUnread('run', 'failing', '--cloud')).toBe(1);
});

describe.runIf(existsSync('/dev/full'))('on a full disk', () => {
  test('what cannot be said is told, and does not count as said', async () => {
    const full = openSync('/dev/full', 'w');
    const subprocess = spawn(process.execPath, [bin, 'run', 'failing', '--json'], {
      cwd: sandbox.dir,
      env: sandbox.env,
      stdio: ['ignore', full, 'pipe'],
    });
    let said = '';
    subprocess.stderr?.on('data', (part) => {
      said += part;
    });
    const [exitCode] = (await once(subprocess, 'close')) as [number | null];
    closeSync(full);
    expect(said).toBe('error: the output cannot be written: ENOSPC: no space left on device, write\n');
    expect(exitCode).toBe(3);
  });

  test('a report that cannot be written ends no run', async () => {
    const { exitCode, stdout, stderr } = await sandbox.run('run', 'failing', '--reporter', 'jsonl=/dev/full');
    expect(stderr).toContain(
      'error: /dev/full cannot be written: the disk is full\n  what is in it is not whole\n',
    );
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^failed · /m);
    expect(sandbox.shop.requests.at(-1)).toMatchObject({ method: 'DELETE' });
  });
});
