import { type Adapter, Low } from 'lowdb';
import { readExact, renderExact } from './event-codec.ts';
import type { Files } from './files.ts';
import { StoreError } from './store-error.ts';
import { createFile, readIfThere, replaceFile } from './whole-file.ts';

export interface DocumentOptions<T> {
  /** The content of the file as a T, or undefined where it is none. */
  readonly read: (content: unknown) => T | undefined;
  readonly initial: T;
  readonly mode: number;
  /** Once written it stays as it is. */
  readonly once?: true;
}

/**
 * A JSON document over lowdb. Its stock adapters never sync, share one temporary file among writers, and turn
 * to memory when NODE_ENV is `test`; this one writes whole files, durably.
 */
export function createDocument<T>(files: Files, path: string, options: DocumentOptions<T>): Low<T> {
  return new Low(new DurableFile(files, path, options), options.initial);
}

/** The bytes of a document's file. */
export function renderDocument(content: unknown): Buffer {
  return Buffer.from(`${renderExact(content, 2)}\n`);
}

export function readDocument<T>(path: string, bytes: Buffer, read: (content: unknown) => T | undefined): T {
  let content: unknown;
  try {
    content = readExact(bytes.toString('utf8'));
  } catch (cause) {
    throw new StoreError('damaged-document', path, 'is not JSON', { cause });
  }
  const document = read(content);
  if (document === undefined) throw new StoreError('damaged-document', path, 'is not what it should be');
  return document;
}

class DurableFile<T> implements Adapter<T> {
  readonly #files: Files;
  readonly #path: string;
  readonly #options: DocumentOptions<T>;

  constructor(files: Files, path: string, options: DocumentOptions<T>) {
    this.#files = files;
    this.#path = path;
    this.#options = options;
  }

  async read(): Promise<T | null> {
    const bytes = await readIfThere(this.#files, this.#path);
    return bytes === undefined ? null : readDocument(this.#path, bytes, this.#options.read);
  }

  async write(content: T): Promise<void> {
    const bytes = renderDocument(content);
    if (this.#options.once === undefined) {
      await replaceFile(this.#files, this.#path, bytes, this.#options.mode);
    } else if ((await createFile(this.#files, this.#path, bytes, this.#options.mode)) === 'exists') {
      throw new StoreError('document-exists', this.#path, 'is written once, and is there already');
    }
  }
}
