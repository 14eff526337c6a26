import type { Backend } from '../../backends/backend.ts';
import { loadProject, type Project } from '../../project/project.ts';
import type { Batch } from '../../reporters/batch.ts';
import { openCoverage } from '../coverage.ts';
import { checkExec } from '../exec-check.ts';
import { listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { type Compiled, compileAll, stopOnErrors } from '../journeys.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { createReporters, type ReportOptions } from '../reporters.ts';
import { registerAll, runAll } from '../run-all.ts';
import { type PlanOptions, planRuns, type RunPlan } from '../run-plan.ts';
import { Stop } from '../stop.ts';
import { tellRuns } from '../tell-runs.ts';
import { version } from '../version.ts';
import { listSelection } from './run-list.ts';

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

/** Compiles, checks everything, and only then sends: in this process, or on a runner. */
export async function runCommand(names: readonly string[], options: RunOptions, io: Io): Promise<number> {
  checkOptions(options);
  const project = loadProject(io.cwd);
  const selected = await select(project, names, options, io);
  const coverage = options.coverage === true ? openCoverage(project) : undefined;
  if (options.list === true) return listSelection(selected, io);
  await checkExec(project, selected, options, io);
  const plan = await planRuns(project, selected, options, io);
  const limit = options.concurrency ?? project.settings.concurrency ?? (plan.file === undefined ? 1 : 10);
  if (options.detach === true) return detach(project, plan, limit, options, io);
  const reporters = await createReporters(options, io, { batch: batchOf(plan, selected), coverage });
  const interrupts = listenForInterrupts(io, noticeOf(plan, options));
  const backend = await openBackend(project, selected, options, io);
  const { signal } = interrupts;
  const running = { backend, reporters, signal, limit, failFast: options.failFast === true, io };
  try {
    return await tellRuns(reporters, interrupts, (tally) => runAll(running, plan, tally));
  } finally {
    interrupts.stop();
    await backend.close();
  }
}

function checkOptions(options: RunOptions): void {
  if (options.detach === true && options.cloud !== true) {
    throw new Stop(2, '--detach needs a runner', 'add --cloud: an in-process run ends with its process');
  }
  if (options.detach === true && options.coverage === true) {
    throw new Stop(2, '--coverage needs the runs to their ends', 'leave out --detach');
  }
  if (options.data !== undefined) return;
  if (options.rowId !== undefined) throw new Stop(2, '--row-id needs a data file', 'add --data FILE');
  if (options.ignoreUnknownColumns === true) {
    throw new Stop(2, '--ignore-unknown-columns needs a data file', 'add --data FILE');
  }
}

async function select(
  project: Project,
  names: readonly string[],
  options: RunOptions,
  io: Io,
): Promise<readonly Compiled[]> {
  const { compiled, diagnostics, sources } = await compileAll(project, io.cwd, names);
  stopOnErrors(diagnostics, sources);
  printDiagnostics(diagnostics, sources, io.stderr);
  const tagged = compiled.filter(
    ({ artifact }) => options.tag.length === 0 || options.tag.some((tag) => artifact.tags.includes(tag)),
  );
  if (tagged.length === 0) throw new Stop(7, `no journey has the tag ${options.tag.join(' or ')}`);
  return tagged;
}

async function openBackend(
  project: Project,
  selected: readonly Compiled[],
  options: RunOptions,
  io: Io,
): Promise<Backend> {
  if (options.cloud === true) {
    const { connectRunner } = await import('../runner-connection.ts');
    return connectRunner(project, options, io);
  }
  const { createLocalBackend } = await import('../../backends/local.ts');
  const { createEffects } = await import('../../http/effects.ts');
  const artifacts = new Map(selected.map(({ artifact, digest }) => [digest, artifact]));
  const { createExec } = await import('../../worker/exec.ts');
  const effects = {
    ...createEffects({ version }),
    exec: createExec({ folder: project.root, environment: io.env }),
  };
  return createLocalBackend({ effects, now: Date.now, artifacts });
}

function batchOf({ total, file }: RunPlan, selected: readonly Compiled[]): Batch | undefined {
  return file === undefined
    ? undefined
    : { total, file, journeys: selected.map(({ artifact }) => artifact.name) };
}

function noticeOf(plan: RunPlan, options: RunOptions): string {
  if (options.cloud !== true) return 'stopping: cleanup runs; press again to leave at once';
  const { firstId: id, total } = plan;
  if (id === undefined) return `detached: ${total} runs go on; look with reqflo list`;
  return `detached: the run goes on; follow it with reqflo wait ${id}, look with reqflo status ${id}`;
}

/** Registers the runs and prints their ids, one a line, and nothing else. */
async function detach(
  project: Project,
  plan: RunPlan,
  limit: number,
  options: RunOptions,
  io: Io,
): Promise<number> {
  const backend = await openBackend(project, [], options, io);
  const { signal } = new AbortController();
  await registerAll({ backend, signal, limit }, plan, (id) => io.stdout.write(`${id}\n`));
  await backend.close();
  return 0;
}
