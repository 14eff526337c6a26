import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { readSource } from '../files.ts';
import type { DataProblem } from './row.ts';

/** A data file: where it lies, and how errors call it. */
export interface DataFile {
  readonly root: string;
  /** Absolute. */
  readonly path: string;
  /** Relative to the project, with `/`. */
  readonly shown: string;
}

class NotUtf8Error extends Error {
  override readonly name = 'NotUtf8Error';
}

/**
 * The text of a file in pieces as they are read, its byte order mark dropped. With `lenient` bytes that are
 * not UTF-8 become U+FFFD. @throws NotUtf8Error
 */
export async function* readText(file: DataFile, lenient = false): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: !lenient });
  for await (const chunk of createReadStream(file.path)) yield decode(decoder, chunk);
  yield decode(decoder);
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (cause) {
    throw new NotUtf8Error('not UTF-8', { cause });
  }
}

/** What a failure to read the file is for a person; anything else is thrown on. */
export function problemOf(file: DataFile, error: unknown): DataProblem {
  const read = readSource(file.root, file.path);
  if (!read.ok) return { kind: 'problem', diagnostic: read.diagnostic };
  throw error;
}
