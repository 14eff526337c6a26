import { renderDuration } from '../query/duration.ts';
import { placeOfKey } from '../run/instance.ts';
import type { AttemptRecord, RunRecord, StepRecord } from '../run/record.ts';
import { sayFailure } from './assertion.ts';
import { errorsOf } from './evidence-errors.ts';
import { renderExchange } from './exchange.ts';
import type { Look } from './reporter.ts';
import { titleOf } from './step.ts';
import { createStepDurations } from './step-duration.ts';
import { createStyle, joinParts, type Mark, paintAs, type Style } from './style.ts';
import { visible, visibleLine } from './text.ts';

export interface LogsOptions {
  /** The key of a step, or its last part; without the number of a round each of them. */
  readonly step?: string;
  /** Steps that failed alone. */
  readonly failed?: boolean;
}

/** What `logs` shows: every attempt of every step with what was sent, what came back and what was judged. */
export function renderLogs(record: RunRecord, { step, failed = false }: LogsOptions, look: Look): string {
  const style = createStyle(look);
  const durationOf = createStepDurations(record.steps);
  const blocks = record.steps
    .filter((one) => step === undefined || isNamed(one, step))
    .filter((one) => !failed || one.state === 'failed')
    .flatMap((one) => one.attempts.map((attempt) => renderAttempt(record, one, attempt, durationOf, style)));
  const ours = record.notes.filter(({ key }) => step === undefined && key.startsWith('~'));
  if (ours.length > 0) blocks.push(ours.map(({ text }) => visible(text)));
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** By its key or its last part; without its rounds all of them. */
export function isNamed({ key }: Pick<StepRecord, 'key'>, name: string): boolean {
  return [key, placeOfKey(key)].some((known) => known === name || known.endsWith(`/${name}`));
}

type DurationOf = ReturnType<typeof createStepDurations>;

/** Each of its attempts took its own time. */
function isExchange({ kind, loop }: StepRecord): boolean {
  return !loop && (kind === 'request' || kind === 'exec');
}

function renderAttempt(
  record: RunRecord,
  step: StepRecord,
  attempt: AttemptRecord,
  durationOf: DurationOf,
  style: Style,
): readonly string[] {
  const { evidence, outcome } = attempt;
  const number = step.attempts.indexOf(attempt) + 1;
  const durationMs = isExchange(step) ? evidence?.durationMs : durationOf(step);
  const heading = joinParts(style, [
    style.paint.bold(titleOf(step)),
    new Date(attempt.startedAt).toISOString(),
    step.attempts.length > 1 ? `${step.poll ? 'look' : 'attempt'} ${number} of ${step.attempts.length}` : '',
    outcome?.state ?? 'not finished',
    outcome?.reason,
    durationMs === undefined ? '' : renderDuration(durationMs),
  ]);
  const unfinished =
    evidence === undefined && attempt.intent !== undefined
      ? [visibleLine(`> ${attempt.intent.method} ${attempt.intent.target}`)]
      : [];
  return [
    heading,
    ...[...unfinished, ...renderEvidence(attempt, style), ...notesOf(record, attempt)].map(indent),
  ];
}

function renderEvidence({ evidence }: AttemptRecord, style: Style): readonly string[] {
  if (evidence === undefined) return [];
  const judged = evidence.assertions.map((assertion) => {
    const failure: Mark = assertion.soft === true ? 'soft' : 'failed';
    return assertion.passed
      ? `${paintAs(style, 'passed')} ${visibleLine(assertion.text)}`
      : `${paintAs(style, failure)} ${sayFailure(assertion, style)}`;
  });
  return [
    ...renderExchange(evidence, style),
    ...errorsOf(evidence).map(({ message }) => `${paintAs(style, 'failed')} ${visibleLine(message)}`),
    ...judged,
    ...(evidence.notes ?? []).map((note) => `${style.mark.dot} ${visibleLine(note)}`),
  ];
}

function notesOf(record: RunRecord, attempt: AttemptRecord): readonly string[] {
  return record.notes
    .filter((note) => note.key === attempt.key)
    .map((note) => `note: ${visibleLine(note.text)}`);
}

function indent(line: string): string {
  return `  ${line}`;
}
