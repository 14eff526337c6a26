import { isDeepStrictEqual } from 'node:util';
import { readArtifact } from '../../artifact/read.ts';
import type { RunEvent } from '../../run/event.ts';
import { foldEvent } from '../../run/fold.ts';
import { createRecord } from '../../run/record-plan.ts';
import { isRunId } from '../ids.ts';
import type { Claim, JournalLine, NewRun, RunStore, StoredRun, Verification } from '../store.ts';
import { keepArtifact, readKeptArtifact } from './artifacts.ts';
import { Batches } from './batches.ts';
import { readExact, renderEvents, renderExact } from './event-codec.ts';
import { diskFiles, type Files } from './files.ts';
import { sealHidden, sealSecrets } from './hidden.ts';
import { openRunnerKey } from './keys.ts';
import { openLayout } from './layout.ts';
import { LiveRun } from './live-run.ts';
import { type Ownership, takeOwnership } from './owner.ts';
import { recoverRuns } from './recovery.ts';
import { createRunFolder } from './run-folder.ts';
import { createHeader } from './run-header.ts';
import { StoreError } from './store-error.ts';
import { guardSyncs } from './sync-guard.ts';
import { createKey } from './vault.ts';
import { verifyRun } from './verify.ts';

export interface JsonFileStoreOptions {
  /** The data folder; made where there is none. */
  readonly dir: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** A sync failed: the store refuses everything from now on, and its process should end. */
  readonly onFatal: (error: Error) => void;
  readonly files?: Files;
  /** Called once the folder is owned, before a journal is read: the place to end writers of the owner before. */
  readonly onOwned?: () => Promise<void>;
}

/**
 * The runs in a folder of JSON files, of which this process becomes the one writer. Throws a StoreError where
 * another process owns the folder, or where it has another format.
 */
export async function openJsonFileStore(options: JsonFileStoreOptions): Promise<RunStore> {
  const files = guardSyncs(options.files ?? diskFiles, options.onFatal);
  const folder = options.dir;
  await openLayout(files, folder);
  const ownership = await takeOwnership(files, folder);
  try {
    await options.onOwned?.();
    const runnerKey = await openRunnerKey(files, folder);
    const runs = await recoverRuns({ files, folder, runnerKey });
    const batches = await Batches.open(files, folder, runs);
    return new JsonFileStore({ files, folder, runnerKey, ownership, runs, batches, now: options.now });
  } catch (error) {
    await ownership.release().catch(() => undefined);
    throw error;
  }
}

interface Opened {
  readonly files: Files;
  readonly folder: string;
  readonly runnerKey: string;
  readonly ownership: Ownership;
  readonly runs: readonly LiveRun[];
  readonly batches: Batches;
  readonly now: () => number;
}

type Secrets = { readonly [name: string]: string };
type Created = 'created' | 'exists' | 'conflict';

class JsonFileStore implements RunStore {
  readonly batches: Batches;
  readonly #opened: Opened;
  readonly #runs: Map<string, LiveRun>;
  readonly #creating = new Map<string, Promise<unknown>>();
  #closed = false;

  constructor(opened: Opened) {
    this.#opened = opened;
    this.batches = opened.batches;
    this.#runs = new Map(opened.runs.map((run) => [run.id, run]));
  }

  async create(run: NewRun): Promise<Created> {
    const { id } = run.request;
    if (!isRunId(id)) throw new StoreError('bad-run-id', id, 'a run id is run_ and a ULID');
    // Sent twice at once, the second one waits to see what became of the first.
    while (this.#creating.has(id)) await this.#creating.get(id);
    this.#refuseClosed();
    const known = this.#runs.get(id);
    if (known !== undefined) return (await isSame(known, run)) ? 'exists' : 'conflict';
    const creating = this.#create(run);
    this.#creating.set(
      id,
      creating.catch(() => undefined),
    );
    try {
      const made = await creating;
      this.#runs.set(id, made);
      this.batches.enter(made);
      return 'created';
    } finally {
      this.#creating.delete(id);
    }
  }

