import { renderDuration } from '../query/duration.ts';
import type { RunRecord } from '../run/record.ts';
import { createAsked } from './asked.ts';
import { markOfState, sayJourneys } from './batch-facts.ts';
import { sayFirstFailure } from './first-failure.ts';
import { renderClosing } from './heading.ts';
import type { PrettyOptions } from './pretty.ts';
import { createProgress } from './progress.ts';
import { createReport } from './report.ts';
import type { Reporter, RunContext } from './reporter.ts';
import { caseAndRowOf, runDurationOf } from './step.ts';
import { createStyle, joinParts, paintAs, type Style } from './style.ts';
import { nothingKept, renderSummary } from './summary.ts';
import { countOf, visibleLine } from './text.ts';

/** The runs that a data file gives. */
export interface Batch {
  /** How many there will be. */
  readonly total: number;
  /** Of the batch on a runner. */
  readonly id?: string;
  readonly file: string;
  /** Names of the journeys that each row is run with. */
  readonly journeys: readonly string[];
  /** Where others began it: when. */
  readonly createdAt?: number;
}

export interface BatchOptions extends PrettyOptions, Batch {
  readonly now: () => number;
}

/** Up to so many runs, each that passed has a line of its own; of more they are only counted. */
const lineLimit = 50;
/** So many runs that did not pass are shown in full, those after them on a line. */
const fullLimit = 20;

/** The report of the runs of a data file: what failed in full, what passed in a line or a number. */
export function createBatchReporter(options: BatchOptions): Reporter {
  const { out, err, verbose = false, total, id, createdAt, now } = options;
  const style = createStyle(out);
  const errStyle = createStyle(err);
  const progress = createProgress(err);
  const asked = createAsked();
  const startedAt = now();
  const ended = { passed: 0, others: 0 };
  let isLocal = true;
  let reach = '';
  let lastEnd = 0;
  let isTitled = false;
  /** The last line written has none of its own behind it. */
  let isApart = false;

  function write(lines: readonly string[]): void {
    out.write(`${lines.join('\n')}\n`);
  }

  function showInFull(context: RunContext, record: RunRecord): void {
    const lines: string[] = isApart ? [''] : [];
    createReport(context, record, { style, verbose, write: (more) => lines.push(...more) }).finish(record);
    write([...lines, '']);
    isApart = false;
  }

  function showLine(record: RunRecord): void {
    write([renderRunLine(record, style)]);
    isApart = true;
  }

  function sayNow(): string | undefined {
    if (errStyle.look.interactive && asked.isAny()) return undefined;
    const done = `${ended.passed + ended.others} of ${countOf(total, 'run')}`;
    return joinParts(errStyle, [done, ended.others === 0 ? '' : `${ended.others} did not pass`]);
  }

  return {
    started(_context, record) {
      if (!isTitled) write([renderTitle(options, record, style), '']);
      isTitled = true;
      progress.show(sayNow);
    },
    event(event, record) {
      asked.hear(event, record);
      if (event.type.startsWith('wait.')) progress.show(sayNow);
    },
    finished(context, record) {
      isLocal = context.backend === 'local';
      reach = context.reach ?? '';
      lastEnd = Math.max(lastEnd, record.finishedAt ?? 0);
      if (record.state === 'passed') {
        ended.passed++;
        if (total <= lineLimit) showLine(record);
      } else {
        ended.others++;
        if (record.state === 'failed' && ended.others <= fullLimit) showInFull(context, record);
        else showLine(record);
      }
      progress.show(sayNow);
    },
    end(summary) {
      progress.stop();
      const gap = isApart ? '\n' : '';
      const isOver = createdAt !== undefined && summary.open === 0;
      const durationMs = isOver ? Math.max(0, lastEnd - createdAt) : now() - (createdAt ?? startedAt);
      out.write(`${gap}${joinParts(style, [renderSummary(summary, style), renderDuration(durationMs)])}\n`);
      if (isLocal && summary.failed > 0) err.write(nothingKept);
      if (id !== undefined && summary.failed > 0) {
        err.write(`reqflo retry ${id} --from-failed${reach}   runs again the rows that did not pass\n`);
      }
    },
  };
}

/** `checkout-flow · staging · data/customers.csv, 5000 runs` */
function renderTitle({ journeys, file, total }: Batch, record: RunRecord, style: Style): string {
  const name = visibleLine(sayJourneys(journeys));
  const environment = visibleLine(record.request.environment.name);
  return joinParts(style, [
    style.paint.bold(name),
    environment,
    `${visibleLine(file)}, ${countOf(total, 'run')}`,
  ]);
}

/** `✓ row 3   5 steps, 10 assertions · 0.4 s`, `✗ row 4   pay: expected 200, got 409 · run_01JD…` */
export function renderRunLine(record: RunRecord, style: Style): string {
  const { request, state } = record;
  const name = visibleLine(joinParts(style, [request.journey, caseAndRowOf(request)]));
  if (state === 'passed')
    return `  ${paintAs(style, 'passed')} ${joinParts(style, [name, renderClosing(record, style)])}`;
  const duration = runDurationOf(record);
  const parts = [
    name,
    state === 'failed' ? sayFirstFailure(record, style) : sayState(record),
    request.id,
    duration === undefined ? '' : renderDuration(duration),
  ];
  return `  ${paintAs(style, markOfState[state])} ${joinParts(style, parts)}`;
}

function sayState({ state, interruption }: RunRecord): string {
  return interruption === undefined ? state : `${state}: ${interruption.reason}`;
}
