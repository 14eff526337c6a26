import type { Value, ValueMap } from '../query/value.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** Why a step, and so its run, did not pass. */
export const failedSends = [
  'refused',
  'reset',
  'timeout',
  'tls',
  'dns',
  'cutOff',
  'tooLarge',
  'protocol',
] as const;
export type FailedSend = (typeof failedSends)[number];

/**
 * `assertion` (also a person who rejected) and `unmet` (a poll or a wait that reached its bound): exit 1. `value` (an expression or output that
 * could not be had), every failed send and a command that did not start: exit 3. `internal`: our bug, exit 70.
 */
export type Reason = 'assertion' | 'unmet' | 'value' | FailedSend | 'notStarted' | 'internal';

export type OutcomeState = 'passed' | 'failed' | 'skipped' | 'canceled' | 'unknown';

/** Cookies of one run, as http/ writes them; the engine only carries them. */
export type Cookies = readonly ValueMap[];

/** All that going on needs. It is decided inside the step, before masking; work never throws. */
export interface Outcome {
  readonly state: OutcomeState;
  readonly reason?: Reason;
  /** `no`: certainly never left. Not `no`: the step's cleanup is registered, unless `rejected`. */
  readonly sent: 'no' | 'maybe' | 'yes';
  /** Answered 400–499: nothing was done there. */
  readonly rejected?: true;
  readonly startedAt: Instant;
  readonly at: Instant;
  readonly outputs?: ValueMap;
  /** What later steps read of the answer: `{ status, headers: {…}, body: … }`, those parts alone. */
  readonly response?: ValueMap;
  /** The jar after this step, where it changed. */
  readonly cookies?: Cookies;
  /** What the next round of a `repeat` reads; absent: the loop has ended. */
  readonly next?: ValueMap;
  /** What the project's `redact` named in the exchange: secrets from here on. */
  readonly redacted?: readonly string[];
  /** Another attempt or look is due then. */
  readonly again?: { readonly at: Instant; readonly kind: 'retry' | 'poll' };
}

/** What masking would alter in an outcome; a store keeps it as ciphertext, or in memory alone. */
export interface Hidden {
  readonly outputs?: ValueMap;
  readonly response?: ValueMap;
  readonly next?: ValueMap;
  readonly cookies?: Cookies;
  readonly redacted?: readonly string[];
}

export interface AssertionResult {
  /** As a person would say it: `status 200`, `$.order.total at least 0.01`. */
  readonly text: string;
  readonly passed: boolean;
  readonly soft?: true;
  readonly message?: string;
  readonly expected?: Value;
  /** Absent: the value was not there. */
  readonly actual?: Value;
  /** Where in the value, as a normalized JSONPath. */
  readonly path?: string;
  /** What helps: `not there; the body has: error, sku`, `a string, not a number`. */
  readonly note?: string;
  /** Every differing path of a structure. */
  readonly differences?: readonly Difference[];
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Difference {
  readonly path: string;
  readonly expected?: Value;
  readonly actual?: Value;
  readonly note?: string;
  /** Where only some fail the assertion (`openapi`): a warning does not. */
  readonly severity?: 'error' | 'warning';
}

/** A body as evidence: masked, capped, and known by its hash. */
export interface BodyEvidence {
  /** Bytes of the decoded body. */
  readonly size: number;
  readonly sha256: string;
  /** Its text up to the cap (64 kB); absent for an empty body and for bytes that are no UTF-8 text. */
  readonly text?: string;
  readonly truncated?: true;
}

export interface RequestEvidence {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: BodyEvidence;
  /** The request again by hand, secrets as variables. */
  readonly curl?: string;
}

/** A hop before the last: a redirect, or a challenge of digest auth. */
export interface HopEvidence {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Where the redirect led, as the server wrote it. */
  readonly location?: string;
  readonly durationMs: number;
}

export interface ResponseEvidence {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: BodyEvidence;
}

/** A local command and what came of it, masked. */
export interface CommandEvidence {
  /** As a person would type it. */
  readonly text: string;
  /** Absent: it was killed, or never ran. */
  readonly exitCode?: number;
  readonly stdout: BodyEvidence;
  readonly stderr: BodyEvidence;
}

/** What a person said, masked. */
export interface DecisionEvidence {
  readonly decision: 'approved' | 'rejected';
  readonly by: string;
  readonly note: string;
}

/** What is kept beside an outcome and never replayed. Masked before it leaves the engine. */
export interface Evidence {
  readonly request?: RequestEvidence;
  readonly response?: ResponseEvidence;
  readonly command?: CommandEvidence;
  /** What called the callback that it waited for. */
  readonly call?: RequestEvidence;
  readonly decision?: DecisionEvidence;
  readonly assertions: readonly AssertionResult[];
  /** What went wrong, for a person: `connection refused by 127.0.0.1:4010`. */
  readonly error?: EvidenceError;
  /** The other values that could not be had. */
  readonly furtherErrors?: readonly EvidenceError[];
  readonly notes?: readonly string[];
  readonly hops?: readonly HopEvidence[];
  readonly durationMs: number;
}

export interface EvidenceError {
  readonly reason: Reason;
  readonly message: string;
  readonly place?: EvidencePlace;
}

export interface EvidencePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}
