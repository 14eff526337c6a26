import type { RunState } from '../run/record.ts';
import type { NewRun, RunStore } from '../stores/store.ts';

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

/** What a runner does for those who reach it. */
export interface RunnerControl {
  readonly info: RunnerInfo;
  readonly store: RunStore;
  /** `noCommands`: it allows local commands, and this runner runs none. */
  dispatch(run: NewRun): Promise<'created' | 'exists' | 'conflict' | 'noCommands'>;
  cancel(id: string, by: string): Promise<Answered>;
  retry(id: string, command: RetryCommand): Promise<Answered>;
  /** Somebody follows a run; gives what ends it. */
  follow(): () => void;
  /** How many runs are queued, running or waiting. */
  busy(): number;
  /** Ends the runner: at once, or once nothing is running. */
  shutdown(): void;
}

export const protocolVersion = 1;
