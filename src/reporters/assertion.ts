import { codeFrame } from '../diagnostics/code-frame.ts';
import type { Place, Source } from '../diagnostics/source.ts';
import { isList, type Value } from '../query/value.ts';
import type { AssertionResult, Difference } from '../run/outcome.ts';
import { renderValue } from './json-text.ts';
import { paintAs, type Style } from './style.ts';
import { countOf, cutEnd, pad, visibleLine, widthOf, wrapWords } from './text.ts';

/** A longer explanation stands below the line, not behind the carets. */
const noteWidth = 100;
const valueWidth = 500;
const shownDifferences = 20;

/** Failed assertions, each on the line that a person wrote, with what differs below it. */
export function renderAssertions(
  sources: readonly Source[],
  failed: readonly AssertionResult[],
  style: Style,
): readonly string[] {
  const lines: string[] = [];
  let before: Place | undefined;
  for (const assertion of failed) {
    const details = detailsOf(assertion, style);
    const joins = before !== undefined && isNextTo(before, assertion);
    if (!joins && lines.length > 0) lines.push('');
    const frame = renderFrame(sources, assertion, sayFailure(assertion, style), style);
    lines.push(...frame.slice(sharedLines(before, assertion, joins)), ...details);
    before = details.length === 0 ? assertion : undefined;
  }
  return lines;
}

/** In one line why the assertion did not hold: `expected status 200 or 202, got 409`. */
export function sayFailure(assertion: AssertionResult, style: Style): string {
  const why = whyOf(assertion, style);
  return visibleLine(assertion.message === undefined ? why : `${assertion.message}: ${why}`);
}

function whyOf(assertion: AssertionResult, style: Style): string {
  if (assertion.differences !== undefined && assertion.differences.length > 0) {
    const count = countOf(assertion.differences.length, 'difference');
    return assertion.note === undefined ? count : `${count}, ${assertion.note}`;
  }
  if (assertion.actual === undefined) return assertion.note ?? 'not there';
  const note = assertion.note === undefined ? '' : `, ${assertion.note}`;
  return `expected ${sayExpected(assertion, style)}, got ${sayValue(assertion.actual, style)}${note}`;
}

/** The words of the assertion; of a short list to choose from, its members: `status 200 or 202`. */
function sayExpected({ text, expected }: AssertionResult, style: Style): string {
  const choice = text.lastIndexOf(' in [');
  if (choice === -1 || !isList(expected) || expected.length === 0 || expected.length > 6) return text;
  const [last, ...others] = expected.map((one) => sayValue(one, style)).reverse();
  const all = others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
  return `${text.slice(0, choice)} ${all}`;
}

function sayValue(value: Value, style: Style): string {
  return renderValue(value, valueWidth, style.mark.ellipsis);
}

/** Location and frame, as lines; `note` behind the carets, or below them where it is long. */
export function renderFrame(
  sources: readonly Source[],
  place: Place,
  note: string,
  style: Style,
): readonly string[] {
  const location = `${visibleLine(place.file)}:${place.line}:${place.column}`;
  const source = sources.find(({ file }) => file === place.file);
  if (source === undefined) return [location, ...below(note, '', style)];
  const [text = '', carets = ''] = visibleFrame(codeFrame(source, place, '', roomOf(style)), style);
  const fits = widthOf(carets) + 1 + widthOf(note) <= roomOf(style) && widthOf(note) <= noteWidth;
  const gutter = `${' '.repeat(String(place.line).length)} ${style.mark.bar} `;
  const from = carets.indexOf('^');
  const marked = carets.slice(0, from) + paintAs(style, 'failed', carets.slice(from));
  if (fits) return [location, text, note === '' ? marked : `${marked} ${note}`];
  return [location, cutEnd(text, roomOf(style), style.mark.ellipsis), marked, ...below(note, gutter, style)];
}

function visibleFrame(frame: string, style: Style): readonly string[] {
  return frame.split('\n').map((line) => {
    const barred = visibleLine(line).replace(/^(\s*\d*) │/, `$1 ${style.mark.bar}`);
    return style.look.unicode ? barred : barred.replaceAll('…', style.mark.ellipsis);
  });
}

function below(note: string, gutter: string, style: Style): readonly string[] {
  if (note === '') return [];
  return wrapWords(note, roomOf(style) - gutter.length).map((line) => gutter + line);
}

/** What a line may take on a terminal, behind the indentation; a pipe has no end. */
function roomOf(style: Style): number {
  return style.look.interactive ? Math.max(20, style.look.columns - 2) : Number.POSITIVE_INFINITY;
}

function isNextTo(before: Place, next: Place): boolean {
  return before.file === next.file && (next.line === before.line || next.line === before.line + 1);
}

/** A joined frame needs no second location, and on one line no second text. */
function sharedLines(before: Place | undefined, next: Place, joins: boolean): number {
  if (!joins) return 0;
  return before?.line === next.line ? 2 : 1;
}

function detailsOf(assertion: AssertionResult, style: Style): readonly string[] {
  const differences = assertion.differences ?? [];
  if (differences.length === 0) return [];
  const shown = differences.slice(0, shownDifferences);
  const left = differences.length - shown.length;
  const more = left === 0 ? [] : [`  ${style.mark.ellipsis} ${left} more`];
  return ['', ...renderDifferences(shown, style), ...more];
}

/** Where neither was expected nor found a value, the note is said already. */
function sayNotThere(expected: Value | undefined, note: string | undefined): string {
  return expected === undefined ? '' : (note ?? 'got nothing');
}

/** A differing path a line: `$.items[0].quantity   expected 2   got "2"   a string, not a number`. */
function renderDifferences(differences: readonly Difference[], style: Style): readonly string[] {
  const width = style.look.interactive ? Math.max(10, Math.floor(style.look.columns / 4)) : valueWidth;
  const say = (value: Value): string => renderValue(value, width, style.mark.ellipsis);
  const rows = differences.map(({ path, expected, actual, note }) => ({
    path: visibleLine(path),
    // Where one of the two is missing, the note says so in its place.
    expected: expected === undefined ? (note ?? 'expected nothing') : `expected ${say(expected)}`,
    got: actual === undefined ? sayNotThere(expected, note) : `got ${say(actual)}`,
    note: expected === undefined || actual === undefined ? '' : visibleLine(note ?? ''),
  }));
  const widest = (cells: readonly string[]): number => Math.min(60, Math.max(...cells.map(widthOf)));
  const path = widest(rows.map((row) => row.path));
  const expected = widest(rows.map((row) => row.expected));
  const got = widest(rows.filter((row) => row.note !== '').map((row) => row.got));
  return rows.map((row) =>
    `  ${pad(row.path, path)}   ${pad(row.expected, expected)}   ${pad(row.got, got)}   ${row.note}`.trimEnd(),
  );
}
