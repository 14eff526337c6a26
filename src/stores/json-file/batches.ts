import { isDeepStrictEqual } from 'node:util';
import { type Batch, type BatchRecord, countStates, isNewer } from '../../run/batch.ts';
import { isFinal } from '../../run/fold.ts';
import type { RunState } from '../../run/record.ts';
import type { RunRequest } from '../../run/request.ts';
import type { BatchRefusal, BatchStore } from '../batch.ts';
import { isBatchId } from '../ids.ts';
import type { StoredRun } from '../store.ts';
import { type BatchFile, openBatchFile } from './batch-file.ts';
import type { Files } from './files.ts';
import { batchesFolder } from './layout.ts';
import type { LiveRun } from './live-run.ts';
import { StoreError } from './store-error.ts';
import { removeTemporary } from './whole-file.ts';

interface Known {
  file: BatchFile;
  readonly damaged?: string;
  /** The newest run of each place. */
  readonly runs: Map<number, LiveRun>;
}

type Created = 'created' | 'exists' | 'conflict';

/** The batches of a data folder: a small document each, and by their own word the runs that belong to it. */
export class Batches implements BatchStore {
  readonly #files: Files;
  readonly #folder: string;
  readonly #known = new Map<string, Known>();
  /** One write after the other. */
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(files: Files, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  static async open(files: Files, folder: string, runs: Iterable<LiveRun>): Promise<Batches> {
    const batches = new Batches(files, folder);
    await removeTemporary(files, batchesFolder(folder));
    for (const name of await files.list(batchesFolder(folder))) {
      const id = name.replace(/\.json$/, '');
      if (isBatchId(id)) await batches.#recover(id);
    }
    for (const run of runs) batches.enter(run);
    return batches;
  }

  async #recover(id: string): Promise<void> {
    const document = openBatchFile(this.#files, this.#folder, emptyFile(id));
    try {
      await document.read();
      this.#known.set(id, { file: document.data, runs: new Map() });
    } catch (error) {
      if (error instanceof StoreError && error.code === 'sync-failed') throw error;
      // One that cannot be read does not keep the runs from going on.
      const damaged = error instanceof Error ? error.message : String(error);
      this.#known.set(id, { file: emptyFile(id), damaged, runs: new Map() });
    }
  }

  /** A run that is there counts in its batch. */
  enter(run: LiveRun): void {
    const { request } = run.summary().record;
    const { batch } = request;
    if (batch === undefined) return;
    const known = this.#known.get(batch.id) ?? this.#lost(batch.id);
    const before = known.runs.get(batch.place);
    if (before === undefined || isNewer(request, before.summary().record.request)) {
      known.runs.set(batch.place, run);
    }
  }

  /** Somebody removed its file: its runs are still shown as one. */
  #lost(id: string): Known {
    const known = { file: emptyFile(id), damaged: 'its file is missing', runs: new Map() };
    this.#known.set(id, known);
    return known;
  }

  async create(batch: Batch): Promise<Created> {
    if (!isBatchId(batch.id)) {
      throw new StoreError('bad-batch-id', batch.id, 'a batch id is batch_ and a ULID');
    }
    return this.#write(async () => {
      const known = this.#known.get(batch.id);
      if (known !== undefined) return isDeepStrictEqual(known.file.batch, batch) ? 'exists' : 'conflict';
      const file: BatchFile = { format: 'reqflo-batch/1', batch };
      await openBatchFile(this.#files, this.#folder, file).write();
      this.#known.set(batch.id, { file, runs: new Map() });
      return 'created';
    });
  }

  get(id: string): BatchRecord | undefined {
    const known = this.#known.get(id);
    return known === undefined ? undefined : storedOf(known, this.runs(id));
  }

  refusal({ id, place }: NonNullable<RunRequest['batch']>): BatchRefusal | undefined {
    const file = this.#known.get(id)?.file;
    if (file === undefined || place > (file.batch.total ?? 0)) return 'noBatch';
    return file.canceled === true ? 'batchCanceled' : undefined;
  }

  list(): readonly BatchRecord[] {
    const newestFirst = [...this.#known.keys()].sort((a, b) => (a < b ? 1 : -1));
    return newestFirst.flatMap((id) => this.get(id) ?? []);
  }

  runs(id: string): readonly StoredRun[] {
    const runs = this.#known.get(id)?.runs ?? new Map<number, LiveRun>();
    return [...runs].sort(([a], [b]) => a - b).map(([, run]) => run.summary());
  }

  cancel(id: string): Promise<void> {
    return this.#write(async () => {
      const known = this.#known.get(id);
      if (known === undefined) throw new StoreError('unknown-batch', id, 'there is no such batch here');
      if (known.file.canceled === true || known.damaged !== undefined) return;
      const file: BatchFile = { ...known.file, canceled: true };
      await openBatchFile(this.#files, this.#folder, file).write();
      known.file = file;
    });
  }

  #write<Result>(work: () => Promise<Result>): Promise<Result> {
    const writing = this.#writing.then(work);
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  async close(): Promise<void> {
    await this.#writing;
  }
}

function emptyFile(id: string): BatchFile {
  return { format: 'reqflo-batch/1', batch: { id, createdAt: 0, environment: '', journeys: [] } };
}

function storedOf({ file, damaged }: Known, runs: readonly StoredRun[]): BatchRecord {
  const hasEnded = runs.length > 0 && runs.every(({ record }) => isFinal(record.state));
  const finishedAt = runs.reduce((last, { record }) => Math.max(last, record.finishedAt ?? 0), 0);
  return {
    batch: damaged === undefined ? file.batch : toldByRuns(file.batch, runs),
    registered: runs.length,
    states: countStates(runs.map(countedState)),
    canceled: file.canceled === true,
    ...(hasEnded ? { finishedAt } : {}),
    ...(damaged === undefined ? {} : { damaged }),
  };
}

/** A damaged run never goes on by itself. */
function countedState({ record: { state }, corrupt }: StoredRun): RunState {
  return corrupt === undefined || isFinal(state) ? state : 'interrupted';
}

/** What is left of a batch whose file was lost. */
function toldByRuns(batch: Batch, runs: readonly StoredRun[]): Batch {
  const requests = runs.map(({ record }) => record.request);
  const [first] = requests;
  if (first === undefined) return batch;
  return {
    id: batch.id,
    createdAt: first.createdAt,
    environment: first.environment.name,
    journeys: [...new Set(requests.map(({ journey }) => journey))],
  };
}
