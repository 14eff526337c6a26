import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Value } from '../../query/value.ts';

/** What stands in a row: CSV knows text alone, which becomes the declared type; a JSON value is one already. */
export type Cell =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Value };

/** A stretch of a data file as it was read: where it begins (line and column from 1), and its text. */
export interface Piece {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** One row of a data file. */
export interface DataRow {
  readonly kind: 'row';
  /** From 1; the line that names the columns is none. */
  readonly index: number;
  readonly piece: Piece;
  /** By column, in the order of the file. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** The line that names the columns; JSON names them in each row. */
  readonly header?: Piece;
}

/** What is wrong with the text of a data file. */
export interface DataProblem {
  readonly kind: 'problem';
  readonly diagnostic: Diagnostic;
  /** What the diagnostic points at, where it can be shown. */
  readonly piece?: Piece;
}

/** Rows as they are read, one at a time; after a problem more may follow. */
export type DataItems = AsyncGenerator<DataRow | DataProblem, void, undefined>;

/** Characters of one row: a quote or a brace that is never closed must not swallow the whole file. */
export const rowLimit = 2_000_000;
