import type { CloudBackend } from '../../backends/cloud.ts';
import { nearest } from '../../diagnostics/did-you-mean.ts';
import { loadProject } from '../../project/project.ts';
import { stateOfBatch } from '../../run/batch.ts';
import type { RunState } from '../../run/record.ts';
import { noSuch } from '../find-run.ts';
import { findTarget } from '../find-target.ts';
import type { Io } from '../io.ts';
import { createdAt, type Kept, readKept, showKept } from '../kept-list.ts';
import { everyState } from '../open-batch.ts';
import { connectToKept } from '../runner-connection.ts';
import { Stop } from '../stop.ts';
import type { StatusOptions } from './status.ts';

export interface ListOptions extends StatusOptions {
  readonly status?: string;
  readonly journey?: string;
  readonly since?: number;
  readonly batch?: string;
  readonly limit: number;
}

/** Kept runs and batches, newest first; with `batch` the runs of one, those that were retried too. */
export async function listCommand(options: ListOptions, io: Io): Promise<number> {
  const wanted = stateOption(options.status);
  const after = options.since === undefined ? 0 : Date.now() - options.since;
  const backend = await connectToKept(loadProject(io.cwd), options, io);
  const batch = options.batch === undefined ? undefined : await findBatch(backend, options.batch, io);
  const fits = (one: Kept): boolean =>
    (wanted === undefined || stateOf(one) === wanted) &&
    (options.journey === undefined || journeysOf(one).includes(options.journey)) &&
    createdAt(one) >= after;
  showKept((await readKept(backend, batch)).filter(fits).slice(0, options.limit), options, io);
  return 0;
}

async function findBatch(backend: CloudBackend | undefined, argument: string, io: Io): Promise<string> {
  const target = backend === undefined ? undefined : await findTarget(backend, argument, io);
  if (backend === undefined || target === undefined) throw noSuch('batch', argument);
  if (target.kind === 'run') throw new Stop(2, `"${argument}" is a run, and --batch takes a batch`);
  await backend.batches.get(target.id, []);
  return target.id;
}

function stateOf(one: Kept): RunState {
  return one.kind === 'run' ? one.record.state : stateOfBatch(one.batch);
}

function journeysOf(one: Kept): readonly string[] {
  return one.kind === 'run' ? [one.record.request.journey] : one.batch.batch.journeys;
}

function stateOption(text: string | undefined): RunState | undefined {
  if (text === undefined) return undefined;
  const state = everyState.find((one) => one === text);
  if (state !== undefined) return state;
  const [near] = nearest(text, everyState);
  throw new Stop(
    2,
    `there is no state "${text}"`,
    near === undefined ? `known: ${everyState.join(', ')}` : `did you mean "${near}"?`,
  );
}
