import type { Source, Span } from '../diagnostics/source.ts';
import type { TextNode } from './node.ts';

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\n' || char === '\t';

interface Advance {
  readonly length: number;
  readonly yields: number;
}

/** Length of the escape that starts at `at` in a double-quoted YAML scalar, and whether it yields a character. */
function escapeAt(raw: string, at: number): Advance {
  const code = raw[at + 1];
  if (code === 'x') return { length: 4, yields: 1 };
  if (code === 'u') return { length: 6, yields: 1 };
  if (code === 'U')
    return { length: 10, yields: Number.parseInt(raw.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1 };
  if (code !== '\n') return { length: 2, yields: 1 };
  let end = at + 2;
  while (raw[end] === ' ' || raw[end] === '\t') end++;
  return { length: end - at, yields: 0 };
}

function contentStart(node: TextNode, raw: string): number {
  if (node.style === 'plain') return 0;
  return node.style === 'block' ? raw.indexOf('\n') + 1 : 1;
}

/** How far the raw form goes on from `at`, and how many of the text's units stand there. */
function advance(node: TextNode, raw: string, at: number, wanted: string | undefined): Advance {
  if (node.style === 'double' && raw[at] === '\\') return escapeAt(raw, at);
  if (node.style === 'single' && raw.startsWith("''", at)) return { length: 2, yields: 1 };
  const matches = raw[at] === wanted || (isBlank(wanted) && isBlank(raw[at]));
  return { length: 1, yields: matches ? 1 : 0 };
}

/** Where each UTF-16 unit of a scalar's text stands in its raw form: quotes, escapes, folds and indents taken out. */
function alignment(node: TextNode, raw: string): number[] {
  const found: number[] = [];
  let at = contentStart(node, raw);
  while (found.length < node.text.length && at < raw.length) {
    const { length, yields } = advance(node, raw, at, node.text[found.length]);
    for (let i = 0; i < yields; i++) found.push(at);
    at += length;
  }
  return found;
}

/** The place in the file of a stretch of a scalar's text. */
export function spanInText(source: Source, node: TextNode, part: Span): Span {
  const raw = source.text.slice(node.span.start, node.span.end);
  const places = alignment(node, raw);
  const start = places[part.start] ?? raw.length;
  const last = places[Math.max(part.start, part.end - 1)];
  const end = part.end <= part.start || last === undefined ? start : last + 1;
  return { start: node.span.start + start, end: node.span.start + Math.max(start, end) };
}
