import type { CloudBackend } from '../../backends/cloud.ts';
import { loadProject } from '../../project/project.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import type { RunRecord } from '../../run/record.ts';
import { findRun } from '../find-run.ts';
import { followRun } from '../follow.ts';
import { listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { createReporters, type ReportOptions } from '../reporters.ts';
import { requireKept } from '../runner-connection.ts';
import { artifactOf } from '../stored-artifact.ts';
import { tellRuns } from '../tell-runs.ts';

export interface WaitOptions extends ReportOptions {
  readonly runner?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Follows runs to their ends, and gives the code of the worst. */
export async function waitCommand(names: readonly string[], options: WaitOptions, io: Io): Promise<number> {
  const backend = await requireKept(loadProject(io.cwd), options, io);
  const reporters = await createReporters(options, io);
  const records: RunRecord[] = [];
  for (const name of names) records.push((await findRun(backend, name, io)).record);
  return followKept(backend, records, reporters, options, io);
}

/** Follows kept runs one after the other; `timeout` bounds all of it. */
export async function followKept(
  backend: CloudBackend,
  records: readonly RunRecord[],
  reporters: readonly Reporter[],
  options: WaitOptions,
  io: Io,
  previous?: RunRecord,
): Promise<number> {
  const id = records[0]?.request.id ?? '@last';
  const interrupts = listenForInterrupts(io, `detached: the run goes on; follow it with reqflo wait ${id}`);
  const timer = new AbortController();
  const timeout =
    options.timeout === undefined ? undefined : setTimeout(() => timer.abort(), options.timeout);
  const signal = AbortSignal.any([interrupts.signal, timer.signal]);
  try {
    return await tellRuns(reporters, interrupts, async (tally) => {
      for (const record of records) {
        const artifact = await artifactOf(backend, record);
        tally.begin();
        tally.add((await followRun(backend, artifact, record.request, reporters, signal, previous)).record);
      }
    });
  } finally {
    clearTimeout(timeout);
    interrupts.stop();
    await backend.close();
  }
}
