import type { Assertion, Output, Poll, RequestStep, Retry, Step } from '../artifact/types.ts';
import { placeOf } from '../diagnostics/source.ts';
import type { ParsedDefaults } from '../journey/journey.ts';
import { memberOf } from '../journey/node.ts';
import { blameSpan } from '../journey/shape.ts';
import { laterKinds, type ParsedPoll, type ParsedRetry, type ParsedStep } from '../journey/step.ts';
import { checkFailedSend, compileAssertion, compileCondition } from './assertion.ts';
import { atOf, type Compiling, reportError, reportWarning } from './compiling.ts';
import { compileStepCondition } from './condition.ts';
import { checkIdentifier } from './identifier.ts';
import { compileOutput } from './outputs.ts';
import type { PlanStep } from './plan.ts';
import type { Position } from './position.ts';
import { minimalReads } from './reads.ts';
import { compileRequest } from './request.ts';
import { stepsReadBy } from './undoes.ts';

/** Where a list of steps stands. */
interface Around {
  readonly defaults: ParsedDefaults | undefined;
  /** In a cleanup: the keys of what is undone, or the journey's own cleanup, which says by what it reads. */
  readonly cleanup?: { readonly undoes: readonly string[] } | 'journey';
}

export function compileSteps(
  compiling: Compiling,
  steps: readonly ParsedStep[],
  around: Around,
): readonly Step[] {
  return steps.flatMap((parsed) => {
    const step = compiling.plan.byNode.get(parsed.node);
    return step === undefined ? [] : (compileStep(compiling, parsed, step, around) ?? []);
  });
}

function checkId(compiling: Compiling, parsed: ParsedStep, step: PlanStep): void {
  checkIdentifier(compiling, parsed.id, 'a step');
  const first = compiling.plan.byId.get(step.id);
  if (first === undefined || first === step) return;
  const line = placeOf(compiling.source, (memberOf(first.node, 'id')?.value ?? first.node).span).line;
  const message = `there are two steps "${step.id}"`;
  reportError(compiling, 'duplicate-id', parsed.id.span, message, `the first is on line ${line}`);
}

function checkVerifies(compiling: Compiling, parsed: ParsedStep): readonly string[] {
  const names = parsed.verifies?.items ?? [];
  for (const { text, span } of names) {
    if (compiling.acceptance.includes(text)) continue;
    const message = `the journey has no acceptance criterion "${text}"`;
    reportError(compiling, 'unknown-acceptance', span, message, 'declare it under acceptance:');
  }
  return names.map(({ text }) => text);
}

const ofRequests = ['retry', 'poll', 'idempotent', 'timeout'];

function checkKind(compiling: Compiling, parsed: ParsedStep): 'request' | 'parallel' | 'check' | undefined {
  const has = (name: string) => memberOf(parsed.node, name);
  const [request, parallel] = [has('request'), has('parallel')];
  if (request !== undefined && parallel !== undefined) {
    return reportError(
      compiling,
      'one-of',
      parallel.key.span,
      'a step has a request or a parallel, not both',
    );
  }
  if (request !== undefined) return 'request';
  for (const name of ofRequests) {
    const member = has(name);
    if (member === undefined) continue;
    const later = name === 'timeout' && parallel !== undefined;
    const message = later ? '"timeout" of a parallel is not supported yet' : `"${name}" needs a request`;
    reportError(compiling, later ? 'not-supported-yet' : 'unknown-key', member.key.span, message);
  }
  if (parallel !== undefined) return 'parallel';
  if (has('assertions') !== undefined) return 'check';
  if (parsed.node.broken || laterKinds.some((name) => has(name) !== undefined)) return undefined;
  const span = blameSpan(compiling, parsed.node);
  return reportError(compiling, 'missing-key', span, 'a step needs a request, a parallel, or assertions');
}

interface Judgement {
  readonly outputs: readonly Output[];
  readonly assertions: readonly Assertion[];
}

function compileJudgement(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  answer: boolean,
): Judgement {
  const outputs = (parsed.outputs?.entries ?? []).map((entry, index) =>
    compileOutput(compiling, { step, after: { outputs: step.outputs.slice(0, index), answer } }, entry),
  );
  const written = parsed.assertions?.items.flat() ?? [];
  checkFailedSend(compiling, written);
  const position: Position = { step, after: { outputs: step.outputs, answer } };
  return { outputs, assertions: written.map((one) => compileAssertion(compiling, position, one)) };
}

