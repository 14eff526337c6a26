import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudBackend } from '../../src/backends/cloud.ts';
import { createRunId } from '../../src/stores/ids.ts';
import type { Line, Sandbox } from '../e2e/sandbox.ts';
import type { Random } from './random.ts';

/** What a person who watches all runs did and saw. */
export interface Notebook {
  /** Interruptions that were seen. */
  interrupted: number;
  /** "Send it again", acknowledged, by run. */
  readonly retried: Map<string, number>;
  /** Cancels that were acknowledged. */
  readonly canceled: Set<string>;
  /** Commands that were refused, because the run had gone on meanwhile. */
  refused: number;
  /** Bytes of journals at the moment when their runs were first seen finished, as SHA-256. */
  readonly journals: Map<string, string>;
  /** The same of records. */
  readonly records: Map<string, string>;
}

export function createNotebook(): Notebook {
  return {
    interrupted: 0,
    retried: new Map(),
    canceled: new Set(),
    refused: 0,
    journals: new Map(),
    records: new Map(),
  };
}

export interface Person {
  readonly sandbox: Sandbox;
  readonly backend: CloudBackend;
  readonly random: Random;
  readonly notebook: Notebook;
  /** Runs whose dispatch was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
}

/** Looks at every run until `done`, notes what has ended, and says what to do about what is interrupted. */
export async function watchRuns(person: Person, done: () => boolean): Promise<void> {
  const deciding = new Set<string>();
  const decisions: Promise<void>[] = [];
  for (;;) {
    const finishing = done();
    for (const id of person.acknowledged) {
      if (noteEnd(person, id) || deciding.has(id) || !isInterrupted(person.sandbox.lines(id))) continue;
      deciding.add(id);
      person.notebook.interrupted += 1;
      decisions.push(decide(person, id).finally(() => deciding.delete(id)));
    }
    const open = [...person.acknowledged].some((id) => !person.notebook.records.has(id));
    if (finishing && !open) break;
    await sleep(100);
  }
  await Promise.all(decisions);
}

/** Whether a run has ended; its bytes are noted when that is first seen. */
function noteEnd({ sandbox, notebook }: Person, id: string): boolean {
  const folder = join(sandbox.store, 'runs', id);
  if (!notebook.journals.has(id)) {
    if (sandbox.lines(id).at(-1)?.events.at(-1)?.type !== 'run.finished') return false;
    notebook.journals.set(id, hashOf(join(folder, 'journal.jsonl')) ?? '');
  }
  if (!notebook.records.has(id)) {
    const record = hashOf(join(folder, 'record.json'));
    if (record !== undefined) notebook.records.set(id, record);
  }
  return true;
}

export function hashOf(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}

function isInterrupted(lines: readonly Line[]): boolean {
  const last = lines.at(-1)?.events.at(-1);
  return last?.type === 'run.interrupted';
}

async function decide({ backend, random, notebook }: Person, id: string): Promise<void> {
  const isToEnd = random.next() < 0.1;
  await sleep(random.between(0, 300));
  try {
    if (isToEnd) {
      await backend.cancel(id);
      notebook.canceled.add(id);
    } else {
      await backend.retry(id, { newId: createRunId(Date.now()), secrets: {} });
      notebook.retried.set(id, (notebook.retried.get(id) ?? 0) + 1);
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'RefusedError')) throw error;
    notebook.refused += 1;
  }
}
