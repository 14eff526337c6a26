// Runs fixtures/real against real servers, in-process and on a runner, then each journey with one wrong expected
// value, which must fail and say so: npm run real
//   REAL_SERVERS: the folder with their start scripts (default: ../shared/real-servers/servers)
// It needs bash, curl, npm, and for aptly and httpbin Debian's package lists (apt-get update) and python3.
// Where the scripts are not at hand it says so, and runs nothing.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const root = fileURLToPath(new URL('..', import.meta.url));
const scripts = resolve(process.env.REAL_SERVERS ?? join(root, '../shared/real-servers/servers'));
const cache = process.env.SERVERS_CACHE ?? join(root, '.cache/servers');
const bin = join(root, 'bin/reqflo.js');

if (!existsSync(scripts)) {
  process.stdout.write(
    `The start scripts of the real servers are not at hand (${scripts}): nothing was run.\n`,
  );
  process.stdout.write('0 passed, 0 failed\n');
  process.exit(0);
}

// A journey has the name of its server. `wrong` replaces one expected value; the report must show `shown`.
const journeys = [
  {
    name: 'aptly',
    port: 'APTLY_PORT',
    wrong: ['$.Code: 201', '$.Code: 200'],
    shown: ['expected $.Code 200, got 201', '✗ snapshotReport', '↩ nothingLeft'],
  },
  {
    name: 'httpbin',
    port: 'HTTPBIN_PORT',
    wrong: [
      '$.form: { equals: { a: "1", b: [two words, ☂] }',
      '$.form: { equals: { a: "1", b: [two words, ☔] }',
    ],
    shown: ['$.form.b[1]   expected "☔"   got "☂"', '✗ form'],
  },
  {
    name: 'oidc-provider',
    port: 'OIDC_PORT',
    wrong: ['equals: consent', 'equals: login'],
    shown: ['expected css input[type=hidden][name=prompt]', '"login", got "consent"', '✗ consentPage'],
  },
  {
    name: 'verdaccio',
    port: 'VERDACCIO_PORT',
    wrong: [`- sha1: "\${{ variables.shasum }}"`, '- sha1: da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    shown: [
      'expected sha1 "da39a3ee5e6b4b0d3255bfef95601890afd80709", got "fe1c7f0b5914cceaac72e8f7ddba2a48414516cf"',
      '✗ download',
    ],
  },
];

const secrets = {
  HTTPBIN_DIGEST_PASSWORD: 'secret',
  HTTPBIN_PASSWORD: 's3cret:Pass',
  HTTPBIN_TOKEN: 'tok-1',
  OIDC_CLIENT_SECRET: 'shop secret/with:odd+chars',
  OIDC_REGISTRATION_TOKEN: 'let-me-register',
  REGISTRY_PASSWORD: 's3cret-Pass',
};

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

const pids = [];

async function startServer(name) {
  const port = String(await freePort());
  const { stdout } = await execa('bash', [join(scripts, `${name}.sh`)], {
    env: { PORT: port, SERVERS_CACHE: cache },
    stderr: 'inherit',
    stdin: 'ignore',
  });
  pids.push(Number(stdout.trim()));
  return port;
}

// Each round wants servers that are empty.
async function startServers() {
  const env = { ...secrets };
  for (const { name, port } of journeys) env[port] = await startServer(name);
  return env;
}

function stopServers() {
  for (const pid of pids.splice(0)) process.kill(pid);
}

const project = await mkdtemp(join(tmpdir(), 'reqflo-real-'));
await cp(join(root, 'fixtures/real'), project, { recursive: true });
let passed = 0;
let failed = 0;

function count(good) {
  if (good) passed += 1;
  else failed += 1;
}

async function runRight({ name }, env, how) {
  const { exitCode } = await execa(process.execPath, [bin, 'run', name, ...how], {
    cwd: project,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    reject: false,
  });
  count(exitCode === 0);
}

async function makeWrong({ name, wrong: [right, wrong] }) {
  const file = join(project, 'journeys', `${name}.yaml`);
  const text = await readFile(file, 'utf8');
  const pieces = text.split(right);
  if (pieces.length !== 2)
    throw new Error(`${name}.yaml has "${right}" ${pieces.length - 1} times, not once`);
  await writeFile(file, pieces.join(wrong));
}

async function runWrong(journey, env) {
  await makeWrong(journey);
  const { exitCode, all } = await execa(process.execPath, [bin, 'run', journey.name], {
    cwd: project,
    env,
    stdin: 'ignore',
    all: true,
    reject: false,
  });
  const [, wrong] = journey.wrong;
  const missing = [...journey.shown, `journeys/${journey.name}.yaml:`].filter((text) => !all.includes(text));
  const good = exitCode === 1 && missing.length === 0;
  process.stdout.write(`${good ? '✓' : '✗'} ${journey.name} with ${wrong}: exit code ${exitCode}\n`);
  if (!good) process.stdout.write(`not shown: ${missing.join(' | ') || 'nothing'}\n${all}\n`);
  count(good);
}

try {
  // Package lists: without them Debian's packages are not found on a new machine.
  execFileSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
} catch {
  process.stdout.write('apt-get update did not work: aptly and httpbin may not start.\n');
}
try {
  for (const how of [[], ['--cloud']]) {
    const env = await startServers();
    for (const journey of journeys) await runRight(journey, env, how);
    stopServers();
  }
  const env = await startServers();
  for (const journey of journeys) await runWrong(journey, env);
} finally {
  await execa(process.execPath, [bin, 'runner', 'stop'], { cwd: project, reject: false });
  stopServers();
  await rm(project, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
