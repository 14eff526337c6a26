import { type ListPart, ListSplitter } from './list-splitter.ts';
import { problemIn } from './problem.ts';
import type { DataItems } from './row.ts';
import { type DataFile, readText } from './text.ts';
import { readValueRow } from './value-row.ts';

/** A JSON list of objects, read element by element: the file is never in memory as a whole. */
export async function* readList(file: DataFile): DataItems {
  let index = 0;
  for await (const part of splitList(readText(file))) {
    if (part.kind === 'fault') yield problemIn(file.shown, part.piece, { start: 0, end: 1 }, part.message);
    else yield readValueRow(file.shown, part.piece, ++index);
  }
}

async function* splitList(chunks: AsyncIterable<string>): AsyncGenerator<ListPart, void, undefined> {
  const splitter = new ListSplitter();
  for await (const chunk of chunks) {
    for (const part of splitter.push(chunk)) {
      yield part;
      if (part.kind === 'fault') return;
    }
  }
  const end = splitter.finish();
  if (end !== undefined) yield end;
}
