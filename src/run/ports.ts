import type { ValueMap } from '../query/value.ts';
import type { Cookies, Evidence, FailedSend, Hidden, Instant, Outcome, Reason } from './outcome.ts';

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
}

export interface Mode {
  /** Deaf to stops; `unknown` becomes an outcome. */
  readonly cleanup?: true;
  /** The scopes whose stops it hears, outermost first: '' is the run. */
  readonly scopes: readonly string[];
}

/** A branch of a `parallel`: named by data alone, so that any worker can take it up. */
export interface Branch {
  readonly key: string;
}

/** What branches begin with; recorded once and read by reference where they run elsewhere. */
export interface Shared {
  /** What expressions see of earlier steps, by id. */
  readonly steps: ValueMap;
  readonly variables: ValueMap;
  readonly cookies: Cookies;
}

/** What a branch came to, and what it changed; joined in the order of the plan. */
export interface BranchResult {
  readonly key: string;
  readonly state: Outcome['state'];
  readonly reason?: Reason;
  /** It failed, and not with `continueOnFailure`: with `failFast` the others are stopped. */
  readonly halts: boolean;
  readonly steps: ValueMap;
  readonly cookies: Cookies;
  /** Keys of steps whose cleanup has something to undo. */
  readonly registered: readonly string[];
  /** Keys of steps that failed, and why. */
  readonly failures: readonly (readonly [key: string, reason: Reason | undefined])[];
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
  /** Waits until `until`, or until a stop: then the outcome is `canceled`. */
  wait(key: string, mode: Mode, until: Instant): Promise<Outcome>;
  /** Adds a line to the record, once. */
  note(key: string, text: string): void;
}

/** A request on the wire: everything resolved. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  readonly timeoutMs: number;
  /** The jar; undefined sends and keeps no cookies. */
  readonly cookies: Cookies;
}

export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  /** As received, in order, names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded body (after Content-Encoding). */
  readonly body: Uint8Array;
  /** The body as text: its declared charset, else UTF-8. Decoded when first read. */
  readonly text: () => string;
}

/** What came of a sending. Network failures are results, never exceptions. */
export interface Exchange {
  /** Headers as they went out, the client's own included. */
  readonly sentHeaders: readonly (readonly [name: string, value: string])[];
  readonly sent: 'no' | 'maybe' | 'yes';
  readonly durationMs: number;
  readonly at: Instant;
  readonly cookies?: Cookies;
  readonly result:
    | { readonly kind: 'answered'; readonly response: WireResponse }
    | { readonly kind: 'failed'; readonly reason: FailedSend; readonly message: string };
}

/** What the engine asks of the world. */
export interface Effects {
  send(request: WireRequest, signal: CancelSignal): Promise<Exchange>;
  /** Lower-case hex. */
  sha256(data: string | Uint8Array): string;
  /** Lower-case hex of HMAC-SHA-256 over the text's UTF-8. */
  hmacSha256(key: string, text: string): string;
}
