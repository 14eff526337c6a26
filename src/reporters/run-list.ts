import { renderDuration } from '../query/duration.ts';
import type { RunRecord, RunState } from '../run/record.ts';
import type { Look } from './reporter.ts';
import { caseAndRowOf, runDurationOf } from './step.ts';
import { createStyle, type Mark, paintAs, type Style } from './style.ts';
import { cutMiddle, pad, visibleLine, widthOf } from './text.ts';

const marks: { readonly [state in RunState]: Mark } = {
  queued: 'notReached',
  running: 'running',
  waiting: 'running',
  interrupted: 'unknown',
  passed: 'passed',
  failed: 'failed',
  canceled: 'canceled',
};

/** What `list`, and `status` alone, show: a run a line, in the order given. `now` in ms since 1970 tells ages. */
export function renderRunList(records: readonly RunRecord[], now: number, look: Look): string {
  const style = createStyle(look);
  const rows = records.map((record) => cellsOf(record, now, style));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const lines = records.map((record, index) => {
    const cells = (rows[index] ?? []).map((cell, column) => pad(cell, widths[column] ?? 0));
    return `  ${paintAs(style, marks[record.state])} ${cells.join('  ')}`.trimEnd();
  });
  return lines.map((line) => `${line}\n`).join('');
}

function cellsOf(record: RunRecord, now: number, style: Style): readonly string[] {
  const { request } = record;
  const duration = runDurationOf(record);
  const of = (text: string): string =>
    style.look.interactive ? cutMiddle(visibleLine(text), 24, style.mark.ellipsis) : visibleLine(text);
  return [
    request.id,
    record.state,
    of(request.journey),
    of(caseAndRowOf(request)),
    of(request.environment.name),
    duration === undefined ? '' : renderDuration(duration),
    renderAge(now - request.createdAt),
  ];
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const;

/** `12 s ago`, `3 h ago`: one unit is enough to find a run again. */
export function renderAge(ms: number): string {
  const unit = units.find(([size]) => ms >= size);
  return unit === undefined ? 'now' : `${Math.floor(ms / unit[0])} ${unit[1]} ago`;
}
