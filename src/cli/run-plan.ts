import type { Artifact } from '../artifact/types.ts';
import { checkRows } from '../compile/check-rows.ts';
import { createDispatch, createRowDispatcher, type RowDispatcher } from '../compile/dispatch.ts';
import type { Choice } from '../compile/given.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { type DataSource, openData } from '../project/data/open-data.ts';
import type { Project } from '../project/project.ts';
import type { NewRun } from '../stores/store.ts';
import { createRun, type NewRunOptions } from './create-run.ts';
import type { Io } from './io.ts';
import { type Compiled, projectSources, stopOnErrors } from './journeys.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { DiagnosedStop, Stop } from './stop.ts';

export interface PlanOptions extends NewRunOptions {
  readonly env?: string;
  readonly case: readonly string[];
  readonly allCases?: boolean;
  readonly preset: readonly string[];
  readonly set: readonly string[];
  readonly data?: string;
  readonly rowId?: string;
  readonly ignoreUnknownColumns?: boolean;
}

export interface PlannedRun {
  readonly artifact: Artifact;
  readonly run: NewRun;
}

/** All runs of a command. Everything is checked: nothing is sent before all of them can be. */
export interface RunPlan {
  readonly total: number;
  /** The data file that gives each its values, where there is one. */
  readonly file?: string;
  /** Of the first run; those of a data file have none before it is their turn. */
  readonly firstId?: string;
  /** In their order; those of a data file are made when it is their turn. */
  runs(): AsyncIterable<PlannedRun>;
}

/** One journey with one case: a run, or with a data file one for each row. */
interface Job {
  readonly compiled: Compiled;
  readonly choice: Choice;
}

interface Planning {
  readonly project: Project;
  readonly jobs: readonly Job[];
  readonly options: PlanOptions;
  readonly io: Io;
}

/** @throws DiagnosedStop where a run is not fit */
export async function planRuns(
  project: Project,
  selected: readonly Compiled[],
  options: PlanOptions,
  io: Io,
): Promise<RunPlan> {
  const jobs = selected.flatMap((compiled) =>
    casesOf(compiled.artifact, options).map((choice) => ({ compiled, choice })),
  );
  const planning = { project, jobs, options, io };
  return options.data === undefined ? planJobs(planning) : planRows(planning, options.data);
}

function casesOf(artifact: Artifact, options: PlanOptions): readonly Choice[] {
  const { preset: presets, set } = options;
  const all = options.allCases === true && artifact.cases.length > 0;
  const cases = all ? artifact.cases.map(({ name }) => name) : options.case;
  if (cases.length === 0) return [{ presets, set }];
  return cases.map((name) => ({ presets, set, case: name }));
}

function planJobs(planning: Planning): RunPlan {
  const { project, jobs, options, io } = planning;
  const diagnostics: Diagnostic[] = [];
  const planned = jobs.flatMap(({ compiled, choice }): PlannedRun[] => {
    const result = createDispatch(compiled.artifact, project, environmentOf(planning), choice, io.env);
    diagnostics.push(...result.diagnostics);
    if (result.dispatch === undefined) return [];
    return [{ artifact: compiled.artifact, run: createRun(compiled, result.dispatch, options) }];
  });
  tell(planning, diagnostics, []);
  const firstId = planned[0]?.run.request.id;
  return {
    total: planned.length,
    ...(firstId === undefined ? {} : { firstId }),
    async *runs() {
      yield* planned;
    },
  };
}

async function planRows(planning: Planning, argument: string): Promise<RunPlan> {
  const opened = openData(planning.project.root, planning.io.cwd, argument);
  if (!opened.ok) throw new DiagnosedStop(2, [opened.diagnostic], []);
  const { data } = opened;
  const dispatchers = createDispatchers(planning, data);
  const checked = await checkRows(data, dispatchers);
  const shared = dispatchers.flatMap(({ diagnostics }) => diagnostics);
  tell(planning, [...shared, ...checked.diagnostics], [checked.source]);
  return {
    total: checked.rows * planning.jobs.length,
    file: data.file,
    runs: () => runsOf(planning, data),
  };
}

/** Each row is taken up when it is its turn, and none of them is kept. */
async function* runsOf(planning: Planning, data: DataSource): AsyncGenerator<PlannedRun, void, undefined> {
  const { jobs, options } = planning;
  const dispatchers = createDispatchers(planning, data);
  for await (const item of data.rows()) {
    for (const [index, { compiled }] of jobs.entries()) {
      const dispatch = item.kind === 'row' ? dispatchers[index]?.dispatch(item).dispatch : undefined;
      if (dispatch === undefined) throw new Stop(2, `${data.file} was changed while its rows were run`);
      yield { artifact: compiled.artifact, run: createRun(compiled, dispatch, options) };
    }
  }
}

function createDispatchers(planning: Planning, { file }: DataSource): readonly RowDispatcher[] {
  const { project, jobs, options, io } = planning;
  const rows = {
    file,
    ignoreUnknownColumns: options.ignoreUnknownColumns === true,
    ...(options.rowId === undefined ? {} : { idColumn: options.rowId }),
  };
  return jobs.map(({ compiled, choice }) =>
    createRowDispatcher(compiled.artifact, project, environmentOf(planning), choice, io.env, rows),
  );
}

function environmentOf({ options, io }: Planning): string | undefined {
  return options.env ?? (io.env.REQFLO_ENV || undefined);
}

/** The environment is looked at for every job: what it lacks is said once. Errors stop the command. */
function tell(planning: Planning, diagnostics: readonly Diagnostic[], more: readonly Source[]): void {
  const unique = [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
  const ofJourneys = planning.jobs.flatMap(({ compiled }) => compiled.artifact.sources);
  const sources = [...ofJourneys, ...projectSources(planning.project), ...more];
  stopOnErrors(unique, sources);
  printDiagnostics(unique, sources, planning.io.stderr);
}
