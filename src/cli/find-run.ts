import type { CloudBackend } from '../backends/cloud.ts';
import { renderAge } from '../reporters/run-list.ts';
import { isBatchId, isRunId } from '../stores/ids.ts';
import type { StoredRun } from '../stores/store.ts';
import type { Io } from './io.ts';
import { Stop } from './stop.ts';

/** The run that an argument means: an id, a unique prefix of one, or `@last`, the newest of all. */
export async function findRun(backend: CloudBackend, argument: string, io: Io): Promise<StoredRun> {
  if (isRunId(argument)) return backend.get(argument);
  if (isBatchId(argument)) {
    throw new Stop(2, 'this command is about one run', `name one of reqflo list --batch ${argument}`);
  }
  if (argument === '')
    throw new Stop(2, 'the id of the run is empty', 'an id, the beginning of one, or @last');
  const runs = await backend.list();
  if (argument === '@last') return lastOf(backend, runs, io);
  const found = runs.filter(({ record }) => record.request.id.startsWith(argument));
  const [only, second] = found;
  if (only === undefined) throw noSuch('run', argument);
  if (second === undefined) return backend.get(only.record.request.id);
  const shown = found.slice(0, 3).map(({ record }) => record.request.id);
  throw new Stop(2, `"${argument}" is the beginning of ${found.length} runs`, `${shown.join(', ')} …`);
}

export function noSuch(what: 'run' | 'batch', argument: string): Stop {
  return new Stop(
    7,
    `there is no ${what} "${argument}" here`,
    'in-process runs are not kept; reqflo list shows what is',
  );
}

async function lastOf(backend: CloudBackend, runs: readonly StoredRun[], io: Io): Promise<StoredRun> {
  const last = runs[0];
  if (last === undefined)
    throw new Stop(7, 'there is no run here yet', 'reqflo run JOURNEY --cloud makes one');
  return tellLast(backend, last, io);
}

/** Says which run `@last` means. */
export async function tellLast(backend: CloudBackend, { record }: StoredRun, io: Io): Promise<StoredRun> {
  const { id, createdAt, journey } = record.request;
  io.stderr.write(`@last is ${id} (${journey}, ${renderAge(Date.now() - createdAt)})\n`);
  return backend.get(id);
}
