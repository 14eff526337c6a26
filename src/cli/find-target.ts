import type { CloudBackend } from '../backends/cloud.ts';
import { sayJourneys } from '../reporters/batch-facts.ts';
import { renderAge } from '../reporters/run-list.ts';
import { isBatchId, isRunId } from '../stores/ids.ts';
import type { StoredRun } from '../stores/store.ts';
import { findRun, noSuch, tellLast } from './find-run.ts';
import type { Io } from './io.ts';
import { Stop } from './stop.ts';

/** What a command is about. */
export type Target =
  | { readonly kind: 'run'; readonly run: StoredRun }
  | { readonly kind: 'batch'; readonly id: string };

const batchPrefix = 'batch_';

/**
 * The run or batch that an argument means: an id, a unique prefix of one, or `@last`, the newest of either. A run
 * of a batch does not count as the newest: its batch does.
 */
export async function findTarget(backend: CloudBackend, argument: string, io: Io): Promise<Target> {
  if (isBatchId(argument)) return { kind: 'batch', id: argument };
  if (isRunId(argument)) return { kind: 'run', run: await backend.get(argument) };
  if (argument === '@last') return newest(backend, io);
  const isBatch = argument.startsWith(batchPrefix) || (argument !== '' && batchPrefix.startsWith(argument));
  if (!isBatch) return { kind: 'run', run: await findRun(backend, argument, io) };
  const ids = (await backend.batches.list()).map(({ batch }) => batch.id);
  const found = ids.filter((id) => id.startsWith(argument));
  const [only, second] = found;
  if (only === undefined) throw noSuch('batch', argument);
  if (second === undefined) return { kind: 'batch', id: only };
  throw new Stop(2, `"${argument}" is the beginning of ${found.length} batches`, `${only}, ${second} …`);
}

async function newest(backend: CloudBackend, io: Io): Promise<Target> {
  const [last] = await backend.batches.list();
  const [run] = await backend.list('none');
  const isRunNewer = run !== undefined && run.record.request.createdAt >= (last?.batch.createdAt ?? 0);
  if (isRunNewer) return { kind: 'run', run: await tellLast(backend, run, io) };
  if (last === undefined) return { kind: 'run', run: await findRun(backend, '@last', io) };
  const { id, createdAt, journeys, file } = last.batch;
  const of = file === undefined ? '' : `, ${file}`;
  io.stderr.write(`@last is ${id} (${sayJourneys(journeys)}${of}, ${renderAge(Date.now() - createdAt)})\n`);
  return { kind: 'batch', id };
}
