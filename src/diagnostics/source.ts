/** A text that a person wrote, with the name that errors show for it. */
export interface Source {
  /** Path relative to the project's folder, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** Offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A stretch of a file as people count it: lines and columns from 1, columns in UTF-16 units, end exclusive. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

const starts = new WeakMap<Source, readonly number[]>();

function lineStarts(source: Source): readonly number[] {
  const known = starts.get(source);
  if (known !== undefined) return known;
  const found = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) {
    found.push(at + 1);
  }
  starts.set(source, found);
  return found;
}

function positionAt(source: Source, offset: number): { line: number; column: number } {
  const lines = lineStarts(source);
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lines[low] ?? 0) + 1 };
}

/** Line and column of a span; positions stay offsets until somebody looks. */
export function placeOf(source: Source, span: Span): Place {
  const from = positionAt(source, span.start);
  const to = positionAt(source, Math.max(span.start, span.end));
  return { file: source.file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}
