// Runs fixtures/real against real servers, in-process and on a runner: npm run real
//   REAL_SERVERS: the folder with their start scripts (default: ../shared/real-servers/servers)
// It needs bash, curl, npm, and for httpbin Debian's package lists (apt-get update) and python3.
// Where the scripts are not at hand it says so, and runs nothing.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const root = fileURLToPath(new URL('..', import.meta.url));
const scripts = resolve(process.env.REAL_SERVERS ?? join(root, '../shared/real-servers/servers'));
const bin = join(root, 'bin/reqflo.js');

if (!existsSync(scripts)) {
  process.stdout.write(
    `The start scripts of the real servers are not at hand (${scripts}): nothing was run.\n`,
  );
  process.stdout.write('0 passed, 0 failed\n');
  process.exit(0);
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

const cache = process.env.SERVERS_CACHE ?? join(root, '.cache/servers');

async function startServer(name, port) {
  const env = { PORT: String(port), SERVERS_CACHE: cache };
  const { stdout } = await execa('bash', [join(scripts, `${name}.sh`)], {
    env,
    stderr: 'inherit',
    stdin: 'ignore',
  });
  return Number(stdout.trim());
}

const project = await mkdtemp(join(tmpdir(), 'reqflo-real-'));
await cp(join(root, 'fixtures/real'), project, { recursive: true });
const pids = [];
let passed = 0;
let failed = 0;

async function check(journey, env, how) {
  const { exitCode } = await execa(process.execPath, [bin, 'run', journey, ...how], {
    cwd: project,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    reject: false,
  });
  if (exitCode === 0) passed += 1;
  else failed += 1;
}

try {
  // Package lists: without them Debian's packages are not found on a new machine.
  execFileSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
} catch {
  process.stdout.write('apt-get update did not work: httpbin may not start.\n');
}
try {
  for (const how of [[], ['--cloud']]) {
    // Verdaccio's journey publishes: each run wants a registry that is empty.
    const [verdaccio, httpbin] = [await freePort(), await freePort()];
    pids.push(await startServer('verdaccio', verdaccio), await startServer('httpbin', httpbin));
    const env = {
      VERDACCIO_PORT: String(verdaccio),
      HTTPBIN_PORT: String(httpbin),
      REGISTRY_PASSWORD: 's3cret-Pass',
      HTTPBIN_PASSWORD: 's3cret:Pass',
    };
    await check('verdaccio', env, how);
    await check('httpbin', env, how);
  }
} finally {
  await execa(process.execPath, [bin, 'runner', 'stop'], { cwd: project, reject: false });
  for (const pid of pids) process.kill(pid);
  await rm(project, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
