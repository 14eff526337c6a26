import { parseJson } from '../../query/json.ts';
import { isMap, typeOf, type ValueMap } from '../../query/value.ts';
import { problemIn } from './problem.ts';
import type { Cell, DataProblem, DataRow, Piece } from './row.ts';

/** A row that is written as JSON: an object, its members the columns. */
export function readValueRow(file: string, piece: Piece, index: number): DataRow | DataProblem {
  const parsed = parseJson(piece.text);
  if (!parsed.ok) {
    const span = { start: parsed.offset, end: parsed.offset + 1 };
    return problemIn(file, piece, span, `row ${index} is not JSON: ${parsed.message}`);
  }
  const { value } = parsed;
  if (isMap(value)) return { kind: 'row', index, piece, cells: cellsOf(value) };
  const span = { start: 0, end: piece.text.length };
  const message = `row ${index} must be an object, got ${typeOf(value)}`;
  return problemIn(file, piece, span, message, 'its members are the columns');
}

function cellsOf(members: ValueMap): ReadonlyMap<string, Cell> {
  return new Map(Object.entries(members).map(([name, value]) => [name, { kind: 'value', value }]));
}
