import type { RequestStep } from '../artifact/types.ts';
import { isWanted } from './check.ts';
import type { RunContext } from './context.ts';
import { localOutcome, withoutValue } from './local-outcome.ts';
import type { Cookies, Instant } from './outcome.ts';
import type { Finished, WireRequest, Work } from './ports.ts';
import { pollTimeLeft } from './retry.ts';
import { concludeSending } from './sending.ts';
import { type ResolvedRequest, resolveRequest } from './wire-request.ts';

/** Where the attempts of a step stand: calculated from recorded outcomes alone. */
export interface Progress {
  /** From 1. */
  readonly attempt: number;
  /** Sendings since the last answered look of a poll, this one included. */
  readonly tries: number;
  /** Looks of a poll that were answered, this one included. */
  readonly looks: number;
  /** Instant of the first attempt's intent; undefined on the first attempt. */
  readonly startedAt: Instant | undefined;
}

/** One attempt of a step, before it leaves. */
export interface Attempt {
  readonly context: RunContext;
  readonly step: RequestStep;
  readonly cookies: Cookies;
  readonly progress: Progress;
  readonly work: Work;
}

/** One sending of a step: resolve, put the intent on record, send, judge. Of values that cannot be had it makes an outcome. */
export async function performAttempt(attempt: Attempt): Promise<Finished> {
  const { context, step, cookies, progress, work } = attempt;
  const startedAt = progress.startedAt ?? work.at;
  let resolved: ResolvedRequest;
  try {
    if (progress.attempt === 1 && !isWanted(context, step, startedAt))
      return localOutcome(work.at, 'skipped');
    resolved = resolveRequest(context, step, cookies, startedAt);
  } catch (error) {
    return withoutValue(context, step, work.at, error);
  }
  const { repeatable, notes } = resolved;
  const wire = withinPoll(resolved.wire, step, startedAt, work.at);
  await work.intend({ method: wire.method, target: context.masker.text(wire.url), repeatable });
  const exchange = await context.effects.send(wire, work.signal);
  const poll = { endsWithPoll: wire !== resolved.wire };
  const sending = { context, step, wire, repeatable, notes, exchange, intendedAt: work.at, ...poll };
  return concludeSending({ ...sending, progress: { ...progress, startedAt } });
}

/** A poll's timeout holds for all its looks together, so the last may not outlast it. */
function withinPoll(wire: WireRequest, { poll }: RequestStep, startedAt: Instant, now: Instant): WireRequest {
  const leftMs = poll === undefined ? undefined : pollTimeLeft(poll, startedAt, now);
  return leftMs === undefined || leftMs >= wire.timeoutMs ? wire : { ...wire, timeoutMs: leftMs };
}
