import type { Place, Source } from './source.ts';

/** Of a line so many characters are shown, and so many of them before the marked part. */
const widest = 100;
const before = 0.4;

/** The window of a long line that shows its marked part. */
function windowOf(text: string, column: number, width: number): { shown: string; shift: number } {
  if (text.length <= width) return { shown: text, shift: 0 };
  const from = Math.max(0, Math.min(column - 1 - Math.floor(width * before), text.length - width));
  const head = from > 0 ? '…' : '';
  const tail = from + width < text.length ? '…' : '';
  return { shown: head + text.slice(from, from + width) + tail, shift: from - head.length };
}

/**
 * The blamed line with carets under the blamed part, and `note` behind them:
 *
 *     41 │       auth: { bearer: "${{ steps.login.outputs.tokn }}" }
 *        │                                                ^^^^ did you mean "token"?
 *
 * `room`: the characters that a line may take; a note that does not fit behind the carets stands below them.
 */
export function codeFrame(source: Source, place: Place, note = '', room = Number.POSITIVE_INFINITY): string {
  const text = (source.text.split('\n')[place.line - 1] ?? '').replace(/\r$/, '').replaceAll('\t', ' ');
  const number = String(place.line);
  const gutter = ' '.repeat(number.length);
  const edges = gutter.length + ' │ '.length + '……'.length;
  const width = Math.max(20, Math.min(widest, room - edges));
  const { shown, shift } = windowOf(text, place.column, width);
  const from = place.column - shift;
  const end = place.endLine === place.line ? place.endColumn - shift : shown.length + 1;
  const carets = '^'.repeat(Math.max(1, Math.min(end, shown.length + 1) - from));
  const mark = `${gutter} │ ${' '.repeat(Math.max(0, from - 1))}${carets}`;
  const frame = `${number} │ ${shown}\n${mark}`;
  if (note === '') return frame;
  return mark.length + 1 + note.length <= room ? `${frame} ${note}` : `${frame}\n${gutter} │ ${note}`;
}
