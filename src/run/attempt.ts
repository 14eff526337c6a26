import { misfit } from '../artifact/fitting.ts';
import type { RequestStep } from '../artifact/types.ts';
import type { ValueMap } from '../query/value.ts';
import { isWanted } from './check.ts';
import { createScope, drawsOf, type RunContext } from './context.ts';
import { learnFromRequest } from './learn-redacted.ts';
import { localOutcome, withoutValue } from './local-outcome.ts';
import type { Cookies, Instant } from './outcome.ts';
import type { Finished, Work } from './ports.ts';
import { pollTimeLeft } from './retry.ts';
import { concludeSending, type Sending } from './sending.ts';
import type { Taken } from './tokens.ts';
import { ValueError } from './value-error.ts';
import type { WireRequest } from './wire.ts';
import { type ResolvedRequest, resolveRequest } from './wire-request.ts';
import { withoutToken } from './without-token.ts';
import type { Writable } from './writable.ts';

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
  /** What came of the token that it needs, if it needs one. */
  readonly taken?: Taken | undefined;
  readonly work: Work;
}

/** One sending of a step: resolve, put the intent on record, send, judge. Of values that cannot be had it makes an outcome. */
export async function performAttempt(attempt: Attempt): Promise<Finished> {
  const { step, progress, taken, work } = attempt;
  const startedAt = progress.startedAt ?? work.at;
  let ready: ReadyAttempt | undefined;
  try {
    ready = resolveAttempt(attempt);
  } catch (error) {
    return withoutValue(attempt.context, step, work.at, error);
  }
  if (ready === undefined) return localOutcome(work.at, 'skipped');
  const { context, resolved } = ready;
  if (taken?.kind === 'failed') return withoutToken(context, attempt, taken, resolved.retry);
  const { repeatable, notes, retry } = resolved;
  const wire = withinPoll(resolved.wire, step, startedAt, work.at);
  learnFromRequest(context, wire);
  await work.intend({ method: wire.method, target: context.masker.text(wire.url), repeatable });
  const exchange = await context.effects.send(wire, work.signal);
  const sending: Writable<Sending> = {
    context,
    step,
    wire,
    repeatable,
    notes,
    exchange,
    intendedAt: work.at,
    endsWithPoll: wire !== resolved.wire,
    progress: { ...progress, startedAt },
  };
  if (retry !== undefined) sending.retry = retry;
  return concludeSending(sending);
}

/** An attempt with every value that its request needs. */
export interface ReadyAttempt {
  readonly context: RunContext;
  readonly resolved: ResolvedRequest;
}

/** Undefined where the step is skipped. @throws ValueError, EvaluationError */
export function resolveAttempt(attempt: Attempt): ReadyAttempt | undefined {
  const { context: outer, step, cookies, progress, taken, work } = attempt;
  const startedAt = progress.startedAt ?? work.at;
  if (progress.attempt === 1 && !isWanted(outer, step, startedAt)) return undefined;
  const context = withTemplateValues(outer, step, startedAt);
  const token = taken?.kind === 'token' ? taken.token.accessToken : undefined;
  return { context, resolved: resolveRequest(context, step, cookies, startedAt, token) };
}

/** A template sees values of its own, which the step that uses it gives. */
function withTemplateValues(context: RunContext, step: RequestStep, now: Instant): RunContext {
  if (step.values === undefined) return context;
  const scope = createScope(context, drawsOf(context, `~values/${step.key}`, now));
  const values: ValueMap = Object.fromEntries(
    step.values.map(([name, value]) => [name, context.parsed.template(value).evaluate(scope)]),
  );
  for (const rules of step.declared ?? []) {
    const problem = misfit(values[rules.name] ?? null, rules);
    if (problem !== undefined) throw new ValueError(`value "${rules.name}" ${problem}`, step.at);
  }
  return { ...context, frame: { ...context.frame, locals: { ...context.frame.locals, values } } };
}

/** A poll's timeout holds for all its looks together, so the last may not outlast it. */
function withinPoll(wire: WireRequest, { poll }: RequestStep, startedAt: Instant, now: Instant): WireRequest {
  const leftMs = poll === undefined ? undefined : pollTimeLeft(poll, startedAt, now);
  return leftMs === undefined || leftMs >= wire.timeoutMs ? wire : { ...wire, timeoutMs: leftMs };
}
