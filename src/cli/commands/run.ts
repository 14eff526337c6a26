import { randomBytes } from 'node:crypto';
import type { Artifact } from '../../artifact/types.ts';
import type { Backend } from '../../backends/backend.ts';
import { createDispatch } from '../../compile/dispatch.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { loadProject, type Project } from '../../project/project.ts';
import { summaryOf } from '../../reporters/exit-code.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import { createRunId } from '../../stores/ids.ts';
import type { NewRun } from '../../stores/store.ts';
import { type Followed, followRun } from '../follow.ts';
import { type Interrupts, listenForInterrupts } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { type Compiled, compileAll, stopOnErrors } from '../journeys.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { createReporters, type ReportOptions } from '../reporters.ts';
import { Stop } from '../stop.ts';
import { version } from '../version.ts';
import { listSelection } from './run-list.ts';

export interface RunOptions extends ReportOptions {
  readonly env?: string;
  readonly case: readonly string[];
  readonly allCases?: boolean;
  readonly preset: readonly string[];
  readonly set: readonly string[];
  readonly tag: readonly string[];
  readonly cloud?: boolean;
  readonly runner?: string;
  readonly detach?: boolean;
  readonly timeout?: number;
  readonly seed?: string;
  readonly cleanup: boolean;
  readonly list?: boolean;
}

interface Prepared {
  readonly artifact: Artifact;
  readonly run: NewRun;
}

/** Compiles, checks everything, and only then sends: in this process, or on a runner. */
export async function runCommand(names: readonly string[], options: RunOptions, io: Io): Promise<number> {
  if (options.detach === true && options.cloud !== true) {
    throw new Stop(2, '--detach needs a runner', 'add --cloud: an in-process run ends with its process');
  }
  const project = loadProject(io.cwd);
  const selected = select(project, names, options, io);
  if (options.list === true) return listSelection(selected, io);
  const prepared = prepare(project, selected, options, io);
  if (options.detach === true) return detach(project, prepared, options, io);
  const reporters = await createReporters(options, io);
  const notice =
    options.cloud === true ? detachNotice(prepared) : 'stopping: cleanup runs; press again to leave at once';
  const interrupts = listenForInterrupts(io, notice);
  const backend = await openBackend(project, prepared, options, io);
  try {
    const followed = await runAll(backend, prepared, reporters, interrupts);
    return await conclude(reporters, followed, interrupts);
  } finally {
    interrupts.stop();
    await backend.close();
  }
}

function select(
  project: Project,
  names: readonly string[],
  options: RunOptions,
  io: Io,
): readonly Compiled[] {
  const { compiled, diagnostics, sources } = compileAll(project, io.cwd, names);
  stopOnErrors(diagnostics, sources);
  printDiagnostics(diagnostics, sources, io.stderr);
  const tagged = compiled.filter(
    ({ artifact }) => options.tag.length === 0 || options.tag.some((tag) => artifact.tags.includes(tag)),
  );
  if (tagged.length === 0) throw new Stop(7, `no journey has the tag ${options.tag.join(' or ')}`);
  return tagged;
}

