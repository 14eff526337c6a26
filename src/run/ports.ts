import type { Digests } from '../query/digest.ts';
import type { ValueMap } from '../query/value.ts';
import type { Jars } from './cookies.ts';
import type { StopReason } from './event.ts';
import type { Frame, Registered } from './frame.ts';
import type { Cookies, Evidence, FailedSend, Hidden, Instant, Outcome, Reason } from './outcome.ts';
import type { Signal, WaitFor } from './signal.ts';

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

/** How TLS is spoken with the origin; PEM texts. */
export interface TlsSettings {
  /** Trusted in place of the system's authorities. */
  readonly ca?: string;
  /** The client's own certificate and its key; they never follow a redirect to another origin. */
  readonly cert?: string;
  readonly key?: string;
  /** Any certificate will do. */
  readonly insecure?: boolean;
}

/** What AWS Signature Version 4 signs with. */
export interface SigV4Settings {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Both are guessed from an amazonaws.com host where they are not given. */
  readonly region?: string;
  readonly service?: string;
}

/** A request on the wire: everything resolved. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
  /** Of the whole sending: every hop of it. */
  readonly timeoutMs: number;
  /** The jar; undefined sends and keeps no cookies. */
  readonly cookies?: Cookies;
  /** How many redirects are followed; the answer to the last is the answer, whatever it is. */
  readonly followRedirects?: number;
  /** Headers that never follow to another origin, beside Authorization, Cookie and Host; lower-case names. */
  readonly originHeaders?: readonly string[];
  readonly tls?: TlsSettings;
  /** `http://user:password@proxy:3128`: a tunnel (CONNECT) for https and HTTP/2, else the proxy is asked. */
  readonly proxy?: string;
  /** How it travels to another origin, where a redirect leads there; absent: as to the first, without `cert` and `key`. */
  readonly elsewhere?: Pick<WireRequest, 'tls' | 'proxy'>;
  /** Over TLS as the server chooses (ALPN), over plain http with prior knowledge (RFC 9113, 3.3). */
  readonly http2?: boolean;
  /** Asks for gzip, deflate and br. */
  readonly compression?: boolean;
  /** Answers a Digest challenge (RFC 7616). */
  readonly digest?: { readonly username: string; readonly password: string };
  readonly sigV4?: SigV4Settings;
}

/** Milliseconds. */
export interface Timing {
  /** Looking up the name; like `tcp` and `tls` 0 on a connection that was kept. */
  readonly dns: number;
  /** Through a proxy: until the tunnel stands. */
  readonly tcp: number;
  readonly tls: number;
  /** From the start of the last hop to the first byte of its answer. */
  readonly firstByte: number;
  /** From the start of the last hop to the last byte of its answer. */
  readonly total: number;
}

/** The server's certificate. */
export interface Certificate {
  /** `CN=shop.example, O=Shop`. */
  readonly subject: string;
  readonly issuer: string;
  /** RFC 3339. */
  readonly validFrom: string;
  readonly validTo: string;
  /** `DNS:shop.example, IP Address:127.0.0.1`. */
  readonly subjectAltName: string;
  readonly serialNumber: string;
  /** Upper-case hex, in pairs with colons between. */
  readonly fingerprint256: string;
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
  readonly timing?: Timing;
  /** How many were followed. */
  readonly redirects?: number;
  /** Where the answer came from, after redirects. */
  readonly url?: string;
  readonly certificate?: Certificate;
}

/** A request that was answered with a redirect or a challenge, so that another followed. */
export interface Hop {
  readonly method: string;
  readonly url: string;
  readonly sentHeaders: readonly (readonly [name: string, value: string])[];
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Where the redirect led, as the server wrote it; absent: a challenge. */
  readonly location?: string;
  readonly durationMs: number;
}

/** What came of a sending. Network failures are results, never exceptions. */
export interface Exchange {
  /** The hops before the last, which the rest is about; absent: there was one alone. */
  readonly hops?: readonly Hop[];
  /** What a redirect made of the request. */
  readonly redirected?: Pick<WireRequest, 'method' | 'url' | 'body'>;
  /** Headers as they went out, the client's own included. */
  readonly sentHeaders: readonly (readonly [name: string, value: string])[];
  readonly sent: 'no' | 'maybe' | 'yes';
  /** Of all hops. */
  readonly durationMs: number;
  readonly at: Instant;
  readonly cookies?: Cookies;
  readonly result:
    | { readonly kind: 'answered'; readonly response: WireResponse }
    | { readonly kind: 'failed'; readonly reason: FailedSend; readonly message: string };
}

/** A local command: everything resolved. */
export interface LocalCommand {
  /** Looked up in PATH where it has no slash; `sh` for a line of the shell. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  /** In the project's folder. */
  readonly cwd?: string;
  readonly stdin?: string;
  /** It is killed then, and what it started in its process group with it. */
  readonly timeoutMs: number;
}

export interface CommandOutput {
  readonly bytes: Uint8Array;
  /** As UTF-8. */
  readonly text: string;
}

/** What came of a command. Its failures are results, never exceptions. */
export interface Execution {
  readonly durationMs: number;
  readonly at: Instant;
  /** Up to 1 MiB each. */
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
  readonly result: /** A death by signal N counts as 128 + N, as shells have it. */
    | { readonly kind: 'exited'; readonly exitCode: number }
    | { readonly kind: 'failed'; readonly reason: FailedSend; readonly message: string }
    | { readonly kind: 'notStarted'; readonly message: string };
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
