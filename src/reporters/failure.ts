import { renderDuration } from '../query/duration.ts';
import type { Evidence, EvidenceError, Reason } from '../run/outcome.ts';
import type { AttemptRecord, RunRecord, StepRecord } from '../run/record.ts';
import { renderAssertions, renderFrame } from './assertion.ts';
import { foldCommand } from './command.ts';
import { errorsOf } from './evidence-errors.ts';
import { renderCall, renderCommandOutput, renderResponse } from './exchange.ts';
import type { RunContext } from './reporter.ts';
import {
  countTries,
  durationOf,
  isContainer,
  lastTry,
  plannedStep,
  planOf,
  requestLineOf,
  titleOf,
} from './step.ts';
import { paintAs, type Style } from './style.ts';
import { countOf, visible, visibleLine, wrapWords } from './text.ts';

/** Why each step failed, in the order of the record: a block a step, as lines. */
export function renderFailures(
  context: RunContext,
  record: RunRecord,
  style: Style,
): readonly (readonly string[])[] {
  const failed = record.steps.filter(needsWords).map((step) => renderFailure(context, record, step, style));
  const blocks =
    record.problem === undefined ? failed : [renderProblem(context, record.problem, style), ...failed];
  return record.reason === 'internal' ? [...blocks, renderBug(record, style)] : blocks;
}

/** What stopped a run before its first step, or a group before its branches. */
function renderProblem(
  context: RunContext,
  { message, place, reason }: NonNullable<RunRecord['problem']>,
  style: Style,
): readonly string[] {
  const heading = `${paintAs(style, 'failed')} ${reasonWords[reason]}`;
  const text = visibleLine(message);
  const shown = place === undefined ? [text] : renderFrame(context.artifact.sources, place, text, style);
  return [heading, '', ...shown.map((line) => `  ${line}`)];
}

/** Our own failure, by its first line: stack traces are for `logs`. */
function renderBug(record: RunRecord, style: Style): readonly string[] {
  const note = record.notes.find(({ key }) => key === '~internal');
  const message = note?.text.split('\n')[0];
  const heading = `${paintAs(style, 'failed')} ${reasonWords.internal}`;
  return message === undefined ? [heading] : [heading, '', `  ${visibleLine(message)}`];
}

function needsWords(step: StepRecord): boolean {
  // A group that failed because a branch did has nothing of its own to say.
  if (step.state === 'failed') return !isContainer(step) || lastTry(step)?.evidence !== undefined;
  if (step.state === 'unknown') return step.cleanup;
  return step.state === 'passed' && failedOf(lastTry(step)?.evidence).length > 0;
}

function renderFailure(
  context: RunContext,
  record: RunRecord,
  step: StepRecord,
  style: Style,
): readonly string[] {
  const mark = markOf(step);
  const heading = `${paintAs(style, mark)} ${style.paint.bold(`${titleOf(step)}:`)} ${sayReason(record, step)}`;
  const last = lastTry(step);
  if (last?.evidence === undefined) return [heading];
  const parts = [
    // Assertions may read what could not be had.
    renderErrors(context, step, last, style),
    renderNotes(last.evidence, style),
    renderAssertions(context.artifact.sources, failedOf(last.evidence), style),
    last.evidence.response === undefined ? [] : renderResponse(last.evidence.response, style),
    last.evidence.call === undefined ? [] : renderCall(last.evidence.call, style),
    last.evidence.command === undefined ? [] : renderCommandOutput(last.evidence.command, style),
    renderByHand(last.evidence),
  ].filter((part) => part.length > 0);
  return [heading, ...parts.flatMap((part) => ['', ...part.map((line) => (line === '' ? '' : `  ${line}`))])];
}

function markOf(step: StepRecord): 'failed' | 'unknown' | 'soft' {
  if (step.state === 'failed') return 'failed';
  return step.state === 'unknown' ? 'unknown' : 'soft';
}

function failedOf(evidence: Evidence | undefined): Evidence['assertions'] {
  return (evidence?.assertions ?? []).filter((assertion) => !assertion.passed);
}

