import type { Verification } from '../store.ts';
import { readKeptArtifact } from './artifacts.ts';
import type { Files } from './files.ts';
import { type Journal, readJournal } from './journal.ts';
import type { RunPaths } from './layout.ts';
import { readSealedRecordNow, type SealedRecord } from './sealed-record.ts';
import { StoreError } from './store-error.ts';
import { readIfThere } from './whole-file.ts';

/**
 * Whether the files of a run are as they were written. `length` leaves out what is being appended right now.
 * Unsigned: it finds damage, not a rewrite by the owner of the disk.
 */
export async function verifyRun(
  files: Files,
  dataFolder: string,
  paths: RunPaths,
  length?: number,
): Promise<Verification> {
  const header = await readIfThere(files, paths.header);
  const bytes = await readIfThere(files, paths.journal);
  if (header === undefined || bytes === undefined) {
    return { ok: false, line: 1, message: 'the header or the journal is missing' };
  }
  const journal = readJournal(header, bytes.subarray(0, length));
  const sealed = readSealedRecordNow(files, paths.record);
  const problem = problemOf(journal, sealed) ?? (await artifactProblem(files, dataFolder, journal));
  if (problem !== undefined) return { ok: false, ...problem };
  const { tip, lines } = journal;
  return { ok: true, sealed: tip.sealed, lines: lines.length, hash: tip.hash };
}

interface Problem {
  readonly line: number;
  readonly message: string;
}

/** What is wrong with a journal, given the record that was written when its run ended. */
export function problemOf(
  { tip, bad, lines }: Journal,
  sealed: SealedRecord | 'damaged' | undefined,
): Problem | undefined {
  if (bad !== undefined) return { line: bad.line, message: bad.message };
  if (lines[0]?.events[0]?.type !== 'run.created') {
    return { line: 1, message: 'it does not begin with the creation of the run' };
  }
  if (sealed === undefined) return undefined;
  const line = tip.seq;
  if (!tip.sealed) return { line: line + 1, message: 'its last lines are missing: the run was finished' };
  if (sealed !== 'damaged' && sealed.hash !== tip.hash) {
    return { line, message: 'it was sealed with another hash: record.json has the first one' };
  }
  return undefined;
}

async function artifactProblem(
  files: Files,
  dataFolder: string,
  journal: Journal,
): Promise<Problem | undefined> {
  const [created] = journal.lines[0]?.events ?? [];
  if (created?.type !== 'run.created') return undefined;
  try {
    const text = await readKeptArtifact(files, dataFolder, created.request.artifact);
    return text === undefined ? { line: 1, message: 'its artifact is missing' } : undefined;
  } catch (error) {
    if (error instanceof StoreError) return { line: 1, message: error.message };
    throw error;
  }
}
