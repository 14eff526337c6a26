// The rows of a large data file: how many a second, and whether memory stays flat. Once, because it takes long.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRowContenders } from './contenders.js';

const usageModule = fileURLToPath(new URL('report-usage.js', import.meta.url));
/** Bytes. */
const memoryLimit = 250e6;

/** Undefined for no rows. `run` runs a command to its end; `countRequests` is how many the target has seen. */
export async function measureRows({ url, rows, folder, run, countRequests }) {
  if (rows === 0) return undefined;
  const usage = join(folder, 'usage.json');
  process.env.BENCH_USAGE = usage;
  const contenders = [];
  for (const { name, command } of createRowContenders(url, rows, ['--import', usageModule])) {
    const before = await countRequests();
    const { wallMs } = await run(command);
    const seen = (await countRequests()) - before;
    if (seen !== rows) throw new Error(`${command.join(' ')} made ${seen} requests, not ${rows}`);
    const { cpuMs, peakBytes } = JSON.parse(await readFile(usage, 'utf8'));
    contenders.push({ name, wallMs, cpuMs, peakBytes, rowsPerSecond: (rows * 1000) / wallMs });
  }
  delete process.env.BENCH_USAGE;
  const [bare, reqflo] = contenders;
  return {
    rows,
    contenders: contenders.map((one) => ({
      ...one,
      times: { wall: one.wallMs / bare.wallMs, cpu: one.cpuMs / bare.cpuMs },
    })),
    target: {
      name: 'rows, peak RSS: at most 250 MB',
      limit: memoryLimit,
      measured: reqflo.peakBytes,
      holds: reqflo.peakBytes <= memoryLimit,
    },
  };
}

export function renderRows({ rows, contenders }) {
  const head = ['', 'wall s', 'CPU s', 'rows/s', 'peak RSS MB', 'wall ×', 'CPU ×'];
  const lines = contenders.map(({ name, wallMs, cpuMs, rowsPerSecond, peakBytes, times }) => [
    name,
    (wallMs / 1000).toFixed(1),
    (cpuMs / 1000).toFixed(1),
    rowsPerSecond.toFixed(0),
    (peakBytes / 1e6).toFixed(0),
    times.wall.toFixed(2),
    times.cpu.toFixed(2),
  ]);
  const title = `\nRows: a data file of ${rows}, a run of one step with 2 assertions each, 10 at once; one round`;
  return [title, ...[head, ...lines].map(renderLine)];
}

function renderLine([name, ...cells]) {
  return `  ${name.padEnd(28)}${cells.map((cell) => cell.padStart(13)).join('')}`;
}

export function renderRowsTarget({ name, measured, holds }) {
  return `  ${holds ? 'holds         ' : 'does not hold '}    ${name.padEnd(44)}${(measured / 1e6).toFixed(0)} MB`;
}
