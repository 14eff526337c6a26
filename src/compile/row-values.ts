import type { Artifact } from '../artifact/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Place } from '../diagnostics/source.ts';
import { placeOfColumn, placeOfRow, placeOfValue } from '../project/data/locate.ts';
import type { Cell, DataRow } from '../project/data/row.ts';
import { ExactNumber, isNumber, type Value } from '../query/value.ts';
import { type Given, knownNames, type ReportError, typeFor } from './given.ts';
import { readGiven, splitGiven } from './given-text.ts';

/** How rows of a data file are read for a journey. */
export interface RowOptions {
  /** How messages call the data file. */
  readonly file: string;
  /** The column whose value names a row in all reports; it need not be declared. */
  readonly idColumn?: string;
  readonly ignoreUnknownColumns: boolean;
}

/** Which row a run came from; the shape of `RunRequest.row`. */
export interface RunRow {
  /** From 1. */
  readonly index: number;
  /** Its own name: the value of `--row-id`, else `row 3`. */
  readonly id: string;
}

/** What one row gives to a run. */
export interface RowGiven {
  readonly given: readonly Given[];
  /** How it is said that an input has no value, in this row or in any. */
  readonly lacking: { readonly from: string; readonly place?: Place; fix(name: string): string };
}

export interface ReadRow extends RowGiven {
  readonly row: RunRow;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the rows of one data file for one journey, in their order. */
export interface RowReader {
  read(row: DataRow): ReadRow;
  /** After the last row: what only all of them together tell. */
  conclude(set: readonly string[]): readonly Diagnostic[];
}

export function createRowReader(artifact: Artifact, options: RowOptions): RowReader {
  const known = knownNames(artifact);
  const types = new Map(known.map((name) => [name, typeFor(artifact, name)]));
  const reported = new Set<string>();
  const ids = new Map<string, number>();
  /** Columns that every row so far has; undefined before the first. */
  let everywhere: Set<string> | undefined;

  function checkColumns(row: DataRow, report: ReportError): void {
    if (options.ignoreUnknownColumns) return;
    for (const name of row.cells.keys()) {
      if (types.has(name) || name === options.idColumn || reported.has(name)) continue;
      reported.add(name);
      report(unknownColumn(options.file, row, name, known));
    }
  }

  function nameRow(row: DataRow, report: ReportError): RunRow {
    const { index } = row;
    const { idColumn, file } = options;
    if (idColumn === undefined) return { index, id: `row ${index}` };
    const id = idOf(row.cells.get(idColumn));
    const first = id === undefined ? undefined : ids.get(id);
    if (id === undefined) report(noId(file, row, idColumn));
    else if (first === undefined) ids.set(id, index);
    else report(repeatedId(file, row, idColumn, id, first));
    return { index, id: id ?? `row ${index}` };
  }

  return {
    read(row) {
      const diagnostics: Diagnostic[] = [];
      const report: ReportError = (diagnostic) => diagnostics.push({ ...diagnostic, severity: 'error' });
      checkColumns(row, report);
      const named = nameRow(row, report);
      everywhere ??= new Set(row.cells.keys());
      for (const name of everywhere) if (!row.cells.has(name)) everywhere.delete(name);
      const cells = [...row.cells].filter(([name]) => types.has(name));
      const given = cells.map(([name, cell]) =>
        createGiven(
          options.file,
          row,
          name,
          readCell(cell, (text) => readGiven(text, types.get(name))),
        ),
      );
      return { row: named, given, lacking: lackingIn(options.file, row), diagnostics };
    },
    conclude: (set) => set.flatMap((given) => warnHidden(given, everywhere ?? new Set())),
  };
}

function readCell(cell: Cell, convert: (text: string) => Value): Value {
  return cell.kind === 'text' ? convert(cell.text) : cell.value;
}

/** Where it stands is looked for only when somebody blames it. */
function createGiven(file: string, row: DataRow, name: string, value: Value): Given {
  return {
    name,
    value,
    origin: 'row',
    from: `row ${row.index}, column `,
    get place() {
      return placeOfValue(file, row, name);
    },
  };
}

/** CSV lacks a column in all rows or in none; in JSON each row has its own members. */
function lackingIn(file: string, row: DataRow): RowGiven['lacking'] {
  if (row.header !== undefined) {
    return { from: '', fix: (name) => `add a column "${name}" to ${file}, or ` };
  }
  return {
    from: `row ${row.index}: `,
    get place() {
      return placeOfRow(file, row);
    },
    fix: (name) => `add a member "${name}", or `,
  };
}

type Found = Omit<Diagnostic, 'severity'>;

function unknownColumn(file: string, row: DataRow, name: string, known: readonly string[]): Found {
  return {
    code: 'unknown-column',
    message: `there is no input or variable "${name}"`,
    place: placeOfColumn(file, row, name),
    fix: `${suggest(row, name, known)} (or leave it out: --ignore-unknown-columns)`,
  };
}

/** Columns that are told apart by something else than commas are one column with a strange name. */
function suggest(row: DataRow, name: string, known: readonly string[]): string {
  if (row.header !== undefined && row.cells.size === 1 && /[;\t|]/.test(name)) {
    return 'the columns of CSV are separated by commas';
  }
  return didYouMean(name, known, 'the journey declares none');
}

function idOf(cell: Cell | undefined): string | undefined {
  if (cell === undefined) return undefined;
  const value = readCell(cell, (text) => text);
  if (isNumber(value)) return value instanceof ExactNumber ? value.text : String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function noId(file: string, row: DataRow, column: string): Found {
  if (row.cells.has(column)) {
    const message = `row ${row.index} has no id in the column "${column}"`;
    return {
      code: 'bad-data',
      message,
      place: placeOfValue(file, row, column),
      fix: 'give it a text or a number',
    };
  }
  const missing = row.header === undefined ? `row ${row.index} has` : `${file} has`;
  return {
    code: 'unknown-column',
    message: `${missing} no column "${column}" (--row-id)`,
    ...(row.header === undefined ? { place: placeOfRow(file, row) } : {}),
    fix: didYouMean(column, row.cells.keys()),
  };
}

function repeatedId(file: string, row: DataRow, column: string, id: string, first: number): Found {
  return {
    code: 'duplicate-row-id',
    message: `row ${row.index} has the id "${id}" of row ${first}`,
    place: placeOfValue(file, row, column),
    fix: 'ids tell rows apart: each has its own',
  };
}

function warnHidden(set: string, everywhere: ReadonlySet<string>): readonly Diagnostic[] {
  const name = splitGiven(set)?.name;
  if (name === undefined || !everywhere.has(name)) return [];
  const message = `--set ${name} has no effect: every row gives "${name}"`;
  return [{ code: 'hidden-set', severity: 'warning', message, fix: 'take one of the two out' }];
}
