import type { Low } from 'lowdb';
import { createDocument } from './documents.ts';
import type { Files } from './files.ts';

/** `retried-by.json`: the retries of a finished run, oldest first, beside its sealed record. */
interface RetriedBy {
  readonly format: 'reqflo-retried-by/1';
  readonly runs: readonly string[];
}

export async function readRetries(files: Files, path: string): Promise<readonly string[]> {
  const document = openRetries(files, path);
  await document.read();
  return document.data.runs;
}

/** Adds a retry, once. */
export async function addRetry(files: Files, path: string, id: string): Promise<void> {
  const document = openRetries(files, path);
  await document.read();
  if (document.data.runs.includes(id)) return;
  document.data = { ...document.data, runs: [...document.data.runs, id] };
  await document.write();
}

function openRetries(files: Files, path: string): Low<RetriedBy> {
  const initial: RetriedBy = { format: 'reqflo-retried-by/1', runs: [] };
  return createDocument(files, path, { read: readRetriedBy, initial, mode: 0o644 });
}

function readRetriedBy(content: unknown): RetriedBy | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { format, runs } = content as { readonly [name: string]: unknown };
  if (format !== 'reqflo-retried-by/1' || !Array.isArray(runs)) return undefined;
  return { format, runs: runs.filter((run) => typeof run === 'string') };
}
