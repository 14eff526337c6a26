import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { shownPath } from '../files.ts';
import { readCsv } from './csv.ts';
import { readLines, splitLines } from './lines.ts';
import { readList } from './list.ts';
import type { DataItems, DataProblem } from './row.ts';
import { type DataFile, problemOf, readText } from './text.ts';

/** The rows of a file, read anew each time: first they are checked, then they are run. */
export interface DataSource {
  /** Relative to the project, with `/`. */
  readonly file: string;
  rows(): DataItems;
}

export type OpenedData =
  | { readonly ok: true; readonly data: DataSource }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

const readers: { readonly [ending: string]: (file: DataFile) => DataItems } = {
  csv: readCsv,
  json: readList,
  ndjson: readLines,
  jsonl: readLines,
};

/** A data file by its ending; its path is relative to `folder`. */
export function openData(root: string, folder: string, argument: string): OpenedData {
  const path = resolve(folder, argument);
  const file = { root, path, shown: shownPath(root, path) };
  const reader = readers[/\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
  if (reader === undefined) {
    return fail(
      'bad-option',
      `${file.shown} is no data file by its name`,
      'it ends in .csv, .json, .ndjson or .jsonl',
    );
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return fail('file-missing', `there is no file ${file.shown}`);
  if (!stats.isFile()) {
    return fail(
      'file-missing',
      `${file.shown} is not a regular file`,
      'rows are read twice: checked, then run',
    );
  }
  return { ok: true, data: { file: file.shown, rows: () => guarded(file, reader) } };
}

function fail(code: 'bad-option' | 'file-missing', message: string, fix?: string): OpenedData {
  const advice = fix === undefined ? {} : { fix };
  return { ok: false, diagnostic: { code, severity: 'error', message, ...advice } };
}

/** A file that cannot be read, or is not UTF-8, is a problem like any other. */
async function* guarded(file: DataFile, reader: (file: DataFile) => DataItems): DataItems {
  try {
    for await (const item of reader(file)) yield item.kind === 'row' ? item : await withText(file, item);
  } catch (error) {
    yield await withText(file, problemOf(file, error));
  }
}

/** Where a text could not be read, its line is, so that it can be shown. */
async function withText(file: DataFile, problem: DataProblem): Promise<DataProblem> {
  const line = problem.diagnostic.place?.line;
  if (line === undefined || (problem.piece?.text ?? '') !== '') return problem;
  for await (const piece of splitLines(readText(file, true)))
    if (piece.line === line) return { ...problem, piece };
  return problem;
}
