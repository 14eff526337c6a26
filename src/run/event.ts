import type { Evidence, Hidden, Instant, Outcome } from './outcome.ts';
import type { Intent } from './ports.ts';
import type { RunRequest } from './request.ts';
import type { Signal, WaitFor } from './signal.ts';

/** `superseded`: canceled because a retry from the start takes its place. `timeout`: of the run, or of the step that the scope is. */
export type StopReason = 'cancel' | 'superseded' | 'timeout' | 'failFast';
export type FinalState = 'passed' | 'failed' | 'canceled';
/**
 * Why a run did not pass, by its first failed step in the order of the plan, cleanup last: `assertion` and
 * `unmet` exit 1; `request` (a failed send) and `value` 3; `timeout` (the run's own deadline) 6; `internal`
 * (our bug) 70; `superseded`: canceled by a retry from the start.
 */
export type RunReason = 'assertion' | 'unmet' | 'request' | 'value' | 'timeout' | 'internal' | 'superseded';

/** What happened, in the past tense. The record is the fold of these. */
export type RunEvent =
  | {
      readonly type: 'run.created';
      readonly at: Instant;
      readonly request: RunRequest;
      readonly kept: readonly Kept[];
      /** Secrets that were handed over, as ciphertext. */
      readonly sealedSecrets?: string;
    }
  | {
      readonly type: 'run.started';
      readonly at: Instant;
      readonly epoch: number;
      readonly worker: string;
      /** Why an earlier pass ended, where there was one: `worker worker-2 died`. */
      readonly after?: string;
    }
  | { readonly type: 'step.started'; readonly at: Instant; readonly key: string; readonly intent: Intent }
  | StepFinished
  /** A wait for a signal began; others are not told. */
  | { readonly type: 'wait.started'; readonly at: Instant; readonly key: string; readonly for: WaitFor }
  | { readonly type: 'wait.finished'; readonly at: Instant; readonly key: string; readonly outcome: Outcome }
  | SignalReceived
  | {
      readonly type: 'scope.stopped';
      readonly at: Instant;
      readonly scope: string;
      readonly reason: StopReason;
    }
  | { readonly type: 'note.added'; readonly at: Instant; readonly key: string; readonly text: string }
  /** Nothing is due before `until`; absent: before a signal. */
  | { readonly type: 'run.waiting'; readonly at: Instant; readonly until?: Instant }
  | {
      readonly type: 'run.interrupted';
      readonly at: Instant;
      readonly reason: string;
      readonly keys: readonly string[];
    }
  | {
      readonly type: 'run.resumed';
      readonly at: Instant;
      readonly by: string;
      readonly sendAgain: readonly string[];
      readonly sealedSecrets?: string;
    }
  | {
      readonly type: 'run.cancelRequested';
      readonly at: Instant;
      readonly by: string;
      readonly superseded?: true;
    }
  | RunFinished;

export interface StepFinished {
  readonly type: 'step.finished';
  readonly at: Instant;
  readonly key: string;
  /** Masked. */
  readonly outcome: Outcome;
  readonly evidence?: Evidence;
  /** What masking altered: in memory as it is, in a file as ciphertext (`sealed`), towards readers never. */
  readonly hidden?: Hidden;
  readonly sealed?: string;
}

/** Something came from outside: before its wait began, or while it waits. */
export interface SignalReceived {
  readonly type: 'signal.received';
  readonly at: Instant;
  readonly name: string;
  /** All of it: nobody knows yet what in it is secret. */
  readonly hidden?: { readonly signal: Signal };
  readonly sealed?: string;
}

export interface RunFinished {
  readonly type: 'run.finished';
  readonly at: Instant;
  readonly state: FinalState;
  readonly reason?: RunReason;
  /** The step that decided it. */
  readonly key?: string;
}

/** An outcome that a retry takes over from the run before. */
export interface Kept {
  readonly key: string;
  readonly outcome: Outcome;
  readonly evidence?: Evidence;
  readonly hidden?: Hidden;
  readonly sealed?: string;
}
