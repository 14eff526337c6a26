import type { RunRecord, StepRecord } from '../run/record.ts';
import type { RunContext } from './reporter.ts';
import { lastTry, planOf, requestLineOf, titleOf } from './step.ts';
import { joinParts, paintAs, type Style } from './style.ts';
import { pad, visibleLine, wrapWords } from './text.ts';

/** What an interrupted run asks a person: what may have happened, and the two ways on. */
export function renderInterruption(context: RunContext, record: RunRecord, style: Style): readonly string[] {
  const keys = record.interruption?.keys ?? [];
  const asked = record.steps.filter((step) => isAsked(step, keys));
  const heading = joinParts(style, [paintAs(style, 'unknown', 'interrupted'), sayWhy(record, asked)]);
  return [heading, ...explain(context, record, asked, style), ...sayCommands(context, asked.length)];
}

/** The death that did it: the pass after it knows only that it found a request in doubt. */
function sayWhy(record: RunRecord, asked: readonly StepRecord[]): string {
  const reason = record.interruption?.reason ?? 'nobody is working on it';
  const death = /\bdied\b/.test(reason) ? reason : record.passes.at(-1)?.after;
  if (asked.length === 0 || death === undefined || !/^worker \S+ died$/.test(death))
    return visibleLine(reason);
  return `${visibleLine(death)} while ${sayInFlight(record, asked)}`;
}

/** In doubt; what may be sent again harmlessly needs no answer. */
function isAsked(step: StepRecord, keys: readonly string[]): boolean {
  if (lastTry(step)?.intent?.repeatable === true) return false;
  return keys.includes(step.key) || step.attempts.some((attempt) => keys.includes(attempt.key));
}

function sayInFlight(record: RunRecord, asked: readonly StepRecord[]): string {
  const [only] = asked;
  if (only === undefined || asked.length > 1) return `${asked.length} requests were on their way`;
  return `${sayRequest(record, only)} was on its way`;
}

function sayRequest(record: RunRecord, step: StepRecord): string {
  const line = requestLineOf(step, record.request.environment);
  return line === undefined ? `the request of ${titleOf(step)}` : `${line.method} ${line.path}`;
}

function explain(
  context: RunContext,
  record: RunRecord,
  asked: readonly StepRecord[],
  style: Style,
): readonly string[] {
  const [only] = asked;
  if (only === undefined) return ['  No request is in doubt.'];
  const wrap = (text: string): readonly string[] =>
    wrapWords(text, style.look.interactive ? style.look.columns - 2 : Number.POSITIVE_INFINITY).map(
      (line) => `  ${line}`,
    );
  if (asked.length === 1 && only.kind === 'exec') {
    return wrap(
      `${sayRequest(record, only)} may have done its work, or a part of it, and may still be at it: nothing says that it is safe to run again.`,
    );
  }
  if (asked.length === 1) {
    return wrap(
      `${sayTarget(context, only)} may have carried out ${sayRequest(record, only)}: the request is not safe to send again, and it had no idempotency key.`,
    );
  }
  return [
    ...asked.map((step) => `    ${titleOf(step)}  ${sayRequest(record, step)}`),
    ...wrap(
      'Each may have been carried out: these requests are not safe to send again, and had no idempotency key.',
    ),
  ];
}

function sayTarget(context: RunContext, step: StepRecord): string {
  const planned = planOf(context.artifact).get(step.key);
  const service = planned?.kind === 'request' ? planned.request.service : undefined;
  return service === undefined ? 'Its receiver' : `The service "${visibleLine(service)}"`;
}

function sayCommands({ runId, reach = '' }: RunContext, inDoubt: number): readonly string[] {
  const retry = `reqflo retry ${runId} --from-failed${reach}`;
  const cancel = `reqflo cancel ${runId}${reach}`;
  const send = inDoubt === 0 ? 'go on' : `send ${inDoubt === 1 ? 'it' : 'them'} again and go on`;
  return [
    `  ${inDoubt > 0 ? 'Look there first. Then' : 'Either'}`,
    `    ${retry}   ${send}`,
    `    ${pad(cancel, retry.length)}   stop here and clean up`,
  ];
}
