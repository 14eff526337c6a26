import type { Instant } from './outcome.ts';

/** What comes from outside to a run that waits for it, or is going to. It may be secret: readers never see it as it is. */
export type Signal =
  /** A callback was called. `text`: the body, where it is in a charset other than UTF-8. */
  | {
      readonly kind: 'call';
      readonly at: Instant;
      readonly method: string;
      /** As received, in order, names as sent. */
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: Uint8Array;
      readonly text?: string;
    }
  /** A person approved or rejected. */
  | {
      readonly kind: 'decision';
      readonly at: Instant;
      readonly approved: boolean;
      readonly by: string;
      readonly note?: string;
    };

/** Who gives a signal. */
export type SignalSource =
  /** Whoever calls this callback. */
  | { readonly kind: 'callback'; readonly name: string }
  /** A person who is asked this. */
  | { readonly kind: 'person'; readonly question: string };

/** What a wait waits for: an instant, or a signal, and then no longer than `until`. */
export type WaitFor =
  | { readonly kind: 'instant'; readonly until: Instant }
  | {
      readonly kind: 'signal';
      /** Of one run: a signal is delivered once, to the wait that names it. */
      readonly name: string;
      readonly from: SignalSource;
      readonly until?: Instant;
    };
