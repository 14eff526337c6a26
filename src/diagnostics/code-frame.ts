import type { Place, Source } from './source.ts';

const width = 100;

/** The window of a long line that shows its marked part. */
function windowOf(text: string, column: number): { shown: string; shift: number } {
  if (text.length <= width) return { shown: text, shift: 0 };
  const from = Math.max(0, Math.min(column - 1 - 40, text.length - width));
  const head = from > 0 ? '…' : '';
  const tail = from + width < text.length ? '…' : '';
  return { shown: head + text.slice(from, from + width) + tail, shift: from - head.length };
}

/**
 * The blamed line with carets under the blamed part, and `note` behind them:
 *
 *     41 │       auth: { bearer: "${{ steps.login.outputs.tokn }}" }
 *        │                                                ^^^^ did you mean "token"?
 */
export function codeFrame(source: Source, place: Place, note = ''): string {
  const text = (source.text.split('\n')[place.line - 1] ?? '').replace(/\r$/, '').replaceAll('\t', ' ');
  const { shown, shift } = windowOf(text, place.column);
  const number = String(place.line);
  const from = place.column - shift;
  const end = place.endLine === place.line ? place.endColumn - shift : shown.length + 1;
  const carets = '^'.repeat(Math.max(1, Math.min(end, shown.length + 1) - from));
  const gutter = ' '.repeat(number.length);
  const mark = `${' '.repeat(Math.max(0, from - 1))}${carets}${note === '' ? '' : ` ${note}`}`;
  return `${number} │ ${shown}\n${gutter} │ ${mark}`;
}
