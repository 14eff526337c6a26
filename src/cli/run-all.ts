import type { Artifact } from '../artifact/types.ts';
import { type Backend, RefusedError } from '../backends/backend.ts';
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
  /** Begins no more runs after the first that did not pass; those under way go on to their ends. */
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
  const { backend, signal } = running;
  // A runner has all of them before the first is followed: from then on it needs nobody.
  const registered = backend.kind === 'cloud' ? await registerAll(running, plan) : [];
  const runs = backend.kind === 'cloud' ? each(registered) : startEach(backend, plan);
  const open = new Set<string>();
  let begun = 0;
  let isOver = false;
  // Ctrl-C ends in-process runs; those on a runner go on, and are only no longer followed.
  const onAbort = (): void => {
    if (backend.kind === 'local') for (const id of open) void backend.cancel(id);
  };
  const work = async ({ artifact, request }: StartedRun): Promise<void> => {
    begun++;
    open.add(request.id);
    tally.begin();
    const { record } = await followRun(backend, artifact, request, running.reporters, signal);
    tally.add(record);
    open.delete(request.id);
    if (running.failFast && record.state !== 'passed') isOver = true;
  };
  signal.addEventListener('abort', onAbort, { once: true });
  await forEachAtOnce(runs, lanesFor(running, plan), work, () => isOver || signal.aborted);
  signal.removeEventListener('abort', onAbort);
  await leaveOthers(running, plan, begun, registered.slice(begun));
}

/** What was never begun, or followed: says so. On a runner that is canceled, unless Ctrl-C only detached. */
async function leaveOthers(
  { backend, signal, io }: Running,
  { total }: RunPlan,
  begun: number,
  others: readonly StartedRun[],
): Promise<void> {
  if (begun === total || (backend.kind === 'cloud' && signal.aborted)) return;
  const canceled = await cancelAll(backend, others);
  const what =
    backend.kind === 'cloud'
      ? `${canceled} of ${total} runs were canceled`
      : `${total - begun} of ${total} runs were not begun`;
  io.stderr.write(`${what}\n`);
}

/** Registers the runs of a plan, and gives them in its order; a run whose registration fails stops the others. */
export async function registerAll(
  running: Pick<Running, 'backend' | 'signal' | 'limit' | 'batch' | 'io'>,
  plan: RunPlan,
): Promise<readonly StartedRun[]> {
  const { backend, signal, batch, io } = running;
  const registered: StartedRun[] = [];
  const register = async ({ artifact, run }: PlannedRun): Promise<void> => {
    registered.push({ artifact, request: run.request });
    await backend.start(run);
    if (batch !== undefined) batch.registered += 1;
  };
  const runs = batch === undefined ? plan.runs() : inPlace(plan, batch.batch.id);
  try {
    await forEachAtOnce(runs, lanesFor(running, plan), register, () => signal.aborted);
  } finally {
    batch?.end();
    if (batch !== undefined && batch.registered < plan.total) {
      io.stderr.write(`${batch.registered} of ${plan.total} runs of ${batch.batch.id} were registered\n`);
    }
  }
  return registered;
}

/** Each run with its place in the batch. */
async function* inPlace(plan: RunPlan, id: string): AsyncGenerator<PlannedRun, void, undefined> {
  let place = 0;
  for await (const { artifact, run } of plan.runs()) {
    place += 1;
    yield { artifact, run: { ...run, request: { ...run.request, batch: { id, place } } } };
  }
}

function lanesFor({ limit }: Pick<Running, 'limit'>, { total }: RunPlan): number {
  return Math.min(limit, total);
}

async function* each(runs: readonly StartedRun[]): AsyncGenerator<StartedRun, void, undefined> {
  yield* runs;
}

async function* startEach(backend: Backend, plan: RunPlan): AsyncGenerator<StartedRun, void, undefined> {
  for await (const { artifact, run } of plan.runs()) {
    await backend.start(run);
    yield { artifact, request: run.request };
  }
}

/** Cancels those that are not over yet, and gives how many they were. */
async function cancelAll(backend: Backend, runs: readonly StartedRun[]): Promise<number> {
  let canceled = 0;
  for (const { request } of runs) {
    try {
      await backend.cancel(request.id);
      canceled++;
    } catch (error) {
      // A worker was faster: it has ended by itself.
      if (!(error instanceof RefusedError)) throw error;
    }
  }
  return canceled;
}
