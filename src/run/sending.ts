import type { RequestStep, Retry } from '../artifact/types.ts';
import type { ValueMap } from '../query/value.ts';
import { decideAgain } from './again.ts';
import { type Answer, createAnswer } from './answer.ts';
import { maskAssertion, warningsOf } from './assertion.ts';
import type { Progress } from './attempt.ts';
import { createScope, drawsOf, type RunContext } from './context.ts';
import { hopsEvidence, requestEvidence, responseEvidence } from './evidence.ts';
import type { Look } from './found.ts';
import { hideSecrets } from './hide.ts';
import { type Judgement, judgeAnswer, judgeFailure } from './judge.ts';
import { exchangedBodies, hideInBodies, learnFromExchange } from './learn-redacted.ts';
import { explainValue } from './local-outcome.ts';
import type { Evidence, Instant, Outcome } from './outcome.ts';
import { takeReads } from './output.ts';
import type { Exchange, Finished, WireRequest } from './ports.ts';

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
  const sending = { ...sent, context };
  const answer = exchange.result.kind === 'answered' ? createAnswer(exchange.result.response) : undefined;
  const look = createLook(sending, answer);
  const judgement = answer === undefined ? judgeBroken(sending, look) : judgeAnswer(context, step, look);
  const again = decideAgain(sending, judgement, answer, look);
  const reads = answer === undefined ? undefined : takeReads(step, answer);
  const outcome: Outcome = {
    state: judgement.state,
    ...(judgement.reason === undefined ? {} : { reason: judgement.reason }),
    sent: exchange.sent,
    ...(isRejection(answer, exchange) ? { rejected: true as const } : {}),
    startedAt: sending.intendedAt,
    at: exchange.at,
    ...(Object.keys(judgement.outputs).length === 0 ? {} : { outputs: judgement.outputs }),
    ...(reads === undefined ? {} : { response: reads }),
    ...(exchange.cookies === undefined ? {} : { cookies: exchange.cookies }),
    ...(judgement.next === undefined ? {} : { next: judgement.next }),
    ...(again === undefined ? {} : { again }),
    ...learned,
  };
  const hidden = hideSecrets(context, step, outcome);
  return { ...hidden, evidence: createEvidence(sending, judgement) };
}

/** Answered 400–499 at once: behind a redirect the first hop did arrive. */
function isRejection(answer: Answer | undefined, { hops = [] }: Exchange): boolean {
  if (hops.some(({ location }) => location !== undefined)) return false;
  return answer !== undefined && answer.status >= 400 && answer.status <= 499;
}

/** A sending that its poll's end cut off is a poll that reached its bound. */
function judgeBroken({ context, step, exchange, endsWithPoll }: Sending, look: Look): Judgement {
  const judgement = judgeFailure(context, step, look);
  const ranOut = endsWithPoll && exchange.result.kind === 'failed' && exchange.result.reason === 'timeout';
  return ranOut && judgement.state === 'failed' ? { ...judgement, reason: 'unmet' } : judgement;
}

function createLook({ context, step, progress, wire, exchange }: Sending, answer: Answer | undefined): Look {
  const draws = drawsOf(context, `~after/${step.key}`, progress.startedAt);
  const request: ValueMap = {
    method: wire.method,
    url: wire.url,
    headers: Object.fromEntries(firstHeaders(exchange).map(([name, value]) => [name.toLowerCase(), value])),
    ...(wire.body === undefined ? {} : { body: wire.body }),
  };
  return (outputs = {}) => ({
    ...(answer === undefined ? {} : { answer }),
    ...(exchange.result.kind === 'failed' ? { error: exchange.result.reason } : {}),
    sent: exchange.redirected ?? wire,
    durationMs: exchange.durationMs,
    attempts: progress.attempt,
    masker: context.masker,
    parsed: context.parsed,
    outputs,
    scope: createScope(context, draws, {
      ...(answer === undefined ? {} : { answer }),
      outputs,
      request,
    }),
  });
}

/** Of what was asked, not of what a redirect made of it. */
function firstHeaders({ hops, sentHeaders }: Exchange): Exchange['sentHeaders'] {
  return hops?.[0]?.sentHeaders ?? sentHeaders;
}

function createEvidence(sending: Sending, judgement: Judgement): Evidence {
  const { context, wire, exchange } = sending;
  const { result } = exchange;
  const assertions = judgement.assertions.map((one) => maskAssertion(context.masker, one));
  const notes = [...sending.notes, ...assertions.flatMap(warningsOf)];
  return {
    request: requestEvidence(context, wire, exchange),
    ...(result.kind === 'answered' ? { response: responseEvidence(context, result.response) } : {}),
    assertions,
    ...errorOf(sending, judgement),
    ...(notes.length === 0 ? {} : { notes }),
    ...(exchange.hops === undefined ? {} : { hops: hopsEvidence(context, exchange.hops) }),
    durationMs: exchange.durationMs,
  };
}

function errorOf({ context, step, exchange }: Sending, { error }: Judgement): Pick<Evidence, 'error'> {
  if (error !== undefined) return { error: explainValue(context, step, error) };
  if (exchange.result.kind === 'answered') return {};
  const { reason, message } = exchange.result;
  return { error: { reason, message: context.masker.text(message) } };
}
