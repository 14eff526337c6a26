import { pipeline, Readable } from 'node:stream';
import type { CsvError, Parser } from 'csv-parse';
import { fieldSpans } from './csv-fields.ts';
import { problemIn } from './problem.ts';
import { type Cell, type DataItems, type DataProblem, type DataRow, type Piece, rowLimit } from './row.ts';
import { type DataFile, readText } from './text.ts';

interface Parsed {
  readonly record: readonly string[];
  readonly raw: string;
}

/** What is known of a file while it is read. */
interface Reading {
  readonly file: string;
  /** Of the next record. */
  line: number;
  /** Of the last row. */
  index: number;
}

const lineBreak = /\r\n|\r|\n/g;

const doubled = 'a quote inside quotes is doubled: ""';

/** CSV (RFC 4180; a quote inside a field without quotes is a character), its first line the names of the columns. */
export async function* readCsv(file: DataFile): DataItems {
  const reading: Reading = { file: file.shown, line: 1, index: 0 };
  const csv = await import('csv-parse');
  let header: Header | undefined;
  try {
    for await (const parsed of open(file, csv) as AsyncIterable<Parsed>) {
      const piece = takePiece(reading, parsed.raw);
      if (header === undefined) {
        header = { piece, columns: parsed.record.map((name) => name.trim()) };
        const problems = checkHeader(reading, header);
        yield* problems;
        if (problems.length > 0) return;
      } else yield readRecord(reading, header, piece, parsed.record);
    }
  } catch (error) {
    if (!(error instanceof csv.CsvError)) throw error;
    yield broken(reading, error);
  }
}

interface Header {
  readonly piece: Piece;
  readonly columns: readonly string[];
}

function open(file: DataFile, { parse }: typeof import('csv-parse')): Parser {
  const parser = parse({
    record_delimiter: ['\r\n', '\n', '\r'],
    // Both are looked at here, where the place is known.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: rowLimit,
    raw: true,
  });
  // A failure reaches whoever iterates over the parser.
  return pipeline(Readable.from(readText(file)), parser, () => {});
}

/** The record without the empty lines before it; every line break is counted. */
function takePiece(reading: Reading, raw: string): Piece {
  const [blank = ''] = /^[\r\n]*/.exec(raw) ?? [];
  const line = reading.line + countBreaks(blank);
  reading.line += countBreaks(raw);
  return { line, column: 1, text: raw.slice(blank.length).replace(lineBreak, '\n').replace(/\n$/, '') };
}

function countBreaks(text: string): number {
  return text.match(lineBreak)?.length ?? 0;
}

function readRecord(
  reading: Reading,
  header: Header,
  piece: Piece,
  record: readonly string[],
): DataRow | DataProblem {
  const index = ++reading.index;
  const problem = checkQuotes(reading, piece) ?? checkCount(reading, header, piece, record.length);
  return problem ?? { kind: 'row', index, piece, cells: cellsOf(header, record), header: header.piece };
}

function cellsOf({ columns }: Header, record: readonly string[]): ReadonlyMap<string, Cell> {
  return new Map(columns.map((name, at) => [name, { kind: 'text', text: record[at] ?? '' }]));
}

function checkQuotes(reading: Reading, piece: Piece): DataProblem | undefined {
  const at = piece.text.includes('"') ? fieldSpans(piece.text).misplaced : undefined;
  if (at === undefined) return undefined;
  const message = `row ${reading.index} has text behind a closing quote`;
  return problemIn(reading.file, piece, { start: at, end: at + 1 }, message, doubled);
}

function checkCount(
  { file, index }: Reading,
  { columns }: Header,
  piece: Piece,
  given: number,
): DataProblem | undefined {
  const wanted = columns.length;
  if (given === wanted) return undefined;
  const values = `${given} ${given === 1 ? 'value' : 'values'}`;
  const message = `row ${index} has ${values} for ${wanted} ${wanted === 1 ? 'column' : 'columns'}`;
  const fix =
    given > wanted ? 'a value with a comma in it stands in quotes' : 'an empty value is written too: a,,c';
  return problemIn(file, piece, { start: 0, end: piece.text.length }, message, fix);
}

function checkHeader({ file }: Reading, { piece, columns }: Header): readonly DataProblem[] {
  const { spans, misplaced: at } = fieldSpans(piece.text);
  if (at !== undefined) {
    const message = 'the line of columns has text behind a closing quote';
    return [problemIn(file, piece, { start: at, end: at + 1 }, message, doubled)];
  }
  return columns.flatMap((name, index) => {
    const span = spans[index] ?? { start: 0, end: 0 };
    if (name === '') return [problemIn(file, piece, span, `column ${index + 1} has no name`, 'name it')];
    const first = columns.indexOf(name);
    if (first === index) return [];
    return [
      problemIn(file, piece, span, `column "${name}" is here twice`, `the first is column ${first + 1}`),
    ];
  });
}

/** The record that could not be read begins behind the last one that could. */
function broken({ file, line }: Reading, error: CsvError): DataProblem {
  const piece = { line, column: 1, text: '' };
  const span = { start: 0, end: 1 };
  if (error.code !== 'CSV_MAX_RECORD_SIZE') {
    return problemIn(file, piece, span, 'a quote is opened in this row, and never closed', doubled);
  }
  return problemIn(file, piece, span, `a row is longer than ${rowLimit / 1e6} MB`, 'is a quote not closed?');
}