function compileRetry(compiling: Compiling, position: Position, parsed: ParsedRetry): Retry {
  const when = parsed.when === undefined ? undefined : compileCondition(compiling, position, parsed.when);
  const on = parsed.on?.items.map(({ value }) => value);
  return {
    attempts: parsed.attempts?.value ?? 3,
    delayMs: parsed.delay?.value ?? 1000,
    backoff: parsed.backoff?.value ?? 'constant',
    maxDelayMs: parsed.maxDelay?.value ?? 30_000,
    jitter: parsed.jitter?.value ?? 0,
    on: on ?? ['connection', 'timeout', '429', '5xx'],
    ...(when === undefined ? {} : { when }),
  };
}

function compilePoll(compiling: Compiling, position: Position, parsed: ParsedPoll): Poll {
  const until = parsed.until === undefined ? undefined : compileCondition(compiling, position, parsed.until);
  return {
    ...(until === undefined ? {} : { until }),
    everyMs: parsed.every?.value ?? 1000,
    timeoutMs: parsed.timeout?.value ?? 60_000,
    ...(parsed.attempts === undefined ? {} : { attempts: parsed.attempts.value }),
  };
}

type RequestParts = Pick<RequestStep, 'request' | 'timeoutMs' | 'retry' | 'poll'>;

function compileRequestParts(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  defaults: ParsedDefaults | undefined,
): RequestParts | undefined {
  if (parsed.request === undefined) return undefined;
  const sources = { own: parsed.request, defaults };
  const request = compileRequest(compiling, { step }, sources, parsed.idempotent?.value);
  const after: Position = { step, after: { outputs: step.outputs, answer: true } };
  const retry = parsed.retry ?? defaults?.retry;
  const timeout = parsed.timeout ?? defaults?.timeout;
  return {
    request,
    ...(timeout === undefined ? {} : { timeoutMs: timeout.value }),
    ...(retry === undefined ? {} : { retry: compileRetry(compiling, after, retry) }),
    ...(parsed.poll === undefined ? {} : { poll: compilePoll(compiling, after, parsed.poll) }),
  };
}

function warnNoAssertions(compiling: Compiling, parsed: ParsedStep, step: PlanStep): void {
  const judged = memberOf(parsed.node, 'assertions') !== undefined || parsed.poll?.until !== undefined;
  if (judged || step.cleanup !== undefined) return;
  const message = `"${step.id}" passes whatever the answer is`;
  reportWarning(compiling, 'no-assertions', parsed.id.span, message, 'add assertions: [{ status: 200 }]');
}

function compileStep(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  around: Around,
): Step | undefined {
  checkId(compiling, parsed, step);
  const verifies = checkVerifies(compiling, parsed);
  const kind = checkKind(compiling, parsed);
  const condition = compileStepCondition(compiling, parsed, step);
  const parts = compileRequestParts(compiling, parsed, step, around.defaults);
  const inner = compileSteps(compiling, parsed.parallel?.items ?? [], around);
  const { outputs, assertions } = compileJudgement(compiling, parsed, step, kind === 'request');
  const cleanup = compileSteps(compiling, parsed.cleanup?.items ?? [], {
    defaults: around.defaults,
    cleanup: around.cleanup ?? { undoes: [step.key] },
  });
  if (kind === 'request') warnNoAssertions(compiling, parsed, step);
  const base = {
    key: step.key,
    id: step.id,
    at: atOf(compiling, parsed.id.span),
    ...(parsed.name === undefined ? {} : { name: parsed.name.text }),
    ...(condition === undefined ? {} : { if: condition }),
    ...(parsed.continueOnFailure === undefined ? {} : { continueOnFailure: true as const }),
    ...(parsed.flaky === undefined ? {} : { flaky: true as const }),
    verifies,
    outputs,
    reads: [],
    assertions,
    cleanup,
    ...(around.cleanup === undefined ? {} : { inCleanup: true as const }),
    undoes: undone(compiling, around, parts),
  };
  if (kind === 'check') return { kind, ...base };
  if (kind === 'parallel') return { kind, ...base, steps: inner };
  return parts === undefined ? undefined : { kind: 'request', ...base, ...parts };
}

function undone(compiling: Compiling, around: Around, parts: RequestParts | undefined): readonly string[] {
  if (around.cleanup === undefined) return [];
  if (around.cleanup !== 'journey') return around.cleanup.undoes;
  const ids = parts === undefined ? [] : stepsReadBy(parts.request);
  return ids.flatMap((id) => {
    const step = compiling.plan.byId.get(id);
    return step === undefined || step.cleanup !== undefined ? [] : [step.key];
  });
}

/** Reads are known only when the whole journey is compiled: they are put in last. */
export function withReads(compiling: Compiling, steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => {
    const reads = minimalReads(compiling.usage.reads.get(step.id) ?? []);
    const cleanup = withReads(compiling, step.cleanup);
    if (step.kind !== 'parallel') return { ...step, reads, cleanup };
    return { ...step, reads, cleanup, steps: withReads(compiling, step.steps) };
  });
}
