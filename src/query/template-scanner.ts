import type { Span } from '../diagnostics/source.ts';

/** A stretch of a string: text as it is, or an expression with its offset in the string. */
export type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'expression'; readonly text: string; readonly offset: number };

export interface UnclosedExpression {
  readonly message: string;
  readonly span: Span;
}

export type Scanned =
  | { readonly ok: true; readonly pieces: readonly Piece[] }
  | { readonly ok: false; readonly problem: UnclosedExpression };

/** What the scanner jumps over, in the order tried: strings (closed, else open), comments, single signs. */
const token =
  /(?<string>"""(?:[^\\]|\\.)*?"""|'''(?:[^\\]|\\.)*?'''|"(?!"")(?:[^"\\\n]|\\.)*"|'(?!'')(?:[^'\\\n]|\\.)*')|(?<open>["'])|(?<comment>\/\/)|(?<sign>[{}])|[^"'/{}]+|./suy;

type End = { readonly at: number } | { readonly openString: number } | undefined;

/** The end of a comment that begins at `start`: of its line, or a `}}` where no brace is open. */
function endOfComment(text: string, start: number, depth: number): number {
  const line = text.indexOf('\n', start);
  const end = line === -1 ? text.length : line;
  const close = depth === 0 ? text.indexOf('}}', start) : -1;
  return close === -1 ? end : Math.min(end, close);
}

/** The first `}}` outside of strings and braces. In a comment neither quotes nor braces count. */
function findEnd(text: string, start: number): End {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    token.lastIndex = at;
    const { string, open, comment, sign } = token.exec(text)?.groups ?? {};
    const next = token.lastIndex;
    if (open !== undefined) return { openString: at };
    if (sign === '}' && depth === 0 && text.charAt(next) === '}') return { at };
    if (sign !== undefined) depth = Math.max(0, depth + (sign === '{' ? 1 : -1));
    at = comment === undefined || string !== undefined ? next : endOfComment(text, next, depth);
  }
  return undefined;
}

function unclosed(text: string, start: number, end: End): Scanned {
  if (end !== undefined && 'openString' in end) {
    const span = { start: end.openString, end: text.length };
    return { ok: false, problem: { message: 'this string is not closed, nor is the ${{ before it', span } };
  }
  return { ok: false, problem: { message: `\${{ without its }}`, span: { start, end: start + 3 } } };
}

/** Splits a string at its `${{ … }}`; `$${{` is a literal `${{`. */
export function scanTemplate(text: string): Scanned {
  const pieces: Piece[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('${{', at);
    if (start === -1) break;
    if (text.charAt(start - 1) === '$' && start > at) {
      literal += `${text.slice(at, start - 1)}\${{`;
      at = start + 3;
      continue;
    }
    const end = findEnd(text, start + 3);
    if (end === undefined || 'openString' in end) return unclosed(text, start, end);
    literal += text.slice(at, start);
    if (literal !== '') pieces.push({ kind: 'literal', text: literal });
    literal = '';
    pieces.push({ kind: 'expression', text: text.slice(start + 3, end.at), offset: start + 3 });
    at = end.at + 2;
  }
  literal += text.slice(at);
  if (literal !== '') pieces.push({ kind: 'literal', text: literal });
  return { ok: true, pieces };
}
