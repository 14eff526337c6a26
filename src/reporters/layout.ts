import type { Command, RequestStep, Step } from '../artifact/types.ts';
import { renderDuration } from '../query/duration.ts';
import type { RunRecord, StepRecord } from '../run/record.ts';
import { renderOutput } from './json-text.ts';
import type { RunContext } from './reporter.ts';
import { labelOf, plannedStep, planOf, type RequestLine, requestLineOf } from './step.ts';
import type { Row, StepRow } from './step-row.ts';
import { joinParts, paintAs, type Style } from './style.ts';
import { cutEnd, cutMiddle, pad, visibleLine, widthOf } from './text.ts';

/** Widths of the columns of a run's lines, fixed before the first one is written. */
export interface Layout {
  readonly name: number;
  readonly target: number;
}

/** Status and duration: `200   310 ms`. */
const resultWidth = 12;
/** Symbol and the gaps before name, target and result. */
const gaps = 8;
/** A value in place of an expression, as a guess at how long it will be. */
const guessed = 'x'.repeat(8);

export function createLayout(context: RunContext, record: RunRecord, style: Style): Layout {
  const { columns, interactive } = style.look;
  const names = listed(record).map((step) => 2 * step.depth + widthOf(labelOf(step)));
  const targets = targetWidths(context, record);
  const longest = (widths: readonly number[], most: number): number => Math.min(most, Math.max(0, ...widths));
  if (!interactive) return { name: longest(names, 40), target: longest(targets, 60) };
  const name = longest(names, Math.max(8, Math.floor(columns * 0.3)));
  return { name, target: longest(targets, Math.max(10, columns - name - gaps - resultWidth - 12)) };
}

/** The steps of the plan, and a round of each loop: how many there will be nobody knows yet. */
function listed({ steps, rounds }: RunRecord): readonly StepRecord[] {
  const ofRounds = rounds
    .filter(({ cleanup }) => !cleanup)
    .map((step) => (step.loop ? { ...step, key: `${step.key}[00]`, depth: step.depth + 1 } : step));
  return [...steps.filter(({ key }) => !key.includes('[')), ...ofRounds];
}

/** What is known already, and at least what the plan promises: later the same run is laid out the same. */
function targetWidths(context: RunContext, record: RunRecord): readonly number[] {
  const plan = planOf(context.artifact);
  return [...record.steps, ...record.rounds].map((step) => {
    const known = requestLineOf(step, record.request.environment);
    return Math.max(
      known === undefined ? 0 : widthOf(sayRequest(known)),
      plannedWidth(plannedStep(plan, step)),
    );
  });
}

function plannedWidth(step: Step | undefined): number {
  if (step?.kind === 'exec')
    return widthOf(sayRequest({ method: 'exec', path: plannedCommand(step.command) }));
  if (step?.kind === 'waitFor') return widthOf(sayRequest({ method: 'callback', path: step.callback }));
  if (step?.kind !== 'request') return 0;
  const { method, path, url, query } = step.request;
  return widthOf(sayRequest({ method, path: `${guess(path ?? url ?? '')}${plannedQuery(query)}` }));
}

function plannedQuery(query: RequestStep['request']['query']): string {
  const pairs = query.map(([name, value]) => `${name}=${typeof value === 'string' ? guess(value) : guessed}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function plannedCommand(command: Command): string {
  if (command.kind === 'shell') return visibleLine(command.line);
  return [command.file, ...command.args.map((arg) => (typeof arg === 'string' ? arg : guessed))]
    .map(guess)
    .join(' ');
}

function guess(text: string): string {
  return text.replaceAll(/\$\{\{.*?\}\}/g, guessed);
}

/** `GET  /orders/o_77`: the usual methods are aligned. */
function sayRequest({ method, path }: RequestLine): string {
  return `${method.padEnd(4)} ${path}`;
}

export function renderRow(row: Row, layout: Layout, style: Style): string {
  if (row.kind === 'recovery') return `  ${paintAs(style, 'recovered')} ${row.text}`;
  const name = nameCell(row, layout, style);
  const target = targetCell(row, layout, style);
  const result = resultCell(row);
  const start = `  ${paintAs(style, row.mark)} `;
  const before = 4 + widthOf(name) + widthOf(target) + widthOf(result);
  const remark = remarkOf(row, style.look.interactive ? style.look.columns - before - 2 : undefined, style);
  if (remark !== '') return `${start}${name}${target}${style.paint.dim(result)}  ${style.paint.dim(remark)}`;
  return start + (isBare(row) ? name + target : name + target + style.paint.dim(result.trimEnd())).trimEnd();
}

function nameCell(row: StepRow, layout: Layout, style: Style): string {
  const indent = '  '.repeat(row.depth);
  const room = layout.name - indent.length;
  const name = style.look.interactive ? cutMiddle(row.name, room, style.mark.ellipsis) : row.name;
  return `${pad(indent + name, layout.name)}  `;
}

function targetCell(row: StepRow, layout: Layout, style: Style): string {
  if (typeof row.target === 'string') return isBare(row) ? row.target : `${pad(row.target, layout.target)}  `;
  const { method, path } = row.target;
  const whole = sayRequest(row.target);
  if (!style.look.interactive || widthOf(whole) <= layout.target) return `${pad(whole, layout.target)}  `;
  const room = layout.target - widthOf(sayRequest({ method, path: '' }));
  return `${sayRequest({ method, path: cutMiddle(path, room, style.mark.ellipsis) })}  `;
}

/** Nothing was sent, and nothing stands in the columns behind. */
function isBare(row: StepRow): boolean {
  return row.status === '' && row.durationMs === undefined;
}

function resultCell(row: StepRow): string {
  if (isBare(row)) return '';
  const duration = row.durationMs === undefined ? '' : renderDuration(row.durationMs);
  const room = resultWidth - widthOf(row.status);
  return row.status + (room > widthOf(duration) ? duration.padStart(room) : ` ${duration}`);
}

/** Looks and attempts, outputs, and what is said about the step; cut to the room that a terminal has. */
function remarkOf(row: StepRow, room: number | undefined, style: Style): string {
  const { ellipsis } = style.mark;
  const outputs = row.outputs.map(([name, value]) => `${name} = ${renderOutput(value, 60, ellipsis)}`);
  const text = joinParts(style, [...row.remarks, outputs.join(', ')]);
  if (room === undefined) return text;
  return room < 4 ? '' : cutEnd(text, room, ellipsis);
}
