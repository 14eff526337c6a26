import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openProxyServer, type ProxyServer } from '../support/proxy-server.ts';
import { selfSigned } from '../support/self-signed.ts';
import {
  answer,
  openTargetServer,
  openTlsTargetServer,
  type Scenario,
  type TargetServer,
} from '../support/target-server.ts';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

const password = 'pr0xy/password+1';
const inUrl = encodeURIComponent(password);
/** The lines between which a key stands are in every documentation. */
const keyLines = selfSigned.key.split('\n').slice(1, -1);

let sandbox: Sandbox;
let guarded: TargetServer;
let plain: TargetServer;
let proxy: ProxyServer;
let holding = false;
let failing = false;
const told: string[] = [];

const busy: Scenario = (socket) => {
  const times = guarded.seen.filter(({ path }) => path === '/busy').length;
  socket.write(answer([], '', times % 2 === 1 ? 'HTTP/1.1 503 Busy' : 'HTTP/1.1 200 OK'));
};
const last: Scenario = (socket) => {
  if (!holding) socket.write(answer([], '', failing ? 'HTTP/1.1 409 Conflict' : 'HTTP/1.1 200 OK'));
};

beforeAll(async () => {
  guarded = await openTlsTargetServer(
    { requestCert: true, rejectUnauthorized: true, ca: selfSigned.cert },
    { '/busy': busy, '/last': last },
  );
  plain = await openTargetServer();
  const credentials = Buffer.from(`ada:${password}`).toString('base64');
  proxy = await openProxyServer({ authorization: `Basic ${credentials}` });
  const tls = '{ ca: tls/ca.pem, cert: tls/ca.pem, key: tls/client.key }';
  sandbox = await openSandbox({
    journeys: fileURLToPath(new URL('service', import.meta.url)),
    env: { PROXY: `http://ada:${inUrl}@${proxy.place}` },
    files: {
      'environments/local.yaml': [
        'services:',
        `  guarded: { url: "${guarded.url('')}", tls: ${tls}, retry: { delay: 1ms } }`,
        `  proxied: { url: "${plain.url('')}", proxy: "\${{ shell.PROXY }}" }`,
        `  shop: { url: "${plain.url('')}" }`,
        '',
      ].join('\n'),
      'tls/ca.pem': selfSigned.cert,
      'tls/client.key': selfSigned.key,
    },
  });
});
afterAll(async () => {
  await sandbox.close();
  await Promise.all([guarded, plain, proxy].map((server) => server.close()));
});

async function run(expected: number, ...args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await sandbox.run(...args);
  told.push(stdout, stderr);
  expect(exitCode, `${args.join(' ')}\n${stdout}${stderr}`).toBe(expected);
}

describe('settings of a service', () => {
  test('hold in-process', () =>
    run(
      0,
      'run',
      'settled',
      '-v',
      '--output',
      'reports/local.json',
      '--reporter',
      'junit=reports/local.xml',
    ));

  test('hold on a runner, whose worker has nothing of the project', () =>
    run(0, 'run', 'settled', '--cloud', '--jsonl', '--output', 'reports/cloud.json'));

  test('hold for the worker that takes over', async () => {
    holding = true;
    const before = new Set(sandbox.runIds());
    const asked = guarded.seen.length;
    const following = run(0, 'run', 'settled', '--cloud', '-v');
    await until('the last request', () => guarded.seen.slice(asked).some(({ path }) => path === '/last'));
    holding = false;
    const id = sandbox.runIds().find((one) => !before.has(one)) ?? '';
    await killSurely(sandbox.workerOf(id));
    await following;
    await run(0, 'logs', id);
    await run(0, 'status', id, '--json');
  });

  test('hold for its retry, though the file of its key has changed', async () => {
    failing = true;
    const before = new Set(sandbox.runIds());
    await run(1, 'run', 'settled', '--cloud');
    failing = false;
    const id = sandbox.runIds().find((one) => !before.has(one)) ?? '';
    await sandbox.write('tls/client.key', 'no key any more\n');
    await run(0, 'retry', id, '--from-start', '-v');
  });

  test('are in no file, and on no screen, where they are secret', () => {
    expect(proxy.seen.length).toBe(5);
    const files = readdirSync(sandbox.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && basename(entry.name) !== 'client.key')
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(files.length).toBeGreaterThan(15);
    for (const secret of [...keyLines, password, inUrl]) {
      expect([...files, ...told].filter((text) => text.includes(secret))).toEqual([]);
    }
    expect(files.some((text) => text.includes('shop.tls.key') || text.includes('guarded.tls.key'))).toBe(
      true,
    );
  });
});
