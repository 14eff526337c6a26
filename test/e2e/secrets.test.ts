import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LeakyServer, openLeakyServer } from './leaky-server.ts';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';
import { findSecrets } from './secret-forms.ts';

const password = `pä"ss'w/or+d <&> \\ ☃😀 100%~`;
const apiKey = 'k/ey+with=signs~and.dots';
const inFile = 'd0t/env+secret "quoted" vàlue';
const token = 't0k/en+"quoted"\\back ünïcode-☃=';
const bearer = 'hdr/tok+en==~123456';
const cookie = 'c00kie/val+ue';
const secrets = [password, apiKey, inFile, token, bearer, cookie];

let sandbox: Sandbox;
let server: LeakyServer;
/** Everything that left a process, by what it was. */
const told = new Map<string, string>();

/** Runs a command, and keeps what it said. */
async function run(expected: number, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await sandbox.run(...args);
  told.set(`stdout of ${args.join(' ')} (${told.size})`, stdout);
  told.set(`stderr of ${args.join(' ')} (${told.size})`, stderr);
  expect(exitCode, `${args.join(' ')}\n${stdout}${stderr}`).toBe(expected);
  return stdout;
}

async function ask(id: string): Promise<void> {
  const { url, token: authorization } = sandbox.runner() ?? { url: '', token: '' };
  const headers = { authorization: `Bearer ${authorization}` };
  const paths = [
    'health',
    'runs',
    ...['', '/artifact', '/events', '/verify'].map((rest) => `runs/${id}${rest}`),
  ];
  for (const path of [...paths, 'nothing']) {
    const response = await fetch(`${url}/v1/${path}`, { headers });
    told.set(`GET ${path} (${told.size})`, await textOf(response));
  }
}

/** Of the events of an open run those that are there: the stream goes on for as long as it is open. */
async function textOf({ body }: Response): Promise<string> {
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.includes('"run.interrupted"')) break;
  }
  return text;
}

const reports = (name: string): readonly string[] => [
  '--reporter',
  `junit=reports/${name}.xml`,
  '--reporter',
  `pretty=reports/${name}.txt`,
  '--reporter',
  `jsonl=reports/${name}.jsonl`,
  '--output',
  `reports/${name}.json`,
];

beforeAll(async () => {
  server = await openLeakyServer({
    token,
    bearer,
    cookie,
    secrets: [password, apiKey, inFile, token, bearer],
  });
  sandbox = await openSandbox({
    journeys: fileURLToPath(new URL('secrets', import.meta.url)),
    env: { SHOP_PASSWORD: password, API_KEY: apiKey },
    files: {
      'reqflo.yaml': 'environment: local\nsecrets: { dotenv: .env }\n',
      'environments/local.yaml': `services:\n  leaky: { url: "${server.url}" }\n`,
      '.env': `DOTENV_SECRET='${inFile}'\n`,
    },
  });
});
afterAll(async () => {
  await sandbox.close();
  await server.close();
});

describe('secrets stay where they belong', () => {
  test('in-process runs, in every report', async () => {
    for (const failing of [false, true]) {
      server.failing = failing;
      const code = failing ? 1 : 0;
      await run(code, 'run', 'leaky', '-v', ...reports(`local-${failing}`));
      await run(code, 'run', 'leaky', '--json');
      await run(code, 'run', 'leaky', '--jsonl');
      await run(code, 'run', 'leaky', '--reporter', 'junit');
    }
  });

  test('a run on a runner, its failure and its retry', async () => {
    server.failing = true;
    await run(1, 'run', 'leaky', '--cloud', '-v', ...reports('failed'));
    const failed = sandbox.runIds()[0] ?? '';
    await run(0, 'status', failed);
    await run(0, 'status', failed, '--json');
    server.failing = false;
    const retry = await run(0, 'retry', failed, '--from-failed', '--json', ...reports('retried'));
    const [{ id }] = (JSON.parse(retry) as { runs: [{ id: string }] }).runs;
    for (const one of [failed, id]) {
      await run(one === id ? 0 : 1, 'wait', one, '--jsonl');
      await run(0, 'logs', one);
      await ask(one);
    }
    await run(0, 'list', '--json');
    await run(0, 'status');
  });

  test('a run whose worker dies, and which goes on with another', async () => {
    server.failing = true;
    server.holding = true;
    const held = server.held();
    const before = new Set(sandbox.runIds());
    const following = run(8, 'run', 'leaky', '--cloud', '-v', ...reports('interrupted'));
    await until('a request that gets no answer', () => server.held() > held);
    const id = sandbox.runIds().find((one) => !before.has(one)) ?? '';
    await killSurely(sandbox.workerOf(id));
    await following;
    await ask(id);
    await run(1, 'retry', id, '-v', ...reports('resumed'));
    await run(0, 'logs', id, '--failed');
    await ask(id);
  });

  test('the server was told the secrets, and what was told is masked', () => {
    for (const name of ['local-true', 'failed', 'resumed']) {
      for (const kind of ['txt', 'xml', 'json', 'jsonl']) {
        const report = readFileSync(join(sandbox.dir, `reports/${name}.${kind}`), 'utf8');
        expect(report, `${name}.${kind}`).toContain('***');
      }
    }
    expect(told.size).toBeGreaterThan(50);
  });

  test('no file of the project, no stream and no answer of the runner holds any form of any secret', () => {
    const files = readdirSync(sandbox.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => basename(path) !== '.env');
    expect(files.length).toBeGreaterThan(30);
    const texts = [...files.map((path) => [path, readFileSync(path, 'utf8')] as const), ...told];
    const leaks = texts.flatMap(([where, text]) =>
      findSecrets(text, secrets).map((what) => `${where}: ${what}`),
    );
    expect(leaks).toEqual([]);
  });

  test('the search finds what it is to find', () => {
    for (const secret of secrets) {
      expect(findSecrets(JSON.stringify({ deep: [`see ${secret}!`] }), [secret]), secret).not.toEqual([]);
      for (const prefix of ['', 'a', 'ab']) {
        const encoded = Buffer.from(`${prefix}${secret}z`).toString('base64');
        expect(findSecrets(encoded, [secret]), `${prefix} ${secret}`).not.toEqual([]);
      }
    }
  });
});