  async #create({ request, artifact, kept, secrets }: NewRun): Promise<LiveRun> {
    const { files, folder, runnerKey, now } = this.#opened;
    const plan = readArtifact(artifact, request.artifact);
    if (!plan.ok) {
      const fix = plan.fix === undefined ? {} : { fix: plan.fix };
      throw new StoreError('bad-artifact', request.id, plan.message, fix);
    }
    await keepArtifact(files, folder, request.artifact, artifact);
    const key = createKey();
    const plain: RunEvent = { type: 'run.created', at: now(), request, kept, ...sealSecrets(key, secrets) };
    const created = sealHidden(key, plain);
    const header = createHeader(request);
    const keys = { runner: runnerKey, run: key };
    const made = await createRunFolder(files, folder, header, keys, renderEvents([created]));
    const record = foldEvent(createRecord(plan.artifact, request), created);
    return new LiveRun({ ...made, files, id: request.id, runnerKey, record });
  }

  get(id: string): StoredRun | undefined {
    return this.#runs.get(id)?.whole();
  }

  list(): readonly StoredRun[] {
    const newestFirst = [...this.#runs.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    return newestFirst.map((run) => run.summary());
  }

  async claim(id: string, worker: string, after: string | undefined): Promise<Claim> {
    const run = this.#run(id);
    const epoch = run.fence();
    const artifact = await this.artifact(run.summary().record.request.artifact);
    if (artifact === undefined) throw new StoreError('damaged-artifact', id, 'its artifact is missing');
    const started = { type: 'run.started', at: this.#opened.now(), epoch, worker } as const;
    await run.append(epoch, [after === undefined ? started : { ...started, after }]);
    const history = await run.history();
    return { id, epoch, artifact, history, secrets: run.secretsIn(history), key: run.key() };
  }

  async append(id: string, epoch: number, events: readonly RunEvent[]): Promise<JournalLine> {
    return this.#run(id).append(epoch, events);
  }

  async resume(id: string, by: string, sendAgain: readonly string[], secrets: Secrets): Promise<JournalLine> {
    return this.#run(id).resume(this.#opened.now(), by, sendAgain, secrets);
  }

  async lines(id: string, after: number): Promise<readonly JournalLine[]> {
    return this.#run(id).lines(after);
  }

  subscribe(id: string, listener: (line: JournalLine) => void): () => void {
    return this.#run(id).subscribe(listener);
  }

  async history(id: string): Promise<readonly RunEvent[]> {
    return this.#run(id).history();
  }

  artifact(digest: string): Promise<string | undefined> {
    return readKeptArtifact(this.#opened.files, this.#opened.folder, digest);
  }

  async secrets(id: string): Promise<Secrets> {
    const run = this.#run(id);
    return run.secretsIn(await run.history());
  }

  async link(id: string, retriedBy: string): Promise<void> {
    await this.#run(id).link(retriedBy);
  }

  async verify(id: string): Promise<Verification> {
    const run = this.#run(id);
    const length = run.corrupt === undefined && !run.finished ? run.length : undefined;
    return verifyRun(this.#opened.files, this.#opened.folder, run.paths, length);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all(this.#creating.values());
    await Promise.all([...this.#runs.values()].map((run) => run.close()));
    await this.batches.close();
    await this.#opened.ownership.release();
  }

  #run(id: string): LiveRun {
    this.#refuseClosed();
    const run = this.#runs.get(id);
    if (run === undefined) throw new StoreError('unknown-run', id, 'there is no such run here');
    return run;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new StoreError('closed', this.#opened.folder, 'the store is closed');
  }
}

/** What a client sent, without when: a repeated dispatch may say another instant. */
async function isSame(known: LiveRun, run: NewRun): Promise<boolean> {
  const history = (await known.history()).slice(0, 1);
  const [created] = history;
  if (created?.type !== 'run.created') return false;
  const { createdAt: _, ...before } = created.request;
  const { createdAt: __, ...now } = run.request;
  const asStored = readExact(renderExact([now, run.kept, run.secrets]));
  return isDeepStrictEqual([before, created.kept, known.secretsIn(history)], asStored);
}
