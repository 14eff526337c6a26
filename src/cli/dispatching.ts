import type { Backend } from '../backends/backend.ts';
import type { Project } from '../project/project.ts';
import type { Batch as ReportedRows } from '../reporters/batch.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { Interrupts } from './interrupt.ts';
import type { Io } from './io.ts';
import type { Compiled } from './journeys.ts';
import type { OpenBatch } from './open-batch.ts';
import type { ReportOptions } from './reporters.ts';
import { runAll } from './run-all.ts';
import type { PlanOptions, RunPlan } from './run-plan.ts';
import { tellRuns } from './tell-runs.ts';

export interface RunOptions extends ReportOptions, PlanOptions {
  readonly tag: readonly string[];
  readonly cloud?: boolean;
  readonly runner?: string;
  readonly detach?: boolean;
  readonly concurrency?: number;
  readonly failFast?: boolean;
  readonly list?: boolean;
  readonly coverage?: boolean;
}

/** What a command is to run, and how. */
export interface Dispatching {
  readonly project: Project;
  readonly selected: readonly Compiled[];
  readonly plan: RunPlan;
  /** Runs at the same time. */
  readonly limit: number;
  readonly options: RunOptions;
  readonly io: Io;
}

/** Where its runs happen, and who is told. */
export interface Told {
  readonly backend: Backend;
  readonly reporters: readonly Reporter[];
  readonly interrupts: Interrupts;
  readonly batch?: OpenBatch | undefined;
}

/** Runs all of it, and gives the exit code. */
export async function runTold({ plan, limit, options, io }: Dispatching, told: Told): Promise<number> {
  const { backend, reporters, interrupts } = told;
  const running = { ...told, signal: interrupts.signal, limit, failFast: options.failFast === true, io };
  try {
    return await tellRuns(reporters, interrupts, (tally) => runAll(running, plan, tally));
  } finally {
    interrupts.stop();
    await backend.close();
  }
}

/** What the report says of the rows of a data file. */
export function rowsOf({ plan, selected }: Dispatching, id?: string): ReportedRows | undefined {
  const { total, file } = plan;
  if (file === undefined) return undefined;
  const journeys = selected.map(({ artifact }) => artifact.name);
  return { total, file, journeys, ...(id === undefined ? {} : { id }) };
}
