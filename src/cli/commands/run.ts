import type { LocalBackend } from '../../backends/local.ts';
import { loadProject, type Project } from '../../project/project.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import type { Effects } from '../../run/ports.ts';
import type { CallbackListener } from '../../worker/callback-listener.ts';
import { openCoverage } from '../coverage.ts';
import { type Dispatching, type RunOptions, rowsOf, runTold } from '../dispatching.ts';
import { checkExec } from '../exec-check.ts';
import { listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { type Compiled, compileAll, stopOnErrors } from '../journeys.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { createReporters } from '../reporters.ts';
import { planRuns } from '../run-plan.ts';
import { Stop } from '../stop.ts';
import { version } from '../version.ts';
import { checkWaits, waitsForCallback } from '../waits-check.ts';
import { listSelection } from './run-list.ts';

/** Compiles, checks everything, and only then sends: in this process, or on a runner. */
export async function runCommand(names: readonly string[], options: RunOptions, io: Io): Promise<number> {
  checkOptions(options);
  const project = loadProject(io.cwd);
  const selected = await select(project, names, options, io);
  const coverage = options.coverage === true ? openCoverage(project) : undefined;
  if (options.list === true) return listSelection(selected, options, io);
  await checkExec(project, selected, options, io);
  checkWaits(selected, options, io);
  const plan = await planRuns(project, selected, options, io);
  const limit = options.concurrency ?? project.settings.concurrency ?? (plan.file === undefined ? 1 : 10);
  const dispatch = { project, selected, plan, limit, options, io };
  if (options.cloud === true) {
    const { detach, runOnRunner } = await import('../run-on-runner.ts');
    return options.detach === true ? detach(dispatch) : runOnRunner(dispatch, coverage);
  }
  const reporters = await createReporters(options, io, { batch: rowsOf(dispatch), coverage });
  const backend = await openLocal(dispatch);
  const told = [...reporters, ...(await approvalsOf(backend, io))];
  const interrupts = listenForInterrupts(io, 'stopping: cleanup runs; press again to leave at once');
  return runTold(dispatch, { backend, reporters: told, interrupts });
}

function checkOptions(options: RunOptions): void {
  if (options.detach === true && options.cloud !== true) {
    throw new Stop(2, '--detach needs a runner', 'add --cloud: an in-process run ends with its process');
  }
  if (options.allCases === true && options.case.length > 0) {
    throw new Stop(2, '--all-cases and --case exclude each other', 'leave out one of them');
  }
  if (options.runner !== undefined && options.cloud !== true) {
    throw new Stop(
      2,
      '--runner is of a run on a runner',
      'add --cloud: without it the run happens in this process',
    );
  }
  if (options.detach === true && options.coverage === true) {
    throw new Stop(2, '--coverage needs the runs to their ends', 'leave out --detach');
  }
  if (options.detach === true && options.failFast === true) {
    throw new Stop(2, '--fail-fast needs somebody who follows the runs', 'leave out --detach or --fail-fast');
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

/** Runs in this process: what they need of it is opened, and closed with the backend. */
async function openLocal({ project, selected, options, io }: Dispatching): Promise<LocalBackend> {
  const callbacks = selected.some(waitsForCallback) ? await openListener(project, io) : undefined;
  const { createLocalBackend } = await import('../../backends/local.ts');
  const { createEffects } = await import('../../http/effects.ts');
  const artifacts = new Map(selected.map(({ artifact, digest }) => [digest, artifact]));
  const wire = createEffects({ version });
  const effects = options.allowExec === true ? { ...wire, exec: await openExec(project, io) } : wire;
  return createLocalBackend({ effects, now: Date.now, artifacts, callbacks });
}

async function openListener(project: Project, io: Io): Promise<CallbackListener> {
  const { openCallbacks } = await import('../callbacks.ts');
  return openCallbacks(project, io);
}

/** Whoever sits at the terminal is asked about the steps that wait for a person. */
async function approvalsOf(local: LocalBackend, { person }: Io): Promise<readonly Reporter[]> {
  if (person === undefined) return [];
  const { createApprovals } = await import('../approvals.ts');
  return [createApprovals(person, local)];
}

async function openExec({ root }: Project, { env }: Io): Promise<NonNullable<Effects['exec']>> {
  const { createExec } = await import('../../worker/exec.ts');
  return createExec({ folder: root, environment: env });
}
