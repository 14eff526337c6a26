import type { AwaitingStep } from '../artifact/types.ts';
import { decodeUtf8, encodeUtf8 } from '../query/byte-encodings.ts';
import { type Answer, createAnswer } from './answer.ts';
import { placeOf } from './assertion.ts';
import { callbackUrls } from './callbacks.ts';
import { judgeLocally } from './check.ts';
import type { RunContext } from './context.ts';
import { callEvidence } from './evidence.ts';
import { hideInBodies, learnFromCall } from './learn-redacted.ts';
import type { DecisionEvidence, Evidence, EvidencePlace, Instant } from './outcome.ts';
import { ownMember } from './own-member.ts';
import type { Finished } from './ports.ts';
import type { Signal } from './signal.ts';

type Call = Extract<Signal, { kind: 'call' }>;
type Decision = Extract<Signal, { kind: 'decision' }>;

/** Judges a call: its headers and its body are the answer. */
export function concludeCall(outer: RunContext, step: AwaitingStep, call: Call, now: Instant): Finished {
  const text = call.text ?? decodeUtf8(call.body) ?? '';
  const learned = learnFromCall(outer, call.headers, text);
  const context = hideInBodies(outer, () => [text]);
  const answer = answerOf(call.headers, call.body, text);
  const name = step.kind === 'waitFor' ? step.callback : '';
  const url = ownMember(callbackUrls(context.frame), name);
  const finished = judgeLocally(context, step, now, { answer, learned });
  // After judging: a secret output is masked in what it was taken from.
  return withEvidence(finished, { call: callEvidence(context, call, String(url), text) });
}

/** A rejection fails the step; of an approval `{ decision, by, note }` is the body of the answer. */
export function concludeDecision(
  context: RunContext,
  step: AwaitingStep,
  { approved, by, note = '' }: Decision,
  now: Instant,
): Finished {
  const { masker } = context;
  const decision = approved ? 'approved' : 'rejected';
  const shown = { decision, by: masker.text(by), note: masker.text(note) } as const;
  if (!approved) return rejected(shown, placeOf(context.artifact, step.at), now);
  const text = JSON.stringify({ decision, by, note });
  const answer = answerOf([['content-type', 'application/json']], encodeUtf8(text), text);
  return withEvidence(judgeLocally(context, step, now, { answer }), { decision: shown });
}

function rejected(decision: DecisionEvidence, place: EvidencePlace, now: Instant): Finished {
  const { by, note } = decision;
  const message = note === '' ? `rejected by ${by}` : `rejected by ${by}: ${note}`;
  return {
    outcome: { state: 'failed', reason: 'assertion', sent: 'no', startedAt: now, at: now },
    evidence: { decision, assertions: [], error: { reason: 'assertion', message, place }, durationMs: 0 },
  };
}

/** An answer without a status: what came in is no response. */
function answerOf(headers: Call['headers'], body: Uint8Array, text: string): Answer {
  const answer = createAnswer({
    status: 0,
    statusText: '',
    httpVersion: '',
    headers,
    body,
    text: () => text,
  });
  const view: Answer['view'] = () => {
    const { status: _, ...seen } = answer.view();
    return seen;
  };
  return { ...answer, view };
}

function withEvidence(finished: Finished, more: Pick<Evidence, 'call' | 'decision'>): Finished {
  const { evidence = { assertions: [], durationMs: 0 } } = finished;
  return { ...finished, evidence: { ...evidence, ...more } };
}
