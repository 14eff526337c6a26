import { type Document, visit, type YAMLError } from 'yaml';
import type { Diagnostic, Report } from '../diagnostics/diagnostic.ts';
import { placeOf, type Source, type Span } from '../diagnostics/source.ts';

const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/y;
const expression = /[^\s,{}[\]"']*\$\{\{.*?\}\}[^\s,{}[\]"']*/y;
const indexedPath = /\$[\w.*-]*(?:\[[^\]]*\][\w.*-]*)+/y;

interface Bare {
  readonly start: number;
  readonly end: number;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Expressions and JSONPaths with brackets that stand in a line without quotes. */
function bareParts(line: string): Bare[] {
  const found: Bare[] = [];
  let at = 0;
  while (at < line.length) {
    const skipped = matchAt(quoted, line, at);
    const bare =
      skipped === undefined ? (matchAt(expression, line, at) ?? matchAt(indexedPath, line, at)) : undefined;
    if (bare !== undefined) found.push({ start: at, end: at + bare.length });
    at += Math.max(1, (skipped ?? bare ?? '').length);
  }
  return found;
}

function quote(text: string): string {
  return text.includes('"') ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

/** In a block map the whole value must be quoted, in a flow map or list only the part itself. */
function quoteLine(line: string, bare: readonly Bare[]): string {
  const block = /^(\s*(?:- )*[\w.$-]+: +)([^{["'\s].*)$/.exec(line);
  if (block?.[1] !== undefined && block[2] !== undefined) return `${block[1]}${quote(block[2])}`.trim();
  let shown = '';
  let from = 0;
  for (const { start, end } of bare) {
    shown += line.slice(from, start) + quote(line.slice(start, end));
    from = end;
  }
  return (shown + line.slice(from)).trim();
}

function unquoted(source: Source, error: YAMLError): Diagnostic | undefined {
  const start = source.text.lastIndexOf('\n', error.pos[0] - 1) + 1;
  const end = source.text.indexOf('\n', start);
  const line = source.text.slice(start, end === -1 ? undefined : end);
  const bare = bareParts(line);
  const first = bare[0];
  if (first === undefined) return undefined;
  const what = line.slice(first.start, first.end).includes('${{')
    ? 'an expression'
    : 'a JSONPath with brackets';
  return {
    code: 'yaml-unquoted-expression',
    severity: 'error',
    message: `${what} needs quotes here`,
    place: placeOf(source, { start: start + first.start, end: start + first.end }),
    fix: `write ${quoteLine(line, bare)}`,
  };
}

const fixes: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'one file is one journey: split it',
  BAD_SCALAR_START: 'put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put the value in quotes',
};

/** The parser meets the end of the file where a quote is open: the quote itself is to blame. */
function openQuote(document: Document.Parsed, { message, pos }: YAMLError): Span | undefined {
  if (!/closing ["']?quote/i.test(message)) return undefined;
  let found: Span | undefined;
  visit(document, {
    Scalar(_, { type, range }) {
      const here = range !== null && range !== undefined && range[0] < pos[0] && range[1] >= pos[0];
      if (here && type?.startsWith('QUOTE')) found = { start: range[0], end: range[0] + 1 };
    },
  });
  return found;
}

function messageOf({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'this holds two YAML documents';
  const plain = message.replace(/closing ["']quote/, 'closing quote');
  return `this is not YAML: ${plain.charAt(0).toLowerCase()}${plain.slice(1)}`;
}

function syntax(source: Source, document: Document.Parsed, error: YAMLError): Diagnostic {
  const fix = fixes[error.code];
  const span = openQuote(document, error) ?? { start: error.pos[0], end: error.pos[1] };
  return {
    code: 'yaml-syntax',
    severity: 'error',
    message: messageOf(error),
    place: placeOf(source, span),
    ...(fix === undefined ? {} : { fix }),
  };
}

/**
 * What the YAML parser found, one error a line: the next ones there come of the first. One bare `${{` in a
 * flow map draws a tail of errors behind it: it is shown with its line quoted, and the tail is left out.
 */
export function reportYamlErrors(
  source: Source,
  document: Document.Parsed,
  errors: readonly YAMLError[],
  report: Report,
): void {
  let last = 0;
  for (const error of errors) {
    const bare = unquoted(source, error);
    const line = placeOf(source, { start: error.pos[0], end: error.pos[0] }).line;
    if (bare !== undefined || line !== last) report(bare ?? syntax(source, document, error));
    if (bare !== undefined) return;
    last = line;
  }
}
