import type { BatchRecord, ShownBatch } from '../run/batch.ts';
import type { RunState } from '../run/record.ts';
import type { BatchRefusal } from '../stores/batch.ts';
import type { NewRun, RunStore, StoredRun } from '../stores/store.ts';

export interface RetryCommand {
  /** Absent: an interrupted run goes on, a finished one begins anew. */
  readonly from?: 'failed' | 'start';
  /** Id of the new run, where one is made. */
  readonly newId: string;
  /** Values of secrets that the client has now. */
  readonly secrets: { readonly [name: string]: string };
  readonly by: string;
}

/** What came of a command about a run. */
export type Answered =
  | { readonly kind: 'done'; readonly id: string }
  | { readonly kind: 'unknown' }
  /** The run is in a state in which this cannot be done. */
  | { readonly kind: 'refused'; readonly state: RunState; readonly message: string };

export interface RunnerInfo {
  readonly product: string;
  readonly version: string;
  /** Runners and clients of one protocol version understand each other. */
  readonly protocol: number;
  readonly pid: number;
}

/** A batch with runs, the newest of each place; of their steps only those that decided how they ended. */
export interface BatchWithRuns extends ShownBatch {
  readonly runs: readonly StoredRun[];
}

export interface BatchControl {
  /** Somebody registers the runs of a batch; gives what ends it. */
  make(id: string): () => void;
  show(batch: BatchRecord): ShownBatch;
  /** Every run of it that is open; what was not registered yet is refused from now on. */
  cancel(id: string, by: string): Promise<Answered>;
}

/** What a runner does for those who reach it. */
export interface RunnerControl {
  readonly info: RunnerInfo;
  readonly store: RunStore;
  readonly batches: BatchControl;
  dispatch(run: NewRun): Promise<Dispatched>;
  cancel(id: string, by: string): Promise<Answered>;
  retry(id: string, command: RetryCommand): Promise<Answered>;
  /** Somebody follows a run; gives what ends it. */
  follow(): () => void;
  /** How many runs are queued, running or waiting. */
  busy(): number;
  /** Ends the runner: at once, or once nothing is running. */
  shutdown(): void;
}

/** `noCommands`: it allows local commands, and this runner runs none. */
export type Dispatched = 'created' | 'exists' | 'conflict' | 'noCommands' | BatchRefusal;

export const protocolVersion = 2;

/** On every answer of a runner: the version that it speaks. Whatever has it not is something else. */
export const protocolHeader = 'reqflo-protocol';
