import type { RunEvent } from '../../run/event.ts';
import { foldEvent } from '../../run/fold.ts';
import type { RunRecord } from '../../run/record.ts';
import { LostRunError } from '../log.ts';
import type { JournalLine, StoredRun } from '../store.ts';
import type { Files } from './files.ts';
import { openHidden, openSecrets, sealHidden, sealSecrets } from './hidden.ts';
import { readJournal, type Tip } from './journal.ts';
import { JournalWriter } from './journal-writer.ts';
import { readRunKeyNow } from './keys.ts';
import type { RunPaths } from './layout.ts';
import { addRetry } from './retried-by.ts';
import { readSealedRecordNow, withoutEvidence, writeSealedRecord } from './sealed-record.ts';
import { StoreError } from './store-error.ts';

export interface LiveRunOptions {
  readonly files: Files;
  readonly paths: RunPaths;
  readonly id: string;
  readonly runnerKey: string;
  readonly record: RunRecord;
  readonly tip: Tip;
  /** Bytes of the journal that are good. */
  readonly length: number;
  readonly retriedBy?: string;
  /** What is wrong with it. */
  readonly corrupt?: string;
}

type Secrets = { readonly [name: string]: string };

/** One run, as this process knows it: its fold, its newest epoch, its journal, its followers. */
export class LiveRun {
  readonly id: string;
  readonly paths: RunPaths;
  readonly corrupt: string | undefined;
  readonly #files: Files;
  readonly #runnerKey: string;
  readonly #writer: JournalWriter;
  readonly #listeners = new Set<(line: JournalLine) => void>();
  #record: RunRecord;
  #retriedBy: string | undefined;
  #linking: Promise<void> = Promise.resolve();
  #epoch: number;
  #key: string | undefined;
  /** The full record is in `record.json`, and memory holds the part without evidence. */
  #thin = false;

  constructor(options: LiveRunOptions) {
    const { files, paths, tip, length } = options;
    this.id = options.id;
    this.paths = paths;
    this.corrupt = options.corrupt;
    this.#retriedBy = options.retriedBy;
    this.#files = files;
    this.#runnerKey = options.runnerKey;
    this.#record = options.record;
    this.#epoch = tip.epoch;
    const onLine = (line: JournalLine): Promise<void> => this.#take(line);
    this.#writer = new JournalWriter({ files, path: paths.journal, tip, length, onLine });
  }

  /** Its record; of a finished run without the evidence. */
  summary(): StoredRun {
    return this.#stored(this.#record);
  }

  /** Its whole record. */
  whole(): StoredRun {
    if (!this.#thin) return this.summary();
    const sealed = readSealedRecordNow(this.#files, this.paths.record);
    return sealed === undefined || sealed === 'damaged' ? this.summary() : this.#stored(sealed.record);
  }

  #stored(record: RunRecord): StoredRun {
    return {
      record: this.#retriedBy === undefined ? record : { ...record, retriedBy: this.#retriedBy },
      epoch: this.#epoch,
      seq: this.#writer.tip.seq,
      ...(this.corrupt === undefined ? {} : { corrupt: this.corrupt }),
    };
  }

  /** The epoch of a new pass. From here on every pass before it has lost the run. */
  fence(): number {
    this.#refuseDamaged();
    if (this.finished) throw new LostRunError(`${this.id} is finished`);
    this.#epoch += 1;
    return this.#epoch;
  }

  async append(epoch: number, events: readonly RunEvent[]): Promise<JournalLine> {
    this.#refuseDamaged();
    if (events.length === 0 || events.slice(0, -1).some(({ type }) => type === 'run.finished')) {
      throw new StoreError('bad-events', this.id, 'an append holds events, and run.finished is the last one');
    }
    if (epoch !== this.#epoch) {
      throw new LostRunError(`epoch ${this.#epoch} owns ${this.id}, not epoch ${epoch}`);
    }
    return this.#writer.append(
      epoch,
      events.map((event) => this.#sealed(event)),
    );
  }

  resume(at: number, by: string, sendAgain: readonly string[], secrets: Secrets): Promise<JournalLine> {
    const handedOver = Object.keys(secrets).length === 0 ? {} : sealSecrets(this.key(), secrets);
    return this.append(this.#epoch, [{ type: 'run.resumed', at, by, sendAgain, ...handedOver }]);
  }

  #refuseDamaged(): void {
    if (this.corrupt === undefined) return;
    throw new StoreError('damaged-run', this.id, `its journal is damaged (${this.corrupt})`, {
      fix: 'nothing was dropped; run it again from the start',
    });
  }

  /** A worker seals before it sends; what comes from this process may still be plain. */
  #sealed(event: RunEvent): RunEvent {
    const plain =
      event.type === 'step.finished'
        ? event.hidden !== undefined
        : event.type === 'run.created' && event.kept.some(({ hidden }) => hidden !== undefined);
    return plain ? sealHidden(this.key(), event) : event;
  }

