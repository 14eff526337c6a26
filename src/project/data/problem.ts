import type { Span } from '../../diagnostics/source.ts';
import { placeInPiece } from './locate.ts';
import type { DataProblem, Piece } from './row.ts';

/** What is wrong with a part of a piece. */
export function problemIn(
  file: string,
  piece: Piece,
  span: Span,
  message: string,
  fix?: string,
): DataProblem {
  const place = placeInPiece(file, piece, span);
  const advice = fix === undefined ? {} : { fix };
  return {
    kind: 'problem',
    piece,
    diagnostic: { code: 'bad-data', severity: 'error', message, place, ...advice },
  };
}
