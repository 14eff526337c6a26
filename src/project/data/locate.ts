import { type Place, placeOf, type Span } from '../../diagnostics/source.ts';
import { type MapNode, memberOf } from '../../journey/node.ts';
import { parseTree } from '../../journey/tree.ts';
import { fieldSpans } from './csv-fields.ts';
import type { DataRow, Piece } from './row.ts';

/** The place of a part of a piece: nothing is counted before somebody looks. */
export function placeInPiece(file: string, { line, column, text }: Piece, span: Span): Place {
  const inside = placeOf({ file, text }, span);
  const shift = (at: number, to: number): number => (at === 1 ? to + column - 1 : to);
  return {
    file,
    line: inside.line + line - 1,
    column: shift(inside.line, inside.column),
    endLine: inside.endLine + line - 1,
    endColumn: shift(inside.endLine, inside.endColumn),
  };
}

/** Where a row begins, marked to the end of its first line. */
export function placeOfRow(file: string, { piece }: DataRow): Place {
  const end = piece.text.indexOf('\n');
  return placeInPiece(file, piece, { start: 0, end: end === -1 ? piece.text.length : end });
}

/** Where the value of a column stands in a row. */
export function placeOfValue(file: string, row: DataRow, column: string): Place {
  const span =
    row.header === undefined
      ? memberIn(file, row.piece, column)?.value.span
      : fieldSpans(row.piece.text).spans[indexOf(row, column)];
  return span === undefined ? placeOfRow(file, row) : placeInPiece(file, row.piece, span);
}

/** Where a column is named: in the first line of CSV, else in the row itself. */
export function placeOfColumn(file: string, row: DataRow, column: string): Place {
  const { header, piece } = row;
  const span =
    header === undefined
      ? memberIn(file, piece, column)?.key.span
      : fieldSpans(header.text).spans[indexOf(row, column)];
  return span === undefined ? placeOfRow(file, row) : placeInPiece(file, header ?? piece, span);
}

function indexOf(row: DataRow, column: string): number {
  return [...row.cells.keys()].indexOf(column);
}

/** JSON is YAML: the journey's parser knows where its members stand. */
function memberIn(file: string, { text }: Piece, column: string): MapNode['members'][number] | undefined {
  const tree = parseTree({ file, text }, () => {});
  return tree?.kind === 'map' ? memberOf(tree, column) : undefined;
}
