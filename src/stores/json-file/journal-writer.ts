import type { RunEvent } from '../../run/event.ts';
import { LostRunError } from '../log.ts';
import type { JournalLine } from '../store.ts';
import { renderEvents } from './event-codec.ts';
import type { Files, OpenFile } from './files.ts';
import { renderLine, sealsRun, type Tip } from './journal.ts';
import { type StoreError, writeFailed } from './store-error.ts';

interface Append {
  readonly epoch: number;
  readonly events: readonly RunEvent[];
  readonly text: string;
  readonly resolve: (line: JournalLine) => void;
  readonly reject: (error: Error) => void;
}

interface Drawn {
  readonly append: Append;
  readonly line: JournalLine;
  readonly bytes: Buffer;
}

export interface WriterOptions {
  readonly files: Files;
  readonly path: string;
  readonly tip: Tip;
  /** Bytes of the file that are good. */
  readonly length: number;
  /** Told of each line after its sync, and awaited before the append that wrote it resolves. */
  readonly onLine: (line: JournalLine) => Promise<void>;
}

/** Events that say what somebody outside decided: they do not build on what a pass wrote before. */
const decisions: ReadonlySet<RunEvent['type']> = new Set([
  'run.cancelRequested',
  'run.interrupted',
  'run.resumed',
]);

/** After these nothing is written for long, and a file need not stay open for it. */
const rests: ReadonlySet<RunEvent['type'] | undefined> = new Set([
  'run.finished',
  'run.interrupted',
  'run.waiting',
]);

/** One journal's queue: one write and one sync under way, and what came meanwhile goes in the next. */
export class JournalWriter {
  readonly #options: WriterOptions;
  #tip: Tip;
  #length: number;
  #file: OpenFile | undefined;
  #waiting: Append[] = [];
  #working: Promise<void> | undefined;
  /** Bytes may lie behind the last good one. */
  #dirty = false;
  #resting = false;
  /** An append of this pass, and of those before it, was not written: what came after it must not be. */
  #lost: { readonly epoch: number; readonly cause: Error } | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#tip = options.tip;
    this.#length = options.length;
  }

  get tip(): Tip {
    return this.#tip;
  }

  /** Bytes that are durable. */
  get length(): number {
    return this.#length;
  }

  append(epoch: number, events: readonly RunEvent[]): Promise<JournalLine> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ epoch, events, text: renderEvents(events), resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Waits for what was asked for, and lets go of the file; the next append opens it again. */
  async rest(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
    await this.#letGo();
  }

  async #work(): Promise<void> {
    // Appends of one turn meet in one write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#writeBatch();
      if (this.#resting) await this.#letGo();
    }
    this.#working = undefined;
  }

  async #letGo(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    // What it had to keep is synced: closing can lose nothing.
    await file?.close().catch(() => undefined);
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#waiting.splice(0);
    try {
      const file = await this.#cleanFile();
      const drawn = this.#draw(batch);
      if (drawn.length === 0) return;
      await this.#write(file, Buffer.concat(drawn.map(({ bytes }) => bytes)));
      await file.datasync();
      await this.#settle(drawn);
    } catch (error) {
      await this.#fail([...batch, ...this.#waiting.splice(0)], writeFailed(this.#options.path, error));
    }
  }

  /** The file, without anything behind its last good byte. */
  async #cleanFile(): Promise<OpenFile> {
    this.#file ??= await this.#options.files.open(this.#options.path, 'r+');
    if (this.#dirty) {
      await this.#file.truncate(this.#length);
      await this.#file.datasync();
      this.#dirty = false;
    }
    return this.#file;
  }

  /** The lines of a batch, each chained to the one before; an append that may not be is refused. */
  #draw(batch: readonly Append[]): readonly Drawn[] {
    let tip = this.#tip;
    const drawn: Drawn[] = [];
    for (const append of batch) {
      const { epoch, events, text } = append;
      const refusal = this.#refuse(tip, append);
      if (refusal !== undefined) {
        append.reject(refusal);
        continue;
      }
      const { hash, bytes } = renderLine(tip, epoch, text);
      tip = { seq: tip.seq + 1, epoch, hash, sealed: sealsRun(events) };
      drawn.push({ append, bytes, line: { seq: tip.seq, epoch, hash, events } });
    }
    return drawn;
  }

  #refuse(tip: Tip, { epoch, events }: Append): Error | undefined {
    if (tip.sealed) return new LostRunError('the run is finished');
    if (epoch < tip.epoch) return new LostRunError(`epoch ${tip.epoch} owns the run, not ${epoch}`);
    if (this.#lost === undefined || epoch > this.#lost.epoch) return undefined;
    if (events.every(({ type }) => decisions.has(type))) return undefined;
    return new LostRunError('an earlier write of this pass failed', { cause: this.#lost.cause });
  }

  async #write(file: OpenFile, bytes: Buffer): Promise<void> {
    this.#dirty = true;
    const written = await file.write(bytes, this.#length);
    if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes went in`);
  }

  async #settle(drawn: readonly Drawn[]): Promise<void> {
    this.#dirty = false;
    for (const { append, line, bytes } of drawn) {
      this.#resting = rests.has(line.events.at(-1)?.type);
      this.#length += bytes.length;
      this.#tip = { seq: line.seq, epoch: line.epoch, hash: line.hash, sealed: sealsRun(line.events) };
      await this.#options.onLine(line);
      append.resolve(line);
    }
  }

  /** Tells everybody who waits, and cuts back at once; where even that fails, the next append tries again. */
  async #fail(appends: readonly Append[], error: StoreError): Promise<void> {
    const passes = appends.filter(({ events }) => !events.every(({ type }) => decisions.has(type)));
    const epoch = Math.max(this.#lost?.epoch ?? -1, ...passes.map((append) => append.epoch));
    this.#lost = { epoch, cause: error };
    if (error.code !== 'sync-failed') await this.#cleanFile().catch(() => undefined);
    for (const append of appends) append.reject(error);
  }
}
