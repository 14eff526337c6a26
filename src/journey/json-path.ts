import type { Source, Span } from '../diagnostics/source.ts';
import { type JsonPath, parseJsonPath } from '../query/jsonpath.ts';
import type { TextNode } from './node.ts';
import { spanInText } from './text-offset.ts';

export type ReadPath =
  | { readonly ok: true; readonly path: JsonPath }
  | { readonly ok: false; readonly span: Span; readonly message: string; readonly fix?: string };

/** A JSONPath that parses; its mistake is shown exactly where it is. */
export function readJsonPath(source: Source, node: TextNode): ReadPath {
  const parsed = parseJsonPath(node.text);
  if (parsed.ok) return parsed;
  const { offset, message } = parsed;
  if (node.text.startsWith('$')) {
    return { ok: false, message, span: spanInText(source, node, { start: offset, end: offset + 1 }) };
  }
  const isName = /^[\w.[\]'"-]+$/.test(node.text);
  const fix = isName ? `a JSONPath starts with $: $.${node.text}` : 'a JSONPath starts with $, like $.id';
  return { ok: false, message, span: node.span, fix };
}
