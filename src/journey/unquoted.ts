import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { placeOf, type Source } from '../diagnostics/source.ts';

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

/** An expression or a JSONPath that YAML reads as something else: said with its line as it should be. */
export function explainUnquoted(source: Source, error: YAMLError): Diagnostic | undefined {
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
