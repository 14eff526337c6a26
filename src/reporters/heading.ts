import { renderDuration } from '../query/duration.ts';
import { type RunRecord, type StepRecord, toldToGoOn } from '../run/record.ts';
import { awaitedOf } from './awaited.ts';
import { isContainer, lastTry, runDurationOf } from './step.ts';
import { joinParts, paintAs, type Style } from './style.ts';
import { countOf, pad, visibleLine, widthOf } from './text.ts';

/** The right end of a heading on a page that has room. */
const headingWidth = 88;

/** `checkout-flow · staging · Happy path            artifact 3f9c2a1 · seed 81274` */
export function renderHeading(record: RunRecord, style: Style): readonly string[] {
  const { request } = record;
  const given = [request.environment.name, request.case, request.row?.id];
  const names = given.map((name) => name && visibleLine(name));
  const journey = visibleLine(request.journey);
  const left = joinParts(style, [journey, ...names]);
  const right = joinParts(style, [
    `artifact ${request.artifact.slice(0, 7)}`,
    `seed ${visibleLine(request.seed)}`,
  ]);
  const bold = style.paint.bold(journey) + left.slice(journey.length);
  return justify(bold, widthOf(left), right, style);
}

/** Both at the ends of one line; below each other where a terminal has no room. */
export function justify(left: string, leftWidth: number, right: string, style: Style): readonly string[] {
  const width = Math.min(headingWidth, style.look.columns);
  if (style.look.interactive && leftWidth + 2 + widthOf(right) > width) {
    return [left, `  ${style.paint.dim(right)}`];
  }
  const gap = ' '.repeat(Math.max(2, width - leftWidth - widthOf(right)));
  return [`${left}${gap}${style.paint.dim(right)}`];
}

/** `passed · 5 steps, 10 assertions · 2.0 s` */
export function renderClosing(record: RunRecord, style: Style): string {
  const duration = runDurationOf(record);
  return joinParts(style, [
    paintState(record, style),
    sayEnd(record),
    sayCounts(record),
    sayRecoveries(record),
    record.request.noCleanup === true ? 'cleanup left out' : '',
    duration === undefined ? '' : renderDuration(duration),
  ]);
}

function paintState(record: RunRecord, style: Style): string {
  switch (record.state) {
    case 'passed':
    case 'failed':
    case 'canceled':
      return style.paint.bold(paintAs(style, record.state, record.state));
    default:
      return paintAs(style, 'unknown', record.state);
  }
}

function sayEnd(record: RunRecord): string {
  if (record.reason === 'timeout') return 'out of time';
  if (record.decidedBy === '~variables') return 'a variable could not be had';
  if (record.decidedBy === '~callbacks') return 'nobody hears its callbacks';
  if (record.reason === 'superseded') return 'another run takes its place';
  if (record.steps.some((step) => step.key === record.decidedBy && step.cleanup)) return 'cleanup failed';
  return record.state === 'waiting' ? sayWaiting(record) : '';
}

/** `for callback paid, until 2026-11-25T10:00:00.000Z` */
function sayWaiting({ steps, waitingUntil }: RunRecord): string {
  const parts = steps.flatMap((step) => awaitedOf(step) ?? []).map((awaited) => `for ${awaited}`);
  if (waitingUntil !== undefined) parts.push(`until ${new Date(waitingUntil).toISOString()}`);
  return parts.join(', ');
}

function sayCounts(record: RunRecord): string {
  const steps = record.steps.filter((step) => !step.cleanup && !isContainer(step));
  const count = (state: StepRecord['state']): number => steps.filter((step) => step.state === state).length;
  const good = count('passed') + count('reused');
  if (record.state !== 'passed') return `${good} of ${countOf(steps.length, 'step')} passed`;
  const parts = [
    countOf(good, 'step'),
    count('reused') === 0 ? '' : `${count('reused')} kept`,
    count('skipped') === 0 ? '' : `${count('skipped')} skipped`,
    countOf(assertionsOf(record), 'assertion'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function assertionsOf(record: RunRecord): number {
  return record.steps
    .filter((step) => step.state !== 'reused')
    .reduce((sum, step) => sum + (lastTry(step)?.evidence?.assertions.length ?? 0), 0);
}

function sayRecoveries(record: RunRecord): string {
  const count = record.passes.filter(({ after }) => after !== undefined && after !== toldToGoOn).length;
  const words = ['', 'recovered once', 'recovered twice'];
  return words[count] ?? `recovered ${count} times`;
}

/** `run_X  retry of run_Y` */
export function renderRunId(record: RunRecord, style: Style): string {
  const { id, retryOf } = record.request;
  return retryOf === undefined ? id : `${pad(id, 30)}  ${style.paint.dim(`retry of ${retryOf}`)}`;
}
