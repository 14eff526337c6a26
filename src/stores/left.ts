import type { Instant } from '../run/outcome.ts';

/** Why a pass left its run. */
export type Leaving =
  /** These durable keys may have been sent, and may not be sent again without a person's word. */
  | { readonly kind: 'interrupted'; readonly keys: readonly string[] }
  /** Nothing is due before `until`; absent: before a signal comes. */
  | { readonly kind: 'parked'; readonly until?: Instant }
  /** Another pass owns the run, or the store is gone. */
  | { readonly kind: 'lost'; readonly cause: unknown };

/** A primitive that leaves instead of giving an outcome. The engine never catches it. */
export class LeftError extends Error {
  override readonly name = 'LeftError';
  readonly leaving: Leaving;
  constructor(leaving: Leaving) {
    super(leaving.kind, leaving.kind === 'lost' ? { cause: leaving.cause } : undefined);
    this.leaving = leaving;
  }
}

/** Of several branches that left, the run leaves as the gravest: lost, then interrupted, then parked. */
export function joinLeaving(all: readonly Leaving[]): Leaving | undefined {
  const lost = all.find((one) => one.kind === 'lost');
  if (lost !== undefined) return lost;
  const keys = all.flatMap((one) => (one.kind === 'interrupted' ? one.keys : []));
  if (keys.length > 0) return { kind: 'interrupted', keys };
  const untils = all.flatMap((one) => (one.kind === 'parked' ? [one.until ?? Infinity] : []));
  return untils.length > 0 ? parkedUntil(Math.min(...untils)) : undefined;
}

/** `Infinity`: nothing is due at any instant. */
export function parkedUntil(until: Instant): Leaving {
  return until === Infinity ? { kind: 'parked' } : { kind: 'parked', until };
}