/** What is said of a failed step in one line: `2 of 3 assertions failed`. */
export function sayReason(record: RunRecord, step: StepRecord): string {
  if (step.state === 'unknown') {
    const line = requestLineOf(step, record.request.environment);
    const what = line === undefined ? 'its request' : `${line.method} ${line.path}`;
    return `nobody knows whether ${what} was carried out; it was not sent again`;
  }
  const { assertions = [], decision } = lastTry(step)?.evidence ?? {};
  if (decision?.decision === 'rejected') return 'rejected';
  const failed = assertions.filter((assertion) => !assertion.passed).length;
  if (step.state === 'passed')
    return `${countOf(failed, 'soft assertion')} failed; that does not fail the run`;
  // Of a run that is told in brief there is no evidence.
  const counted =
    assertions.length === 0
      ? reasonWords.assertion
      : `${failed} of ${countOf(assertions.length, 'assertion')} failed`;
  if (step.reason === 'unmet') return sayUnmet(step);
  if (step.reason === 'assertion' || step.reason === undefined) return counted;
  // Those that could not be judged are in it.
  if (step.reason === 'value') return reasonWords.value;
  const words = sayBroken(step, step.reason);
  return failed === 0 ? words : `${words}, and ${counted}`;
}

function sayBroken(step: StepRecord, reason: Reason): string {
  if (reason === 'timeout' && step.kind === 'exec') return 'the command ran out of time';
  if (reason === 'protocol' && lastTry(step)?.outcome?.sent === 'no') return 'the request cannot be sent';
  return reasonWords[reason];
}

const reasonWords: { readonly [reason in Reason]: string } = {
  assertion: 'an assertion failed',
  unmet: 'its condition was not met in time',
  value: 'a value could not be had',
  internal: 'reqflo itself failed; this is a bug, please report it',
  refused: 'no connection could be made',
  reset: 'the connection was reset',
  timeout: 'no answer in time',
  tls: 'no secure connection could be made',
  dns: 'the host name could not be found',
  cutOff: 'the answer was cut off',
  tooLarge: 'the answer is too large',
  protocol: 'the answer is not valid HTTP',
  notStarted: 'the command could not be started',
};

function sayUnmet(step: StepRecord): string {
  if (step.loop) return 'its bound was reached';
  if (step.kind === 'waitFor') return 'not called back in time';
  if (step.kind === 'manual') return 'not decided in time';
  if (!step.poll) return 'it ran out of time';
  const duration = durationOf(step);
  const time = duration === undefined ? '' : ` in ${renderDuration(duration)}`;
  return `not met after ${countOf(countTries(step).looks, 'look')}${time}`;
}

/** Each message on the line to blame; where none is, on the step's own. */
function renderErrors(
  context: RunContext,
  step: StepRecord,
  last: AttemptRecord,
  style: Style,
): readonly string[] {
  const errors = last.evidence === undefined ? [] : errorsOf(last.evidence);
  const blocks = errors.map((error) => renderError(context, step, error, style));
  const lines = blocks.flatMap((block, at) => (at === 0 ? block : ['', ...block]));
  return lines.length === 0 ? [] : [...lines, ...sayArrival(last)];
}

function renderError(
  { artifact }: RunContext,
  step: StepRecord,
  { message, place }: EvidenceError,
  style: Style,
): readonly string[] {
  const { sources } = artifact;
  if (place !== undefined) return renderFrame(sources, place, visibleLine(message), style);
  const at = plannedStep(planOf(artifact), step)?.at;
  const file = sources[at?.[0] ?? -1]?.file;
  const location = at === undefined || file === undefined ? [] : [visibleLine(`${file}:${at[1]}:${at[2]}`)];
  const { columns, interactive } = style.look;
  const wrapped = wrapWords(visible(message), interactive ? columns - 2 : Number.POSITIVE_INFINITY);
  return [...location, ...wrapped.flatMap((line) => line.split('\n'))];
}

/** What is remarkable about the request itself. */
function renderNotes({ request, notes = [] }: Evidence, style: Style): readonly string[] {
  if (request === undefined) return [];
  const { columns, interactive } = style.look;
  return notes.flatMap((note) =>
    wrapWords(visibleLine(note), interactive ? columns - 2 : Number.POSITIVE_INFINITY),
  );
}

function sayArrival(last: AttemptRecord): readonly string[] {
  const answered = last.evidence?.response !== undefined;
  return !answered && last.outcome?.sent === 'maybe' ? ['The request may have arrived.'] : [];
}

function renderByHand(evidence: Evidence): readonly string[] {
  const curl = evidence.request?.curl;
  if (curl === undefined) return [];
  return ['again by hand:', ...foldCommand(visible(curl)).map((line) => `  ${line}`)];
}
