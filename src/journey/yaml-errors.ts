import { type Document, isSeq, visit, type YAMLError } from 'yaml';
import type { Diagnostic, Report } from '../diagnostics/diagnostic.ts';
import { type Place, placeOf, type Source, type Span } from '../diagnostics/source.ts';
import { explainUnquoted } from './unquoted.ts';

interface Said {
  readonly message?: string;
  readonly fix?: string;
}

/** The parser's words where they are none of its reader's. */
const said: readonly (readonly [parserSays: RegExp, said: Said])[] = [
  [/^Tabs are not allowed/, { fix: 'indent with spaces' }],
  [/^Plain value cannot start/, { fix: 'put the value in quotes' }],
  [
    /^Nested mappings are not allowed in compact|^Block collections? .*implicit/i,
    {
      message: 'a map cannot begin here',
      fix: 'put the value in quotes; or is the next line indented too far?',
    },
  ],
  [
    /^Implicit keys need to be on a single line/,
    {
      message: 'a key must stand on one line with its colon',
      fix: 'is a comma missing, or the indentation wrong?',
    },
  ],
  [
    /must start at the same column|^Sequence item without - indicator/,
    { message: 'this line is indented as none of its neighbours', fix: 'indent it as they are' },
  ],
];

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

/** The innermost `[` or `{` that the parser still waited to be closed. */
function openBracket(document: Document.Parsed, { code, message, pos }: YAMLError): Span | undefined {
  if ((code !== 'BAD_INDENT' && code !== 'MISSING_CHAR') || !/^Flow .* end with a/.test(message))
    return undefined;
  let found: Span | undefined;
  const isList = message.endsWith(']');
  visit(document, {
    Collection(_, node) {
      const { flow, range } = node;
      const here = flow === true && range !== null && range !== undefined && range[0] < pos[0];
      if (here && range[1] >= pos[0] && isSeq(node) === isList)
        found = { start: range[0], end: range[0] + 1 };
    },
  });
  return found;
}

/** What is to be said of an error that is no open quote and no open bracket. */
function sayError({ code, message }: YAMLError): Said & { readonly message: string } {
  if (code === 'MULTIPLE_DOCS')
    return { message: 'this holds two YAML documents', fix: 'one file is one journey: split it' };
  if (code === 'RESOURCE_EXHAUSTION') return { message: 'this is nested too deeply' };
  const bracket = /flow-(?:seq|map)-end token.*"([\]}])"$/.exec(message)?.[1];
  if (bracket !== undefined) return { message: `this ${bracket} closes nothing`, fix: 'leave it out' };
  const ours = said.find(([parserSays]) => parserSays.test(message))?.[1];
  const plain = message.replace(/closing ["']quote/, 'closing quote');
  const lowerCase = `${plain.charAt(0).toLowerCase()}${plain.slice(1)}`;
  return { ...ours, message: `this is not YAML: ${ours?.message ?? lowerCase}` };
}

function syntax(source: Source, document: Document.Parsed, error: YAMLError): Diagnostic {
  const bracket = openBracket(document, error);
  if (bracket !== undefined) {
    const open = source.text.charAt(bracket.start);
    const fix = `add the ${open === '[' ? ']' : '}'} that ends it`;
    return syntaxError(`this ${open} is not closed`, placeOf(source, bracket), fix);
  }
  const span = openQuote(document, error) ?? { start: error.pos[0], end: error.pos[1] };
  const { message, fix } = sayError(error);
  return syntaxError(message, placeOf(source, span), fix);
}

function syntaxError(message: string, place: Place, fix: string | undefined): Diagnostic {
  return { code: 'yaml-syntax', severity: 'error', message, place, ...(fix === undefined ? {} : { fix }) };
}

/** What stands behind it is read as what it is not: its errors come of this one. */
function misleads({ code, message }: YAMLError): boolean {
  return code === 'UNEXPECTED_TOKEN' || code === 'RESOURCE_EXHAUSTION' || /^Flow .* end with a/.test(message);
}

/**
 * What the YAML parser found, one error a line: the next ones there come of the first. One bare `${{` in a
 * flow map, or a bracket that is not closed, draws a tail of errors behind it: that is left out.
 */
export function reportYamlErrors(
  source: Source,
  document: Document.Parsed,
  errors: readonly YAMLError[],
  report: Report,
): void {
  let last = 0;
  for (const error of errors) {
    const bare = explainUnquoted(source, error);
    const line = placeOf(source, { start: error.pos[0], end: error.pos[0] }).line;
    if (bare !== undefined || line !== last) report(bare ?? syntax(source, document, error));
    if (bare !== undefined || misleads(error)) return;
    last = line;
  }
}
