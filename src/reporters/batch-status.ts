import { renderDuration } from '../query/duration.ts';
import { type ShownBatch, stateOfBatch } from '../run/batch.ts';
import type { RunRecord } from '../run/record.ts';
import { renderRunLine } from './batch.ts';
import { markOfState, sayJourneys, sayMissing, sayStates } from './batch-facts.ts';
import type { Look } from './reporter.ts';
import { createStyle, joinParts, paintAs, type Style } from './style.ts';
import { countOf, pad, visibleLine } from './text.ts';

/** What `status BATCH` shows: what it is of, the runs given (those that did not pass), and how many there are. */
export function renderBatchStatus(batch: ShownBatch, records: readonly RunRecord[], look: Look): string {
  const style = createStyle(look);
  const rows = records.map((record) => renderRunLine(record, style));
  const lines = [
    batch.batch.id,
    ...renderFacts(batch, style),
    '',
    ...rows,
    ...(rows.length > 0 ? [''] : []),
    renderBatchEnd(batch, style),
  ];
  return `${lines.join('\n')}\n`;
}

function renderFacts(record: ShownBatch, style: Style): readonly string[] {
  const { batch, damaged } = record;
  const of = [sayJourneys(batch.journeys), batch.environment, batch.file].map(
    (text) => text && visibleLine(text),
  );
  const missing = sayMissing(record);
  const facts: (readonly [name: string, text: string])[] = [
    ['created', new Date(batch.createdAt).toISOString()],
    ['of', joinParts(style, of)],
  ];
  if (missing !== undefined) facts.push(['registered', missing]);
  if (damaged !== undefined) facts.push(['damaged', damaged]);
  return facts.map(([name, text]) => `  ${style.paint.dim(pad(name, 12))}${text}`);
}

/** `failed · 5000 runs · 4990 passed, 10 failed · 12 s` */
export function renderBatchEnd(record: ShownBatch, style: Style): string {
  const { batch, registered, finishedAt } = record;
  const state = stateOfBatch(record);
  return joinParts(style, [
    style.paint.bold(paintAs(style, markOfState[state], state)),
    countOf(registered, 'run'),
    sayStates(record),
    finishedAt === undefined ? '' : renderDuration(Math.max(0, finishedAt - batch.createdAt)),
  ]);
}
