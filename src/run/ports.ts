import type { Digests } from '../query/digest.ts';
import type { ValueMap } from '../query/value.ts';
import type { Jars } from './cookies.ts';
import type { StopReason } from './event.ts';
import type { Execution, LocalCommand } from './execution.ts';
import type { Frame, Registered } from './frame.ts';
import type { Evidence, Hidden, Instant, Outcome, Reason } from './outcome.ts';
import type { Signal, WaitFor } from './signal.ts';
import type { Exchange, WireRequest } from './wire.ts';

/** What `AbortSignal` has of use here; the engine's library has no DOM. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A request that is about to leave: what the barrier writes down. */
export interface Intent {
  readonly method: string;
  readonly target: string;
  /** May be sent again when nobody knows whether it arrived (RFC 9110 9.2.2, a key, or the author's word). */
  readonly repeatable: boolean;
}

export interface Work {
  /** Now; where the intent is recorded already, the recorded instant. */
  readonly at: Instant;
  /** Fires when the work should hurry to its end (second interrupt, worker told to leave). */
  readonly signal: CancelSignal;
  /** The barrier: resolves when the intent, and all before it, is durable. Not called: a local step. */
  intend(intent: Intent): Promise<void>;
}

export interface Finished {
  readonly outcome: Outcome;
  readonly hidden?: Hidden;
  readonly evidence?: Evidence;
  /** Makes the evidence, in place of `evidence`. Done later it hides what was learned to be secret since, too. */
  readonly makeEvidence?: () => Evidence;
}

export interface Mode {
  /** Deaf to stops; `unknown` becomes an outcome. */
  readonly cleanup?: true;
  /** The scopes whose stops it hears, outermost first: '' is the run. */
  readonly scopes: readonly string[];
}

/** A branch of a `parallel`: named by data alone, so that any worker can take it up. */
export interface Branch {
  /** Durable key of its step: `users/createUser`, `addItem[3]`. */
  readonly key: string;
  /** Names that a round of a loop adds; absent: no round. */
  readonly locals?: ValueMap;
}

/** What branches begin with; recorded once and read by reference where they run elsewhere. */
export interface Shared {
  /** What expressions see of earlier steps, by id. */
  readonly steps: ValueMap;
  readonly frame: Frame;
  readonly jars: Jars;
}

/** What a branch came to, and what it changed; joined in the order of the plan. */
export interface BranchResult {
  readonly key: string;
  readonly state: Outcome['state'];
  readonly reason?: Reason;
  /** It failed, and not with `continueOnFailure`: with `failFast` the others are stopped. */
  readonly halts: boolean;
  readonly steps: ValueMap;
  readonly jars: Jars;
  /** What its step gave: one element of a loop's outputs. */
  readonly outputs: ValueMap;
  /** What a `repeat` goes on with; absent: it has ended. */
  readonly next?: ValueMap;
  /** Steps whose cleanup has something to undo. */
  readonly registered: readonly Registered[];
  /** Keys of steps that failed, and why. */
  readonly failures: readonly (readonly [key: string, reason: Reason | undefined])[];
}

/** How a wait ended: `passed`, `canceled`, or `failed` (`unmet`) where its signal did not come in time. */
export interface Waited extends Outcome {
  /** What it waited for. */
  readonly signal?: Signal;
}

/** The durable primitives: what a store carries out for the engine. */
export interface Primitives {
  /** The recorded outcome of `key`, else the work's. Leaves where the outcome cannot be known. */
  step(key: string, mode: Mode, work: (work: Work) => Promise<Finished>): Promise<Outcome>;
  /** Runs each branch through the engine's `runBranch`; with `failFast` one that halts stops the scope `key`. A branch that was never started gives undefined. */
  parallel(
    key: string,
    mode: Mode,
    shared: Shared,
    branches: readonly Branch[],
    how: { readonly limit: number; readonly failFast: boolean },
  ): Promise<readonly (BranchResult | undefined)[]>;
  /** Waits until the instant or the signal, which may be there already, or until a stop: then the outcome is `canceled`. */
  wait(key: string, mode: Mode, wanted: WaitFor): Promise<Waited>;
  /**
   * From `at` on the scope is stopped (`timeout`): heard before the next step, and by a wait at that instant. What is
   * in flight is finished. Every pass says it anew, from what is recorded.
   */
  deadline(scope: string, at: Instant): void;
  /** The recorded stop of a scope; one whose deadline is over is stopped by asking. */
  stopOf(scope: string): StopReason | undefined;
  /** Adds a line to the record, once. */
  note(key: string, text: string): void;
}

/** What the engine asks of the world. */
export interface Effects {
  send(request: WireRequest, signal: CancelSignal): Promise<Exchange>;
  /** Absent: no command is run here, whatever a run request allows. */
  readonly exec?: (command: LocalCommand, signal: CancelSignal) => Promise<Execution>;
  /** Where this run's callbacks are heard: a URL to put their names behind. Absent: nobody hears them here. */
  readonly callbackUrl?: string | undefined;
  /** Lower-case hex. */
  sha256(data: string | Uint8Array): string;
  readonly digests: Digests;
  /** Lower-case hex of HMAC-SHA-256 over the text's UTF-8. */
  hmacSha256(key: string, text: string): string;
}
