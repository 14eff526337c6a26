import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';
import { findSecrets } from './secret-forms.ts';

const password = 'password+of the answer';
const session = 'session=of/the%answer';
const inLines = ['password "of line 1"', 'passwörd of line 2'] as const;
const planted = [
  password,
  session,
  ...inLines,
  'session-of-the-request',
  'password/of the request',
  'password\tof the check',
];

/** What the server was asked: that it was told the real values. */
let asked: { url: string; session: unknown; body: string }[] = [];
let holding = false;
let held = 0;

function answer(path: string, response: ServerResponse): void {
  const told = [password, session, ...inLines].join('; ');
  if (path === '/slow' && holding) {
    holding = false;
    held += 1;
    return;
  }
  response.setHeader('X-Session', [session]);
  if (path === '/lines') {
    response.setHeader('content-type', 'application/x-ndjson');
    response.end(inLines.map((one) => `${JSON.stringify({ password: one })}\n`).join(''));
    return;
  }
  const account = { user: 'ada', password, card: { cvv: 987 } };
  const bodies: { readonly [path: string]: unknown } = {
    '/login': { account },
    '/again': { told },
    '/checked': { password: 'password\tof the check', told, encoded: Buffer.from(told).toString('base64') },
  };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(bodies[path] ?? {}, undefined, 2));
}

const server = createServer(async (request, response) => {
  const { url = '', headers } = request;
  const body = await text(request);
  asked.push({ url, session: headers['x-session'], body });
  answer(url.split('?')[0] ?? '', response);
});

let sandbox: Sandbox;
const told = new Map<string, string>();

async function run(expected: number, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await sandbox.run(...args);
  told.set(`stdout of ${args.join(' ')} (${told.size})`, stdout);
  told.set(`stderr of ${args.join(' ')} (${told.size})`, stderr);
  expect(exitCode, `${args.join(' ')}\n${stdout}${stderr}`).toBe(expected);
  return stdout;
}

const reports = (name: string): readonly string[] => [
  ...['junit=xml', 'pretty=txt', 'jsonl=jsonl'].flatMap((one) => {
    const [reporter, ending] = one.split('=');
    return ['--reporter', `${reporter}=reports/${name}.${ending}`];
  }),
  '--output',
  `reports/${name}.json`,
];

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sandbox = await openSandbox({
    journeys: fileURLToPath(new URL('redact', import.meta.url)),
    files: {
      'reqflo.yaml':
        'environment: local\nredact: { headers: [x-session], body: ["$..password", "$..cvv"] }\n',
      'environments/local.yaml': `services:\n  garden: { url: "${url}" }\n  shop: { url: "${url}" }\n`,
    },
  });
});
afterAll(async () => {
  await sandbox.close();
  server.closeAllConnections();
  server.close();
});

describe('what redact names', () => {
  test('is judged, handed on and sent as it is, in-process', async () => {
    await run(1, 'run', 'planted', '-v', ...reports('local'));
    await run(1, 'run', 'planted', '--json');
    await run(1, 'run', 'planted', '--reporter', 'junit');
    const again = asked.find((one) => one.url.startsWith('/again'));
    expect(JSON.parse(again?.body ?? '')).toEqual({ card: { cvv: 987 }, note: `it is ${inLines[1]}` });
    expect(asked[0]).toMatchObject({ session: 'session-of-the-request' });
    expect(asked[0]?.body).toContain('password/of the request');
    const output = readFileSync(join(sandbox.dir, 'reports/local.json'), 'utf8');
    const { runs } = JSON.parse(output) as { runs: [{ steps: { key: string; state: string }[] }] };
    const states = runs[0].steps.map(({ key, state }) => `${key} ${state}`);
    expect(states).toEqual([
      'login passed',
      'lines passed',
      'again passed',
      'slow passed',
      'checked failed',
      'bye passed',
    ]);
  });

  test('on a runner, and in its retry', async () => {
    await run(1, 'run', 'planted', '--cloud', '-v', ...reports('cloud'));
    const failed = sandbox.runIds()[0] ?? '';
    asked = [];
    await run(1, 'retry', failed, '--from-failed', '-v', ...reports('retried'));
    // Its cleanup had undone `again`; what came before is kept.
    expect(asked[0]?.url).toBe(`/again?q=${encodeURIComponent(password)}`);
  });

  test('where another worker goes on', async () => {
    const before = new Set(sandbox.runIds());
    holding = true;
    const following = run(1, 'run', 'planted', '--cloud', '--jsonl', ...reports('taken-over'));
    await until('a request that gets no answer', () => held === 1);
    const id = sandbox.runIds().find((one) => !before.has(one)) ?? '';
    await killSurely(sandbox.workerOf(id));
    await following;
    await run(0, 'verify', id);
  });

  test('where it is looked at later', async () => {
    for (const one of sandbox.runIds()) {
      await run(0, 'logs', one);
      await run(0, 'status', one, '--json');
      await run(1, 'wait', one, '--jsonl');
    }
    await run(0, 'list', '--json');
  });

  test('is in no file of the project, and on no screen, in any form', () => {
    const files = readdirSync(sandbox.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const texts = [...files.map((path) => [path, readFileSync(path, 'utf8')] as const), ...told].filter(
      ([where]) => !where.endsWith('planted.yaml'),
    );
    expect(files.filter((path) => path.endsWith('journal.jsonl'))).toHaveLength(3);
    expect(texts.filter(([, text]) => text.includes('***')).length).toBeGreaterThan(20);
    const leaks = texts.flatMap(([where, text]) =>
      findSecrets(text, planted).map((what) => `${where}: ${what}`),
    );
    expect(leaks).toEqual([]);
    // Short: hidden in the body, and where it is a whole value.
    const short = texts.filter(([, text]) => /cvv\W{1,9}987/.test(text)).map(([where]) => where);
    expect(short).toEqual([]);
  });
});