/** Every run of the command, checked: nothing is sent before all of them can be. */
function prepare(
  project: Project,
  selected: readonly Compiled[],
  options: RunOptions,
  io: Io,
): readonly Prepared[] {
  const diagnostics: Diagnostic[] = [];
  const prepared = selected.flatMap((compiled) =>
    casesOf(compiled.artifact, options).flatMap((name): Prepared[] => {
      const choice = {
        presets: options.preset,
        set: options.set,
        ...(name === undefined ? {} : { case: name }),
      };
      const environment = options.env ?? nonEmpty(io.env.REQFLO_ENV);
      const result = createDispatch(compiled.artifact, project, environment, choice, io.env);
      diagnostics.push(...result.diagnostics);
      if (result.dispatch === undefined) return [];
      return [{ artifact: compiled.artifact, run: createRun(compiled, result.dispatch, options) }];
    }),
  );
  const unique = dropRepeated(diagnostics);
  const sources = [
    ...selected.flatMap(({ artifact }) => artifact.sources),
    ...project.environments.map(({ source }) => source),
  ];
  stopOnErrors(unique, sources);
  printDiagnostics(unique, sources, io.stderr);
  return prepared;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function casesOf(artifact: Artifact, options: RunOptions): readonly (string | undefined)[] {
  if (options.allCases === true && artifact.cases.length > 0) return artifact.cases.map(({ name }) => name);
  return options.case.length > 0 ? options.case : [undefined];
}

/** The environment is looked at for every case: what it lacks is said once. */
function dropRepeated(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
}

type Dispatched = NonNullable<ReturnType<typeof createDispatch>['dispatch']>;

function createRun({ artifact, text, digest }: Compiled, dispatch: Dispatched, options: RunOptions): NewRun {
  const createdAt = Date.now();
  const id = createRunId(createdAt);
  const { secrets, ...values } = dispatch;
  return {
    request: {
      ...values,
      id,
      artifact: digest,
      journey: artifact.name,
      secrets: Object.keys(secrets).sort(),
      seed: options.seed ?? randomBytes(6).toString('hex'),
      createdAt,
      ...(options.timeout === undefined ? {} : { deadline: createdAt + options.timeout }),
      ...(options.cleanup ? {} : { noCleanup: true as const }),
      firstRun: id,
      generations: {},
    },
    artifact: text,
    kept: [],
    secrets,
  };
}

async function openBackend(
  project: Project,
  prepared: readonly Prepared[],
  options: RunOptions,
  io: Io,
): Promise<Backend> {
  if (options.cloud === true) {
    const { connectRunner } = await import('../runner-connection.ts');
    return connectRunner(project, options, io);
  }
  const { createLocalBackend } = await import('../../backends/local.ts');
  const { createEffects } = await import('../../http/effects.ts');
  const artifacts = new Map(prepared.map(({ artifact, run }) => [run.request.artifact, artifact]));
  return createLocalBackend({ effects: createEffects({ version }), now: Date.now, artifacts });
}

/** Registers a run and follows it, one after the other; a runner has all of them before the first is followed. */
async function runAll(
  backend: Backend,
  prepared: readonly Prepared[],
  reporters: readonly Reporter[],
  interrupts: Interrupts,
): Promise<readonly Followed[]> {
  const followed: Followed[] = [];
  const { signal } = interrupts;
  for (const { run } of prepared) await backend.start(run);
  for (const { artifact, run } of prepared) {
    if (signal.aborted) break;
    const cancel = (): void => void backend.cancel(run.request.id);
    // Ctrl-C ends an in-process run; one on a runner goes on, and is only no longer followed.
    if (backend.kind === 'local') signal.addEventListener('abort', cancel, { once: true });
    followed.push(await followRun(backend, artifact, run.request, reporters, signal));
    signal.removeEventListener('abort', cancel);
  }
  return followed;
}

async function conclude(
  reporters: readonly Reporter[],
  followed: readonly Followed[],
  interrupts: Interrupts,
): Promise<number> {
  const summary = summaryOf(
    followed.map(({ record }) => record),
    interrupts.exitCode(),
  );
  for (const reporter of reporters) await reporter.end?.(summary);
  return summary.exitCode;
}

function detachNotice(prepared: readonly Prepared[]): string {
  const id = prepared[0]?.run.request.id ?? '@last';
  return `detached: the run goes on; follow it with reqflo wait ${id}, look with reqflo status ${id}`;
}

/** Registers the runs and prints their ids, one a line, and nothing else. */
async function detach(
  project: Project,
  prepared: readonly Prepared[],
  options: RunOptions,
  io: Io,
): Promise<number> {
  const backend = await openBackend(project, prepared, options, io);
  for (const { run } of prepared) {
    await backend.start(run);
    io.stdout.write(`${run.request.id}\n`);
  }
  await backend.close();
  return 0;
}
