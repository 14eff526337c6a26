import type { RequestStep, Retry } from '../artifact/types.ts';
import { renderDuration } from '../query/duration.ts';
import type { ValueMap } from '../query/value.ts';
import { decideAgain } from './again.ts';
import { type Answer, createAnswer } from './answer.ts';
import { maskAssertion, warningsOf } from './assertion.ts';
import type { Progress } from './attempt.ts';
import { createScope, drawsOf, type Local, type RunContext } from './context.ts';
import { hopsEvidence, requestEvidence, responseEvidence } from './evidence.ts';
import type { Judged, Look } from './found.ts';
import { hideSecrets } from './hide.ts';
import { type Judgement, judgeAnswer, judgeFailure } from './judge.ts';
import { exchangedBodies, hideInBodies, learnFromExchange } from './learn-redacted.ts';
import { explainValues } from './local-outcome.ts';
import type { Evidence, Instant, Outcome } from './outcome.ts';
import { takeReads } from './output.ts';
import type { Finished } from './ports.ts';
import { isAgain, type Withheld } from './retry.ts';
import type { Exchange, WireRequest } from './wire.ts';
import type { Writable } from './writable.ts';

/** One sending of a step, and what came of it. */
export interface Sending {
  readonly context: RunContext;
  readonly step: RequestStep;
  readonly progress: Progress & { readonly startedAt: Instant };
  readonly intendedAt: Instant;
  readonly wire: WireRequest;
  /** May be sent again when nobody knows whether it arrived. */
  readonly repeatable: boolean;
  /** The step's, else that of its service. */
  readonly retry?: Retry;
  /** It was given no more time than its poll had left. */
  readonly endsWithPoll: boolean;
  /** What is worth a remark in the evidence. */
  readonly notes: readonly string[];
  readonly exchange: Exchange;
}

/** Judges a sending, decides whether another follows, and splits what may be shown from what may not. */
export function concludeSending(sent: Sending): Finished {
  const { step, wire, exchange } = sent;
  const learned = learnFromExchange(sent.context, wire, exchange);
  const context = hideInBodies(sent.context, () => exchangedBodies(wire, exchange));
  const sending = context === sent.context ? sent : { ...sent, context };
  const answer = exchange.result.kind === 'answered' ? createAnswer(exchange.result.response) : undefined;
  const look = createLook(sending, answer);
  const judgement = answer === undefined ? judgeBroken(sending, look) : judgeAnswer(context, step, look);
  const again = decideAgain(sending, judgement, answer, look);
  const reads = answer === undefined ? undefined : takeReads(step, answer);
  const outcome = createOutcome(sending, judgement);
  if (isRejection(answer, exchange)) outcome.rejected = true;
  if (reads !== undefined) outcome.response = reads;
  if (isAgain(again)) outcome.again = again;
  if (learned.redacted !== undefined) outcome.redacted = learned.redacted;
  const finished: Writable<Finished> = hideSecrets(context, step, outcome);
  const withheld = again === undefined || isAgain(again) ? [] : [sayWithheld(again, wire)];
  finished.makeEvidence = () => createEvidence(sending, judgement, withheld);
  return finished;
}

function createOutcome({ exchange, intendedAt }: Sending, judgement: Judgement): Writable<Outcome> {
  const { state, reason, outputs, next } = judgement;
  const outcome: Writable<Outcome> = { state, sent: exchange.sent, startedAt: intendedAt, at: exchange.at };
  if (reason !== undefined) outcome.reason = reason;
  if (!isEmpty(outputs)) outcome.outputs = outputs;
  if (exchange.cookies !== undefined) outcome.cookies = exchange.cookies;
  if (next !== undefined) outcome.next = next;
  return outcome;
}

function isEmpty(values: ValueMap): boolean {
  return Object.keys(values).length === 0;
}

/** Answered 400–499 at once: behind a redirect the first hop did arrive. */
function isRejection(answer: Answer | undefined, { hops }: Exchange): boolean {
  if (answer === undefined || answer.status < 400 || answer.status > 499) return false;
  return hops === undefined || !hops.some(({ location }) => location !== undefined);
}

/** A sending that its poll's end cut off is a poll that reached its bound. */
function judgeBroken({ context, step, exchange, endsWithPoll }: Sending, look: Look): Judgement {
  const judgement = judgeFailure(context, step, look);
  const ranOut = endsWithPoll && exchange.result.kind === 'failed' && exchange.result.reason === 'timeout';
  return ranOut && judgement.state === 'failed' ? { ...judgement, reason: 'unmet' } : judgement;
}

function createLook({ context, step, progress, wire, exchange }: Sending, answer: Answer | undefined): Look {
  const draws = drawsOf(context, `~after/${step.key}`, progress.startedAt);
  const request = (): ValueMap => requestView(wire, exchange);
  const { masker, parsed } = context;
  return (outputs = {}) => {
    const local: Writable<Local> = { outputs, request };
    const judged: Writable<Judged> = {
      attempts: progress.attempt,
      sent: exchange.redirected ?? wire,
      durationMs: exchange.durationMs,
      masker,
      parsed,
      outputs,
      scope: createScope(context, draws, local),
    };
    if (exchange.result.kind === 'failed') judged.error = exchange.result.reason;
    if (answer !== undefined) {
      local.answer = answer;
      judged.answer = answer;
    }
    return judged;
  };
}

/** What `request` is in an expression. */
function requestView({ method, url, body }: WireRequest, exchange: Exchange): ValueMap {
  const headers = firstHeaders(exchange).map(([name, value]) => [name.toLowerCase(), value]);
  const view = { method, url, headers: Object.fromEntries(headers) };
  return body === undefined ? view : { ...view, body };
}

/** Of what was asked, not of what a redirect made of it. */
function firstHeaders({ hops, sentHeaders }: Exchange): Exchange['sentHeaders'] {
  return hops?.[0]?.sentHeaders ?? sentHeaders;
}

/** Why its `retry` does not apply. */
function sayWithheld(withheld: Withheld, { method }: WireRequest): string {
  if (withheld.kind === 'tooLong') {
    const { retryAfterMs, maxDelayMs } = withheld;
    return `not tried again: the answer asks to wait ${renderDuration(retryAfterMs)} (Retry-After), longer than the maxDelay of retry, ${renderDuration(maxDelayMs)}`;
  }
  return `not tried again: a ${method} is sent a second time only with an idempotencyKey, or where the step says idempotent: true`;
}

function createEvidence(sending: Sending, judgement: Judgement, more: readonly string[]): Evidence {
  const { context, wire, exchange } = sending;
  const { result } = exchange;
  const assertions = judgement.assertions.map((one) => maskAssertion(context.masker, one));
  const notes = [...sending.notes, ...more, ...assertions.flatMap(warningsOf)];
  const evidence: Writable<Evidence> = { assertions, durationMs: exchange.durationMs };
  evidence.request = requestEvidence(context, wire, exchange);
  if (result.kind === 'answered') evidence.response = responseEvidence(context, result.response);
  Object.assign(evidence, errorsOf(sending, judgement));
  if (notes.length > 0) evidence.notes = notes;
  if (exchange.hops !== undefined) evidence.hops = hopsEvidence(context, exchange.hops);
  return evidence;
}

function errorsOf(
  { context, step, exchange }: Sending,
  { errors }: Judgement,
): Pick<Evidence, 'error' | 'furtherErrors'> {
  if (errors !== undefined || exchange.result.kind === 'answered')
    return explainValues(context, step, errors);
  const { reason, message } = exchange.result;
  return { error: { reason, message: context.masker.text(message) } };
}
