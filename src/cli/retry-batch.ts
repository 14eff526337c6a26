import { RefusedError } from '../backends/backend.ts';
import type { CloudBackend } from '../backends/cloud.ts';
import { sayMissing } from '../reporters/batch-facts.ts';
import type { RunRecord } from '../run/record.ts';
import type { BatchWithRuns } from '../server/control.ts';
import type { StoredRun } from '../stores/store.ts';
import type { KeptRun } from './follow-kept.ts';
import type { Io } from './io.ts';
import { forEachAtOnce } from './lanes.ts';
import { Stop } from './stop.ts';

/** Retries of one batch that are asked for at the same time. */
const lanes = 10;
/** So many ids are named; of more there is a number. */
const namedLimit = 5;

/**
 * The newest runs of a batch that a retry is of: with `failed` those that did not pass, else all of them. Nothing
 * is retried as long as one of them may go on by itself. @throws Stop
 */
export function chooseRetries(
  batch: BatchWithRuns,
  from: 'failed' | 'start' | undefined,
  io: Io,
): readonly StoredRun[] {
  const open = batch.runs.filter(({ record: { state }, corrupt }) => isOpen(state) && corrupt === undefined);
  if (open.length > 0) {
    throw new Stop(
      2,
      `${open.length} of its runs may still go on: ${nameRuns(open)}`,
      'wait for it, or cancel it',
    );
  }
  const wanted =
    from === 'failed' ? batch.runs.filter(({ record }) => record.state !== 'passed') : batch.runs;
  const damaged = wanted.filter(({ corrupt }) => corrupt !== undefined);
  const whole = wanted.filter(({ corrupt }) => corrupt === undefined);
  if (damaged.length > 0) io.stderr.write(`left out, their journals are damaged: ${nameRuns(damaged)}\n`);
  const missing = sayMissing(batch);
  if (missing !== undefined) io.stderr.write(`${missing}\n`);
  if (whole.length > 0) return whole;
  if (wanted.length > 0 || batch.registered === 0) throw new Stop(2, 'it has no run that can be retried');
  throw new Stop(2, 'nothing failed in it', '--from-start runs all of it again');
}

function isOpen(state: RunRecord['state']): boolean {
  return state === 'queued' || state === 'running' || state === 'waiting';
}

/** `run_01JD… (row 4), run_01JE… (row 9) and 3 more` */
function nameRuns(runs: readonly StoredRun[]): string {
  const named = runs.slice(0, namedLimit).map(({ record: { request } }) => {
    const place = request.row?.id ?? request.case ?? request.journey;
    return `${request.id} (${place})`;
  });
  const more = runs.length - named.length;
  return more === 0 ? named.join(', ') : `${named.join(', ')} and ${more} more`;
}

/** A run that goes on, and where it is a new one the run before. */
export interface Retried {
  readonly id: string;
  readonly previous?: string;
}

/**
 * Asks for every retry before the first is followed: from then on the runner needs nobody. In their order; a run
 * that went on meanwhile is told, and does not keep the others.
 */
export async function retryEach(
  runs: readonly StoredRun[],
  retry: (record: RunRecord) => Promise<string>,
  io: Io,
): Promise<readonly Retried[]> {
  const retried: Retried[] = [];
  const work = async ([index, { record }]: [number, StoredRun]): Promise<void> => {
    const before = record.request.id;
    try {
      const id = await retry(record);
      retried[index] = id === before ? { id } : { id, previous: before };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      io.stderr.write(`${before} is not retried: ${error.message}\n`);
    }
  };
  await forEachAtOnce(each(runs.entries()), lanes, work, () => false);
  return retried.filter((one) => one !== undefined);
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* items;
}

/** Read one by one, when it is their turn. */
export async function* readRetried(
  backend: CloudBackend,
  retried: readonly Retried[],
): AsyncGenerator<KeptRun, void, undefined> {
  for (const { id, previous } of retried) {
    const { record } = await backend.get(id);
    yield previous === undefined ? { record } : { record, previous: (await backend.get(previous)).record };
  }
}