  /** After the sync of a line: the fold, then those who follow, then the record of a finished run. */
  async #take(line: JournalLine): Promise<void> {
    this.#record = line.events.reduce(foldEvent, this.#record);
    for (const listener of this.#listeners) this.#tell(listener, line);
    if (this.#writer.tip.sealed) await this.#seal();
  }

  /** In a turn of its own: what a follower throws is no failed write. */
  #tell(listener: (line: JournalLine) => void, line: JournalLine): void {
    queueMicrotask(() => {
      if (this.#listeners.has(listener)) listener(line);
    });
  }

  async #seal(): Promise<void> {
    try {
      await this.writeRecord();
    } catch (error) {
      // The journal is the truth: a record that found no room is folded again at the next start.
      if (error instanceof StoreError && error.code === 'sync-failed') throw error;
    }
    this.#key = undefined;
  }

  /** Writes `record.json` of a finished run. */
  async writeRecord(): Promise<void> {
    const { seq, hash } = this.#writer.tip;
    await writeSealedRecord(this.#files, this.paths.record, { seq, hash, record: this.#record });
    this.forgetEvidence();
  }

  /** `record.json` has it all: memory keeps the small part alone. */
  forgetEvidence(): void {
    this.#record = withoutEvidence(this.#record);
    this.#thin = true;
  }

  async lines(after: number): Promise<readonly JournalLine[]> {
    // Before reading: what is behind it may be half a line.
    const { length } = this.#writer;
    const [header, journal] = await Promise.all([
      this.#files.read(this.paths.header),
      this.#files.read(this.paths.journal),
    ]);
    const { lines, bad } = readJournal(header, journal.subarray(0, length));
    if (bad === undefined) return lines.filter(({ seq }) => seq > after);
    throw new StoreError('damaged-run', this.id, `line ${bad.line} of its journal: ${bad.message}`);
  }

  /** Everything recorded, hidden parts opened. */
  async history(): Promise<readonly RunEvent[]> {
    const events = (await this.lines(0)).flatMap((line) => line.events);
    const key = this.key();
    return events.map((event) => openHidden(key, event));
  }

  secretsIn(history: readonly RunEvent[]): Secrets {
    return openSecrets(this.key(), history);
  }

  key(): string {
    this.#key ??= readRunKeyNow(this.#files, this.paths.key, this.#runnerKey, this.id);
    return this.#key;
  }

  /** Bytes of the journal that are durable. */
  get length(): number {
    return this.#writer.length;
  }

  /** Its last line seals it. */
  get finished(): boolean {
    return this.#writer.tip.sealed;
  }

  /** Says beside the sealed record that another run retries this one. */
  link(retriedBy: string): Promise<void> {
    const link = async (): Promise<void> => {
      await addRetry(this.#files, this.paths.retriedBy, retriedBy);
      this.#retriedBy = retriedBy;
    };
    // One after the other: each reads what the one before has written.
    const linking = this.#linking.then(link);
    this.#linking = linking.catch(() => undefined);
    return linking;
  }

  subscribe(listener: (line: JournalLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#linking;
    await this.#writer.rest();
  }
}
