import type { Kept, RunEvent } from '../run/event.ts';
import type { RunRecord } from '../run/record.ts';
import type { RunRequest } from '../run/request.ts';
import type { BatchStore } from './batch.ts';

/** One append, as it lies in the journal and as followers get it. `seq` counts from 1. */
export interface JournalLine {
  readonly seq: number;
  readonly epoch: number;
  readonly hash: string;
  readonly events: readonly RunEvent[];
}

export interface NewRun {
  readonly request: RunRequest;
  /** Canonical bytes of the artifact; their SHA-256 is `request.artifact`. */
  readonly artifact: string;
  /** Outcomes that a retry takes over, in plain (the store seals what is hidden). */
  readonly kept: readonly Kept[];
  /** Values of `request.secrets`, by name, in plain (the store seals them). */
  readonly secrets: { readonly [name: string]: string };
}

/** A run as the store knows it now. */
export interface StoredRun {
  readonly record: RunRecord;
  /** Epoch of the newest pass; 0 before the first. */
  readonly epoch: number;
  /** Sequence number of the last line. */
  readonly seq: number;
  /** The journal has a damaged line: shown, never resumed. */
  readonly corrupt?: string;
}

/** What a worker needs to take a run up. */
export interface Claim {
  readonly id: string;
  readonly epoch: number;
  readonly artifact: string;
  /** Everything recorded, hidden parts opened. */
  readonly history: readonly RunEvent[];
  readonly secrets: { readonly [name: string]: string };
  /** Key of this run, base64: the worker seals with it what evidence may not show. */
  readonly key: string;
}

export type Verification =
  | { readonly ok: true; readonly sealed: boolean; readonly lines: number; readonly hash: string }
  | { readonly ok: false; readonly line: number; readonly message: string };

/** Every run of one runner, by id. One process writes it. Everything is durable before it resolves. */
export interface RunStore {
  readonly batches: BatchStore;
  /** The same id with the same content is the same run. */
  create(run: NewRun): Promise<'created' | 'exists' | 'conflict'>;
  get(id: string): StoredRun | undefined;
  /** Newest first. */
  list(): readonly StoredRun[];
  /** Begins a new pass: raises the epoch, appends `run.started`. */
  claim(id: string, worker: string, after: string | undefined): Promise<Claim>;
  /** One line, one sync. Throws LostRunError for an epoch that is not the newest, or a finished run. */
  append(id: string, epoch: number, events: readonly RunEvent[]): Promise<JournalLine>;
  /** New values of secrets for an open run, sealed into `run.resumed`. */
  resume(
    id: string,
    by: string,
    sendAgain: readonly string[],
    secrets: { readonly [name: string]: string },
  ): Promise<JournalLine>;
  /** Lines after `seq`, as they lie there. */
  lines(id: string, after: number): Promise<readonly JournalLine[]>;
  /** Called for each line after its sync. */
  subscribe(id: string, listener: (line: JournalLine) => void): () => void;
  /** Everything recorded, hidden parts opened: what a retry is planned on. */
  history(id: string): Promise<readonly RunEvent[]>;
  artifact(digest: string): Promise<string | undefined>;
  secrets(id: string): Promise<{ readonly [name: string]: string }>;
  /** Links a finished run to its retry (a document beside the sealed record). */
  link(id: string, retriedBy: string): Promise<void>;
  verify(id: string): Promise<Verification>;
  close(): Promise<void>;
}
