// What a run with --cloud costs beside its own process: the runner's CPU time, and the lines of its journal.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuOf } from './process-times.js';

/** CPU milliseconds so far of the project's runner and its workers; undefined where that cannot be known. */
export function runnerCpu(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, '.reqflo/runner', name), 'utf8'));
  try {
    return cpuOf([read('runner.json').pid, ...read('workers.json').map((worker) => worker.pid)]);
  } catch {
    return undefined;
  }
}

/**
 * Lines of the newest run's journal. One line is one append; appends that meet share a write and an
 * fdatasync, so there are at most as many syncs.
 */
export function journalLines(folder) {
  const runs = join(folder, '.reqflo/runs');
  const newest = readdirSync(runs).sort().at(-1);
  return readFileSync(join(runs, newest, 'journal.jsonl'), 'latin1').split('\n').length - 1;
}
