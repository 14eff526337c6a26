import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import type { DataSource } from '../project/data/open-data.ts';
import type { DataProblem, DataRow } from '../project/data/row.ts';
import type { RowDispatcher } from './dispatch.ts';

export interface CheckedRows {
  readonly rows: number;
  /** What is wrong with the rows; what is wrong whatever they say is not among it. */
  readonly diagnostics: readonly Diagnostic[];
  /** The lines that diagnostics point at, where they stand in the file; all others are empty. */
  readonly source: Source;
}

/** So many errors are enough to see what is wrong with a file. */
const errorLimit = 20;

/** Looks at every row with each dispatcher, and keeps none: memory does not grow with the file. */
export async function checkRows(
  data: DataSource,
  dispatchers: readonly RowDispatcher[],
): Promise<CheckedRows> {
  const found = new Map<string, Diagnostic>();
  const lines: string[] = [];
  let rows = 0;
  for await (const item of data.rows()) {
    if (item.kind === 'row') rows++;
    const diagnostics =
      item.kind === 'row'
        ? dispatchers.flatMap((dispatcher) => dispatcher.dispatch(item).diagnostics)
        : [item.diagnostic];
    // What is wrong in every row alike is said once.
    for (const one of diagnostics) found.set(JSON.stringify(one), one);
    if (diagnostics.length > 0) showLines(lines, item);
    if (found.size < errorLimit) continue;
    found.set('', tooMany(rows));
    break;
  }
  if (rows === 0 && found.size === 0) found.set('', noRows(data.file));
  const source = { file: data.file, text: Array.from(lines, (line) => line ?? '').join('\n') };
  const concluded = dispatchers.flatMap((dispatcher) => dispatcher.conclude());
  return { rows, diagnostics: [...found.values(), ...concluded], source };
}

function tooMany(rows: number): Diagnostic {
  const message = `too many errors: the rows behind row ${rows} were not looked at`;
  return { code: 'bad-data', severity: 'error', message };
}

function noRows(file: string): Diagnostic {
  return { code: 'no-rows', severity: 'error', message: `${file} has no rows`, fix: 'nothing would be run' };
}

function showLines(lines: string[], item: DataRow | DataProblem): void {
  for (const piece of [item.kind === 'row' ? item.header : undefined, item.piece]) {
    if (piece === undefined) continue;
    for (const [index, text] of piece.text.split('\n').entries()) {
      const at = piece.line - 1 + index;
      lines[at] = layOver(lines[at] ?? '', text, index === 0 ? piece.column - 1 : 0);
    }
  }
}

/** Two rows of JSON may share a line. */
function layOver(line: string, text: string, at: number): string {
  return line.slice(0, at).padEnd(at) + text + line.slice(at + text.length);
}
