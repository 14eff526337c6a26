import { join } from 'node:path';
import { readArtifact } from '../../artifact/read.ts';
import type { Artifact } from '../../artifact/types.ts';
import type { RunEvent } from '../../run/event.ts';
import { foldEvent } from '../../run/fold.ts';
import type { RunRecord } from '../../run/record.ts';
import { createRecord } from '../../run/record-plan.ts';
import type { RunRequest } from '../../run/request.ts';
import { isRunId } from '../ids.ts';
import { readKeptArtifact } from './artifacts.ts';
import { readDocument } from './documents.ts';
import type { Files } from './files.ts';
import { type Journal, readJournal, startOf } from './journal.ts';
import { type RunPaths, runPaths, runsFolder } from './layout.ts';
import { LiveRun } from './live-run.ts';
import { readRetries } from './retried-by.ts';
import { isStaging } from './run-folder.ts';
import { type RunHeader, readHeader, requestFrom } from './run-header.ts';
import { readSealedRecordNow, type SealedRecord } from './sealed-record.ts';
import { StoreError } from './store-error.ts';
import { problemOf } from './verify.ts';
import { createFile, readIfThere, removeTemporary } from './whole-file.ts';

/** Runs read at the same time: enough to keep a disk busy, few enough to keep memory small. */
const width = 16;

export interface RecoveryOptions {
  readonly files: Files;
  readonly folder: string;
  readonly runnerKey: string;
}

interface Recovery extends RecoveryOptions {
  /** Most runs share their artifact with others. */
  readonly plans: Map<string, Promise<Artifact | undefined>>;
}

/** Every run of a folder as its journal has it: torn tails cut off, damaged runs marked. */
export async function recoverRuns(options: RecoveryOptions): Promise<readonly LiveRun[]> {
  const { files, folder } = options;
  const recovery = { ...options, plans: new Map() };
  const runs = runsFolder(folder);
  const names = await files.list(runs);
  for (const name of names.filter(isStaging)) await files.remove(join(runs, name));
  const ids = names.filter(isRunId);
  const recovered: LiveRun[] = [];
  for (let from = 0; from < ids.length; from += width) {
    const some = ids.slice(from, from + width).map((id) => recoverOrMark(recovery, id));
    recovered.push(...(await Promise.all(some)));
  }
  return recovered;
}

/** One run that cannot be read does not keep the others from going on. */
async function recoverOrMark(recovery: Recovery, id: string): Promise<LiveRun> {
  try {
    return await recoverRun(recovery, id);
  } catch (error) {
    if (error instanceof StoreError && stopping.has(error.code)) throw error;
    return new LiveRun({
      ...recovery,
      id,
      paths: runPaths(join(runsFolder(recovery.folder), id)),
      tip: startOf(Buffer.alloc(0)),
      length: 0,
      record: withoutPlan(requestFrom(id, undefined)),
      corrupt: `it cannot be read (${String(error)})`,
    });
  }
}

const stopping: ReadonlySet<string> = new Set(['sync-failed', 'write-failed']);

async function recoverRun(recovery: Recovery, id: string): Promise<LiveRun> {
  const { files, folder, runnerKey } = recovery;
  const paths = runPaths(join(runsFolder(folder), id));
  await removeTemporary(files, paths.folder);
  const header = (await readIfThere(files, paths.header)) ?? Buffer.alloc(0);
  const bytes = (await readIfThere(files, paths.journal)) ?? Buffer.alloc(0);
  const sealed = readSealedRecordNow(files, paths.record);
  const journal = await repairJournal(files, paths, readJournal(header, bytes), bytes, sealed);
  const problem = problemOf(journal, sealed);
  const request = requestOf(journal) ?? requestFrom(id, headerIn(paths, header));
  const retriedBy = (await readRetries(files, paths.retriedBy).catch(() => [])).at(-1);
  const known = problem !== undefined && isWhole(sealed) ? sealed.record : undefined;
  const run = new LiveRun({
    files,
    paths,
    id,
    runnerKey,
    tip: journal.tip,
    length: journal.length,
    record: known ?? (await fold(recovery, request, journal)),
    ...(retriedBy === undefined ? {} : { retriedBy }),
    ...(problem === undefined ? {} : { corrupt: `line ${problem.line}: ${problem.message}` }),
  });
  if (problem === undefined && journal.tip.sealed) await restoreRecord(files, run, sealed);
  return run;
}

/** Cuts a torn tail off, and sets it aside as `torn.<n>`; anything else that is bad stays as it is. */
async function repairJournal(
  files: Files,
  paths: RunPaths,
  journal: Journal,
  bytes: Buffer,
  sealed: SealedRecord | 'damaged' | undefined,
): Promise<Journal> {
  const { bad, ...good } = journal;
  // A folder is renamed to its id with its first line synced, so a bad first line was never torn.
  if (bad === undefined || !bad.torn || sealed !== undefined || journal.lines.length === 0) return journal;
  const torn = bytes.subarray(journal.length);
  let number = 1;
  while ((await createFile(files, join(paths.folder, `torn.${number}`), torn, 0o444)) === 'exists') {
    number += 1;
  }
  const file = await files.open(paths.journal, 'r+');
  try {
    await file.truncate(journal.length);
    await file.datasync();
  } finally {
    await file.close();
  }
  return good;
}

function requestOf(journal: Journal): RunRequest | undefined {
  const [created] = journal.lines[0]?.events ?? [];
  return created?.type === 'run.created' ? created.request : undefined;
}

function headerIn(paths: RunPaths, bytes: Buffer): RunHeader | undefined {
  try {
    return readDocument(paths.header, bytes, readHeader);
  } catch {
    return undefined;
  }
}

function isWhole(sealed: SealedRecord | 'damaged' | undefined): sealed is SealedRecord {
  return sealed !== undefined && sealed !== 'damaged';
}

async function fold(recovery: Recovery, request: RunRequest, journal: Journal): Promise<RunRecord> {
  const { plans } = recovery;
  const planning = plans.get(request.artifact) ?? readPlan(recovery, request.artifact);
  plans.set(request.artifact, planning);
  const plan = await planning;
  const start = plan === undefined ? withoutPlan(request) : createRecord(plan, request);
  const events: readonly RunEvent[] = journal.lines.flatMap((line) => line.events);
  return events.reduce(foldEvent, start);
}

/** Undefined where the artifact is gone or damaged: a run still has its events, and cannot be claimed. */
async function readPlan({ files, folder }: Recovery, digest: string): Promise<Artifact | undefined> {
  try {
    const read = readArtifact((await readKeptArtifact(files, folder, digest)) ?? '');
    return read.ok ? read.artifact : undefined;
  } catch {
    return undefined;
  }
}

function withoutPlan(request: RunRequest): RunRecord {
  return { request, state: 'queued', passes: [], steps: [], rounds: [], notes: [], stops: [] };
}

async function restoreRecord(
  files: Files,
  run: LiveRun,
  sealed: SealedRecord | 'damaged' | undefined,
): Promise<void> {
  if (isWhole(sealed)) return run.forgetEvidence();
  if (sealed === 'damaged') await files.remove(run.paths.record);
  try {
    await run.writeRecord();
  } catch (error) {
    // No room: the journal has it all, and the next start tries again.
    if (!(error instanceof StoreError && error.code === 'write-failed')) throw error;
  }
}
