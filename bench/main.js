// reqflo beside a bare undici loop, on one local target, in turn, round by round: npm run bench
//   --rounds N (5)   --steps N (1000) of the long journey   --json: one document in place of the tables
//   --rows N (100000) of the data file, which takes minutes; 0 leaves it out
// It measures and tells whether the targets hold; it fails only where the work was not done.
import { fork } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compileCommand, createGroups, stopCommand } from './contenders.js';
import { journalLines, runnerCpu } from './embedded-runner.js';
import { runTimed } from './process-times.js';
import { createProject } from './project.js';
import { createResult, renderResult } from './result.js';
import { measureRows } from './rows.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '100000' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const steps = Number(values.steps);
const rowCount = Number(values.rows);

// Settings of whoever starts this must not get in between; NODE_EXTRA_CA_CERTS alone doubles Node's own start.
for (const name of Object.keys(process.env)) if (/^(?:REQFLO_|NODE_)/.test(name)) delete process.env[name];

const target = fork(fileURLToPath(new URL('target.js', import.meta.url)));
const ask = (message) =>
  new Promise((resolve) => {
    target.once('message', resolve);
    if (message !== undefined) target.send(message);
  });
const { port } = await ask();
const url = `http://127.0.0.1:${port}`;
const folder = await createProject(url, steps, rowCount);
const how = { cwd: folder, output: join(folder, 'output.txt') };

async function run(command) {
  const times = await runTimed(command, how);
  if (times.exitCode === 0) return times;
  const said = await readFile(how.output, 'utf8').catch(() => '');
  throw new Error(`${command.join(' ')} ended with ${times.exitCode}\n${said}`);
}

/** One contender, once; that it made its requests is checked. */
async function measure({ command, onRunner, requests }, expected) {
  const before = await ask('requests');
  const runnerBefore = onRunner ? runnerCpu(folder) : undefined;
  const { wallMs, cpuMs } = await run(command);
  const runnerAfter = onRunner ? runnerCpu(folder) : undefined;
  const seen = (await ask('requests')).requests - before.requests;
  const wanted = requests ?? expected;
  if (seen !== wanted) throw new Error(`${command.join(' ')} made ${seen} requests, not ${wanted}`);
  if (!onRunner) return { wallMs, cpuMs };
  const runnerMs = runnerAfter === undefined ? undefined : runnerAfter - (runnerBefore ?? 0);
  return { wallMs, cpuMs, runnerMs, lines: journalLines(folder) };
}

async function measureRound(groups) {
  for (const { contenders, requests, turns } of groups) {
    for (let turn = 1; turn <= turns; turn += 1) {
      for (const contender of contenders) contender.samples.push(await measure(contender, requests));
    }
  }
}

try {
  await run(compileCommand('long'));
  const [{ path }] = JSON.parse(await readFile(how.output, 'utf8')).artifacts;
  const groups = createGroups(url, steps, path).map((group) => ({
    ...group,
    contenders: group.contenders.map((contender) => ({ ...contender, samples: [] })),
  }));
  // Not counted: it fills the caches of the disk, and starts the runner.
  await measureRound(groups);
  for (const { contenders } of groups) for (const contender of contenders) contender.samples.length = 0;
  for (let round = 1; round <= rounds; round += 1) {
    if (!values.json) process.stderr.write(`round ${round} of ${rounds}\n`);
    await measureRound(groups);
  }
  if (!values.json && rowCount > 0) process.stderr.write(`${rowCount} rows\n`);
  const countRequests = async () => (await ask('requests')).requests;
  const rows = await measureRows({ url, rows: rowCount, folder, run, countRequests });
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
  };
  const result = createResult(groups, { machine, rounds, steps, rows });
  process.stdout.write(values.json ? `${JSON.stringify(result, undefined, 2)}\n` : renderResult(result));
} finally {
  await runTimed(stopCommand, how);
  target.disconnect();
  await rm(folder, { recursive: true, force: true });
}
