import { renderDuration } from '../query/duration.ts';
import { type ShownBatch, stateOfBatch } from '../run/batch.ts';
import type { RunRecord, RunState } from '../run/record.ts';
import { markOfState, sayJourneys } from './batch-facts.ts';
import type { Look } from './reporter.ts';
import { caseAndRowOf, runDurationOf } from './step.ts';
import { createStyle, paintAs, type Style } from './style.ts';
import { cutMiddle, pad, visibleLine, widthOf } from './text.ts';

/** What a list has a line for. */
export type Listed =
  | { readonly kind: 'run'; readonly record: RunRecord }
  | { readonly kind: 'batch'; readonly batch: ShownBatch };

/** What `list`, and `status` alone, show: a run or a batch a line, in the order given. `now` in ms since 1970 tells ages. */
export function renderRunList(listed: readonly Listed[], now: number, look: Look): string {
  const style = createStyle(look);
  const lines = listed.map((one) =>
    one.kind === 'run' ? lineOfRun(one.record, now, style) : lineOfBatch(one.batch, now, style),
  );
  const widths = (lines[0]?.cells ?? []).map((_, column) =>
    lines.reduce((most, { cells }) => Math.max(most, widthOf(cells[column] ?? '')), 0),
  );
  const rendered = lines.map(({ state, cells }) => {
    const padded = cells.map((cell, column) => pad(cell, widths[column] ?? 0));
    return `  ${paintAs(style, markOfState[state])} ${padded.join('  ')}`.trimEnd();
  });
  return rendered.map((line) => `${line}\n`).join('');
}

interface Line {
  readonly state: RunState;
  readonly cells: readonly string[];
}

function lineOfRun(record: RunRecord, now: number, style: Style): Line {
  const { request, state } = record;
  const duration = runDurationOf(record);
  const cells = [
    request.id,
    state,
    short(request.journey, style),
    short(caseAndRowOf(request), style),
    short(request.environment.name, style),
    duration === undefined ? '' : renderDuration(duration),
    renderAge(now - request.createdAt),
  ];
  return { state, cells };
}

function lineOfBatch(shown: ShownBatch, now: number, style: Style): Line {
  const { batch, registered, states, finishedAt } = shown;
  const state = stateOfBatch(shown);
  const passed = `${states.passed} of ${batch.total ?? registered} passed`;
  const cells = [
    batch.id,
    state,
    short(sayJourneys(batch.journeys), style),
    batch.file === undefined ? passed : `${short(batch.file, style)}, ${passed}`,
    short(batch.environment, style),
    finishedAt === undefined ? '' : renderDuration(Math.max(0, finishedAt - batch.createdAt)),
    renderAge(now - batch.createdAt),
  ];
  return { state, cells };
}

function short(text: string, style: Style): string {
  const line = visibleLine(text);
  return style.look.interactive ? cutMiddle(line, 24, style.mark.ellipsis) : line;
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
