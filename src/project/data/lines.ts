import { problemIn } from './problem.ts';
import { type DataItems, type Piece, rowLimit } from './row.ts';
import { type DataFile, readText } from './text.ts';
import { readValueRow } from './value-row.ts';

/** A JSON object a line (NDJSON, JSON Lines); empty lines are skipped. */
export async function* readLines(file: DataFile): DataItems {
  let index = 0;
  for await (const piece of splitLines(readText(file))) {
    if (piece.text.trim() === '') continue;
    index++;
    if (piece.text.length > rowLimit) {
      const message = `row ${index} is longer than ${rowLimit / 1e6} MB`;
      yield problemIn(file.shown, { ...piece, text: '' }, { start: 0, end: 1 }, message);
      return;
    }
    yield readValueRow(file.shown, piece, index);
  }
}

export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<Piece, void, undefined> {
  let rest = '';
  let line = 1;
  for await (const chunk of chunks) {
    const [first = '', ...more] = chunk.split('\n');
    rest += first;
    for (const next of more) {
      yield { line, column: 1, text: rest.replace(/\r$/, '') };
      line++;
      rest = next;
    }
    if (rest.length > rowLimit) break;
  }
  yield { line, column: 1, text: rest };
}
