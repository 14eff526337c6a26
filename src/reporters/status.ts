import type { RunRecord } from '../run/record.ts';
import { renderRunId } from './heading.ts';
import { renderOutput } from './json-text.ts';
import { createReport } from './report.ts';
import type { Look, RunContext } from './reporter.ts';
import { createStyle, type Style } from './style.ts';
import { pad, visibleLine, widthOf } from './text.ts';

/** What `status ID` shows: the links, the inputs and where each came from, then the same report as a run's. */
export function renderStatus(context: RunContext, record: RunRecord, look: Look): string {
  const style = createStyle(look);
  const lines = [renderRunId(record, style), ...renderFacts(record, style), ''];
  const report = createReport(context, record, {
    style,
    verbose: false,
    write: (more) => lines.push(...more),
  });
  report.finish(record);
  return `${lines.join('\n')}\n`;
}

function renderFacts(record: RunRecord, style: Style): readonly string[] {
  const { request } = record;
  const facts: (readonly [name: string, text: string])[] = [
    ['created', new Date(request.createdAt).toISOString()],
    ['artifact', request.artifact],
  ];
  if (record.retriedBy !== undefined) facts.push(['retried by', record.retriedBy]);
  const lines = [...facts, ...inputsOf(record, style), ...notesOf(record)];
  return lines.map(([name, text]) => `  ${style.paint.dim(pad(name, 12))}${text}`);
}

function inputsOf(record: RunRecord, style: Style): readonly (readonly [string, string])[] {
  const { inputs, variables, redeclared = [], origins } = record.request;
  const written = redeclared.map(({ name, value }) => [name, value] as const);
  const given = [...Object.entries({ ...inputs, ...variables }), ...written];
  const values = given.map(([name, value]) => ({
    text: `${visibleLine(name)} = ${renderOutput(value, 60, style.mark.ellipsis)}`,
    origin: origins[name] ?? 'default',
  }));
  const width = Math.min(40, Math.max(0, ...values.map(({ text }) => widthOf(text))));
  return values.map(({ text, origin }, index) => [
    index === 0 ? 'inputs' : '',
    `${pad(text, width)}  ${style.paint.dim(origin)}`,
  ]);
}

function notesOf(record: RunRecord): readonly (readonly [string, string])[] {
  const notes = record.notes.filter(({ key }) => !key.startsWith('~'));
  return notes.map(({ text }, index) => [index === 0 ? 'notes' : '', visibleLine(text)]);
}
