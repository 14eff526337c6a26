import type { Step } from '../artifact/types.ts';
import type { FinalState, RunReason, StopReason } from './event.ts';
import type { Evidence, Instant, Outcome, Reason } from './outcome.ts';
import type { Intent } from './ports.ts';
import type { RunRequest } from './request.ts';
import type { SignalSource } from './signal.ts';

export type RunState = 'queued' | 'running' | 'waiting' | 'interrupted' | FinalState;
export type StepState =
  | 'pending'
  | 'running'
  | 'passed'
  | 'failed'
  | 'skipped'
  | 'reused'
  | 'canceled'
  | 'unknown';

/** One try of a step, or one look of a poll. */
export interface AttemptRecord {
  readonly key: string;
  readonly startedAt: Instant;
  readonly intent?: Intent;
  readonly outcome?: Outcome;
  readonly evidence?: Evidence;
}

export interface StepRecord {
  readonly key: string;
  readonly name?: string;
  readonly kind: Step['kind'];
  /** Its rounds follow it: `addItem[0]`, `addItem[1]` … */
  readonly loop: boolean;
  /** A step of a cleanup. */
  readonly cleanup: boolean;
  /** 0 at the top, 1 inside a `parallel`. */
  readonly depth: number;
  readonly state: StepState;
  readonly reason?: Reason;
  readonly poll: boolean;
  /** While it waits: for whom. */
  readonly awaits?: SignalSource;
  readonly attempts: readonly AttemptRecord[];
}

/** A pass that ended without an end: which worker, what it was about to do. */
export interface PassRecord {
  readonly epoch: number;
  readonly worker: string;
  readonly at: Instant;
  readonly after?: string;
}

/** `after` of a pass that a person asked for: nothing was recovered. */
export const toldToGoOn = 'a person said to go on';

/** Everything known about a run: the fold of its events. */
export interface RunRecord {
  readonly request: RunRequest;
  readonly state: RunState;
  readonly reason?: RunReason;
  readonly decidedBy?: string;
  /** Why what the engine does itself failed (a variable that could not be had). */
  readonly problem?: NonNullable<Evidence['error']>;
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
  readonly passes: readonly PassRecord[];
  /** In the order of the plan, then cleanup in the order it ran. */
  readonly steps: readonly StepRecord[];
  /** What rounds of loops are made from: every step that loops or stands in a loop, by its place; never shown. */
  readonly rounds: readonly StepRecord[];
  readonly notes: readonly { readonly key: string; readonly text: string; readonly at: Instant }[];
  readonly stops: readonly { readonly scope: string; readonly reason: StopReason }[];
  /** While `interrupted`: why, and the steps that a person must decide about. */
  readonly interruption?: { readonly reason: string; readonly keys: readonly string[] };
  readonly waitingUntil?: Instant;
  /** A person asked for its end, which may be still to come. */
  readonly stopAsked?: 'cancel' | 'superseded';
  /** Set by a store when a retry of this run exists. */
  readonly retriedBy?: string;
}
