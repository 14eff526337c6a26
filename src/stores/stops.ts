import type { StopReason } from '../run/event.ts';
import type { Instant } from '../run/outcome.ts';
import type { Mode } from '../run/ports.ts';

/** Which scopes of a pass are stopped, by a word or because their time is over. */
export interface Stops {
  stop(scope: string, reason: StopReason): void;
  /** From `at` on the scope is stopped. */
  deadline(scope: string, at: Instant): void;
  of(scope: string): StopReason | undefined;
  /** Whether a primitive of this mode hears one. */
  hears(mode: Mode): boolean;
  /** When a wait until `until` ends, if nobody stops it. */
  due(mode: Mode, until: Instant): Instant;
}

/** @param record called once for each stop that is not in `recorded`, which it joins. */
export function createStops(
  recorded: Map<string, StopReason>,
  now: () => Instant,
  record: (scope: string, reason: StopReason) => void,
): Stops {
  const deadlines = new Map<string, Instant>();
  const stop = (scope: string, reason: StopReason): void => {
    if (recorded.has(scope)) return;
    recorded.set(scope, reason);
    record(scope, reason);
  };
  // No timer watches a deadline: it matters where something would be started, waited for or concluded.
  const of = (scope: string): StopReason | undefined => {
    const deadline = deadlines.get(scope);
    if (deadline !== undefined && now() >= deadline) stop(scope, 'timeout');
    return recorded.get(scope);
  };
  return {
    stop,
    deadline: (scope, at) => void deadlines.set(scope, at),
    of,
    hears: ({ cleanup, scopes }) => cleanup !== true && scopes.some((scope) => of(scope) !== undefined),
    due({ cleanup, scopes }, until) {
      if (cleanup === true) return until;
      return Math.min(until, ...scopes.flatMap((scope) => deadlines.get(scope) ?? []));
    },
  };
}
