import type { RunRecord } from '../run/record.ts';
import { renderExchange } from './exchange.ts';
import { renderFailures } from './failure.ts';
import { renderClosing, renderHeading } from './heading.ts';
import { renderInterruption } from './interruption.ts';
import { createLayout, renderRow } from './layout.ts';
import type { RunContext } from './reporter.ts';
import { settledUpTo } from './shown-steps.ts';
import { lastTry } from './step.ts';
import { type Row, rowsOf } from './step-row.ts';
import type { Style } from './style.ts';
import { visibleLine } from './text.ts';
import { sayUnderWay } from './under-way.ts';

export interface ReportOptions {
  readonly style: Style;
  /** Shows request and response of every step. */
  readonly verbose: boolean;
  write(lines: readonly string[]): void;
}

/** The report of one run, which grows with its record. */
export interface Report {
  readonly context: RunContext;
  /** As told last. */
  record(): RunRecord;
  update(record: RunRecord): void;
  finish(record: RunRecord): void;
}

export function createReport(context: RunContext, first: RunRecord, options: ReportOptions): Report {
  const { style, verbose, write } = options;
  const layout = createLayout(context, first, style);
  const told = new Set<string>();
  let latest = first;
  let settled = 0;

  function update(record: RunRecord): void {
    latest = record;
    const lines: string[] = [];
    for (const row of rowsOf(context, record, settled)) {
      if (told.has(row.id)) continue;
      told.add(row.id);
      lines.push(renderRow(row, layout, style));
      if (verbose) lines.push(...renderDetails(record, row, style));
    }
    settled = settledUpTo(record, settled);
    if (lines.length > 0) write(lines);
  }

  write([...renderHeading(first, style), '']);
  update(first);
  return {
    context,
    record: () => latest,
    update,
    finish(record) {
      update(record);
      write(renderEnd(context, record, style));
    },
  };
}

/** Behind the steps: why it failed, what it asks, and how it ended. */
function renderEnd(context: RunContext, record: RunRecord, style: Style): readonly string[] {
  const failures = renderFailures(context, record, style).flatMap((block) => ['', ...block]);
  const end =
    record.state === 'interrupted'
      ? renderInterruption(context, record, style)
      : [...renderUnderWay(record, style), renderClosing(record, style)];
  return [...failures, '', ...end];
}

/** Of a run that is looked at before its end. */
function renderUnderWay(record: RunRecord, style: Style): readonly string[] {
  const isOpen = record.state === 'running' || record.state === 'waiting';
  const said = isOpen ? sayUnderWay(record, style) : undefined;
  return said === undefined ? [] : [`under way: ${said}`];
}

function renderDetails(record: RunRecord, row: Row, style: Style): readonly string[] {
  const step = row.kind === 'step' ? record.steps.find(({ key }) => key === row.key) : undefined;
  const evidence = step === undefined ? undefined : lastTry(step)?.evidence;
  if (evidence === undefined || step?.state === 'reused') return [];
  // Of a step that was skipped the line says why.
  const notes = evidence.request === undefined ? [] : (evidence.notes ?? []);
  const lines = [
    ...renderExchange(evidence, style),
    ...notes.map((note) => `${style.mark.dot} ${visibleLine(note)}`),
  ];
  return lines.map((line) => style.paint.dim(`      ${line}`));
}
