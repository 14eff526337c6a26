import type { Artifact } from '../artifact/types.ts';
import type { Backend } from '../backends/backend.ts';
import type { Tally } from '../reporters/exit-code.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { RunRequest } from '../run/request.ts';
import { followRun } from './follow.ts';
import type { Io } from './io.ts';
import { forEachAtOnce } from './lanes.ts';
import type { OpenBatch } from './open-batch.ts';
import type { PlannedRun, RunPlan } from './run-plan.ts';

export interface Running {
  readonly backend: Backend;
  readonly reporters: readonly Reporter[];
  readonly signal: AbortSignal;
  /** Runs at the same time. */
  readonly limit: number;
  /** Begins no more runs after the first that did not pass; those under way are followed to their ends. */
  readonly failFast: boolean;
  /** Those of several runs on a runner belong to one. */
  readonly batch?: OpenBatch | undefined;
  readonly io: Io;
}

/** A run that its backend knows. */
interface StartedRun {
  readonly artifact: Artifact;
  readonly request: RunRequest;
}

/** Runs all of a plan, up to `limit` at once. Each is told and counted as it ends, and its record is let go. */
export async function runAll(running: Running, plan: RunPlan, tally: Tally): Promise<void> {
  const { backend, signal, failFast } = running;
  // A runner has all of them before the first is followed: from then on it needs nobody. With fail-fast it is
  // this command that says whether there is a next one.
  const isRegisteredFirst = backend.kind === 'cloud' && !failFast;
  const runs = isRegisteredFirst ? each(await registerAll(running, plan)) : placed(plan, running.batch);
  const open = new Set<string>();
  let begun = 0;
  let isOver = false;
  // Ctrl-C ends in-process runs; those on a runner go on, and are only no longer followed.
  const onAbort = (): void => {
    if (backend.kind === 'local') for (const id of open) void backend.cancel(id);
  };
  const work = async (planned: StartedRun | PlannedRun): Promise<void> => {
    begun++;
    const { artifact, request } = 'run' in planned ? await startOne(running, planned) : planned;
    open.add(request.id);
    tally.begin();
    const { record } = await followRun(backend, artifact, request, running.reporters, signal);
    tally.add(record);
    open.delete(request.id);
    if (failFast && record.state !== 'passed') isOver = true;
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await forEachAtOnce(runs, lanesFor(running, plan), work, () => isOver || signal.aborted);
  } finally {
    running.batch?.end();
  }
  signal.removeEventListener('abort', onAbort);
  if (begun < plan.total && !(isRegisteredFirst && signal.aborted)) {
    running.io.stderr.write(`${plan.total - begun} of ${plan.total} runs were not begun\n`);
  }
}

/** Registers the runs of a plan, and gives them in its order; a run whose registration fails stops the others. */
export async function registerAll(
  running: Pick<Running, 'backend' | 'signal' | 'limit' | 'batch' | 'io'>,
  plan: RunPlan,
): Promise<readonly StartedRun[]> {
  const { backend, signal, batch, io } = running;
  const registered: StartedRun[] = [];
  const register = async (planned: PlannedRun): Promise<void> => {
    registered.push(startedOf(planned));
    await startOne({ backend, batch }, planned);
  };
  try {
    await forEachAtOnce(placed(plan, batch), lanesFor(running, plan), register, () => signal.aborted);
  } finally {
    batch?.end();
    if (batch !== undefined && batch.registered < plan.total) {
      io.stderr.write(`${batch.registered} of ${plan.total} runs of ${batch.batch.id} were registered\n`);
    }
  }
  return registered;
}

async function startOne(
  { backend, batch }: Pick<Running, 'backend' | 'batch'>,
  planned: PlannedRun,
): Promise<StartedRun> {
  await backend.start(planned.run);
  if (batch !== undefined) batch.registered += 1;
  return startedOf(planned);
}

function startedOf({ artifact, run }: PlannedRun): StartedRun {
  return { artifact, request: run.request };
}

/** The runs of a plan, those of a batch each with its place in it. */
async function* placed(
  plan: RunPlan,
  batch: OpenBatch | undefined,
): AsyncGenerator<PlannedRun, void, undefined> {
  let place = 0;
  for await (const { artifact, run } of plan.runs()) {
    place += 1;
    const at = batch === undefined ? {} : { batch: { id: batch.batch.id, place } };
    yield { artifact, run: { ...run, request: { ...run.request, ...at } } };
  }
}

function lanesFor({ limit }: Pick<Running, 'limit'>, { total }: RunPlan): number {
  return Math.min(limit, total);
}

async function* each(runs: readonly StartedRun[]): AsyncGenerator<StartedRun, void, undefined> {
  yield* runs;
}
