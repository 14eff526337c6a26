import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
