import type { RunRecord } from '../../run/record.ts';
import { createDocument, readDocument } from './documents.ts';
import type { Files } from './files.ts';
import { errnoOf, StoreError } from './store-error.ts';

/** `record.json`: the readable fold of a finished run, and which line sealed it. */
export interface SealedRecord {
  readonly format: 'reqflo-record/1';
  readonly seq: number;
  readonly hash: string;
  readonly record: RunRecord;
}

/** One that is there already stays. */
export async function writeSealedRecord(
  files: Files,
  path: string,
  content: Omit<SealedRecord, 'format'>,
): Promise<void> {
  const initial: SealedRecord = { format: 'reqflo-record/1', ...content };
  const document = createDocument(files, path, { read: readSealed, initial, mode: 0o444, once: true });
  try {
    await document.write();
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'document-exists')) throw error;
  }
}

/** Undefined where there is none; `damaged` where what is there cannot be read. */
export function readSealedRecordNow(files: Files, path: string): SealedRecord | 'damaged' | undefined {
  try {
    return readDocument(path, files.readNow(path), readSealed);
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? undefined : 'damaged';
  }
}

function readSealed(content: unknown): SealedRecord | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const sealed = content as Partial<SealedRecord>;
  const fits =
    sealed.format === 'reqflo-record/1' &&
    typeof sealed.seq === 'number' &&
    typeof sealed.hash === 'string' &&
    typeof sealed.record === 'object';
  return fits ? (sealed as SealedRecord) : undefined;
}

/** What stays in memory of a finished run: everything but the evidence. */
export function withoutEvidence(record: RunRecord): RunRecord {
  const steps = record.steps.map((step) => ({
    ...step,
    attempts: step.attempts.map(({ evidence: _, ...attempt }) => attempt),
  }));
  return { ...record, steps };
}
