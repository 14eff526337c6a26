import type { RequestStep } from '../artifact/types.ts';
import type { ValueMap } from '../query/value.ts';
import { type Answer, createAnswer } from './answer.ts';
import { maskAssertion, placeOf } from './assertion.ts';
import { type Branchwise, createScope, drawsOf, type RunContext } from './context.ts';
import { requestEvidence, responseEvidence } from './evidence.ts';
import { hideSecrets } from './hide.ts';
import { holds, type Judgement, judgeAnswer, judgeFailure } from './judge.ts';
import { localOutcome } from './local-outcome.ts';
import type { Evidence, Instant, Outcome } from './outcome.ts';
import { takeReads } from './output.ts';
import type { Exchange, Finished, WireRequest, Work } from './ports.ts';
import { type Again, decidePoll, decideRetry, readRetryAfter } from './retry.ts';
import type { Judged } from './target.ts';
import { ValueError, valueErrorOf } from './value-error.ts';
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

/** One sending of a step: resolve, put the intent on record, send, judge. It never throws. */
export async function performAttempt(
  context: RunContext,
  step: RequestStep,
  branch: Branchwise,
  progress: Progress,
  work: Work,
): Promise<Finished> {
  const startedAt = progress.startedAt ?? work.at;
  const draws = drawsOf(context, `~before/${step.key}`, startedAt);
  let resolved: ResolvedRequest;
  try {
    if (progress.attempt === 1 && step.if !== undefined) {
      const condition = context.parsed.expression(step.if.expression);
      if (condition.evaluate(createScope(context, draws)) !== true) return localOutcome(work.at, 'skipped');
    }
    resolved = resolveRequest(context, step, branch.cookies, startedAt);
  } catch (error) {
    return cannotResolve(context, step, work, error);
  }
  const { wire, repeatable } = resolved;
  await work.intend({ method: wire.method, target: context.masker.text(wire.url), repeatable });
  const exchange = await context.effects.send(wire, work.signal);
  return concludeAttempt(context, step, { ...progress, startedAt }, work.at, resolved, exchange);
}

function cannotResolve(context: RunContext, step: RequestStep, work: Work, error: unknown): Finished {
  const cause = valueErrorOf(error);
  // In cleanup a step whose values are not there has nothing to undo.
  const message = context.masker.text(cause.message);
  if (step.inCleanup === true) return localOutcome(work.at, 'skipped', [`skipped: ${message}`]);
  const place = placeOf(context.artifact, cause.at ?? step.at);
  const evidence: Evidence = { assertions: [], error: { reason: 'value', message, place }, durationMs: 0 };
  const outcome: Outcome = { state: 'failed', reason: 'value', sent: 'no', startedAt: work.at, at: work.at };
  return { outcome, evidence };
}

function concludeAttempt(
  context: RunContext,
  step: RequestStep,
  progress: Progress & { readonly startedAt: Instant },
  intendedAt: Instant,
  resolved: ResolvedRequest,
  exchange: Exchange,
): Finished {
  const answer = exchange.result.kind === 'answered' ? createAnswer(exchange.result.response) : undefined;
  const judge = createJudge(context, step, progress, resolved.wire, exchange, answer);
  const judgement =
    answer === undefined
      ? judgeFailure(context, step, judge())
      : judgeAnswer(context, step, judge(), (outputs) => judge(outputs));
  const again = decideAgain(context, step, judgement, progress, resolved.repeatable, exchange, answer, judge);
  const reads = answer === undefined ? undefined : takeReads(step, answer);
  const outcome: Outcome = {
    state: judgement.state,
    ...(judgement.reason === undefined ? {} : { reason: judgement.reason }),
    sent: exchange.sent,
    ...(answer !== undefined && answer.status >= 400 && answer.status <= 499
      ? { rejected: true as const }
      : {}),
    startedAt: intendedAt,
    at: exchange.at,
    ...(Object.keys(judgement.outputs).length === 0 ? {} : { outputs: judgement.outputs }),
    ...(reads === undefined ? {} : { response: reads }),
    ...(exchange.cookies === undefined ? {} : { cookies: exchange.cookies }),
    ...(again === undefined ? {} : { again }),
  };
  const hidden = hideSecrets(context, step, outcome);
  return { ...hidden, evidence: createEvidence(context, step, resolved.wire, exchange, judgement) };
}

type Judge = (outputs?: ValueMap) => Judged;

function createJudge(
  context: RunContext,
  step: RequestStep,
  progress: Progress & { readonly startedAt: Instant },
  wire: WireRequest,
  exchange: Exchange,
  answer: Answer | undefined,
): Judge {
  const draws = drawsOf(context, `~after/${step.key}`, progress.startedAt);
  const request = {
    method: wire.method,
    url: wire.url,
    headers: Object.fromEntries(exchange.sentHeaders.map(([name, value]) => [name.toLowerCase(), value])),
    ...(wire.body === undefined ? {} : { body: wire.body }),
  };
  return (outputs) => ({
    ...(answer === undefined ? {} : { answer }),
    ...(exchange.result.kind === 'failed' ? { error: exchange.result.reason } : {}),
    durationMs: exchange.durationMs,
    attempts: progress.attempt,
    parsed: context.parsed,
    scope: createScope(context, draws, {
      ...(answer === undefined ? {} : { answer }),
      ...(outputs === undefined ? {} : { outputs }),
      request,
    }),
  });
}

function decideAgain(
  context: RunContext,
  step: RequestStep,
  judgement: Judgement,
  progress: Progress & { readonly startedAt: Instant },
  repeatable: boolean,
  exchange: Exchange,
  answer: Answer | undefined,
  judge: Judge,
): Again | undefined {
  const tally = {
    attempts: progress.attempt,
    tries: progress.tries,
    startedAt: progress.startedAt,
    now: exchange.at,
  };
  if (step.poll !== undefined && judgement.notYet === true)
    return decidePoll(step.poll, progress.looks, tally);
  const { retry } = step;
  const open = judgement.state === 'failed' || step.assertions.length === 0;
  if (retry === undefined || !open || judgement.reason === 'value') return undefined;
  const failure = {
    reason: judgement.reason,
    status: answer?.status,
    unsent: exchange.sent === 'no',
    retryAfterMs: readRetryAfter(answer?.header('retry-after'), exchange.at),
  };
  if (retry.when !== undefined && !holds(context, retry.when, judge())) return undefined;
  const draws = drawsOf(context, `~retry/${step.key}#${progress.attempt}`, progress.startedAt);
  return decideRetry(retry, failure, repeatable, tally, draws.random);
}

function createEvidence(
  context: RunContext,
  step: RequestStep,
  wire: WireRequest,
  exchange: Exchange,
  judgement: Judgement,
): Evidence {
  const { result } = exchange;
  return {
    request: requestEvidence(context, wire, exchange),
    ...(result.kind === 'answered' ? { response: responseEvidence(context, result.response) } : {}),
    assertions: judgement.assertions.map((one) => maskAssertion(context.masker, one)),
    ...errorOf(context, step, exchange, judgement),
    durationMs: exchange.durationMs,
  };
}

function errorOf(
  context: RunContext,
  step: RequestStep,
  { result }: Exchange,
  { error }: Judgement,
): Pick<Evidence, 'error'> {
  if (error instanceof ValueError) {
    const place = placeOf(context.artifact, error.at ?? step.at);
    return { error: { reason: 'value', message: context.masker.text(error.message), place } };
  }
  if (result.kind === 'answered') return {};
  return { error: { reason: result.reason, message: context.masker.text(result.message) } };
}
