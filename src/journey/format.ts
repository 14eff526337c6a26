import {
  isCollection,
  isScalar,
  Lexer,
  type Pair,
  parseDocument,
  type ScalarTag,
  type Tags,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { stringifyJson } from '../query/json.ts';
import { nodeValue } from './node.ts';
import { parseTree } from './tree.ts';

export type Formatted =
  | { readonly kind: 'formatted'; readonly text: string }
  /** It cannot be parsed. */
  | { readonly kind: 'broken'; readonly diagnostics: readonly Diagnostic[] }
  /** What would be written does not mean the same, or lacks a comment: the text is to stay as it is. */
  | { readonly kind: 'refused' };

/** Columns. */
const lineWidth = 120;

/**
 * YAML in the canonical style: two spaces, `{ a: 1 }`, `[1, 2]`, no empty lines in a row. Comments, quotes,
 * numbers as they are written and, where it fits on a line, flow style stay; the meaning is compared.
 */
export function formatYaml(source: Source): Formatted {
  const diagnostics: Diagnostic[] = [];
  const tree = parseTree(source, (diagnostic) => diagnostics.push(diagnostic));
  if (tree === undefined || diagnostics.length > 0) return { kind: 'broken', diagnostics };
  const text = renderYaml(source.text);
  const after = parseTree({ file: source.file, text }, () => {});
  const same = after !== undefined && stringifyJson(nodeValue(after)) === stringifyJson(nodeValue(tree));
  return same && hasSameComments(source.text, text) ? { kind: 'formatted', text } : { kind: 'refused' };
}

function renderYaml(text: string): string {
  const document = parseDocument(text, { customTags: keepAsWritten, uniqueKeys: false });
  visit(document, {
    Pair: (_, pair) => keepCommentOfKey(text, pair),
    Map: (_, node) => layOut(node, ' '),
    Seq: (_, node) => layOut(node, ''),
  });
  return document.toString({ lineWidth });
}

/** `steps: # a comment` stays there, and does not go below; what silences a diagnostic silences its line. */
function keepCommentOfKey(text: string, { key, value }: Pair): void {
  if (!isScalar(key) || !isCollection(value) || value.commentBefore === undefined) return;
  behindKey.lastIndex = key.range?.[1] ?? 0;
  const comment = behindKey.exec(text)?.[1]?.trimEnd();
  const [first, ...others] = (value.commentBefore ?? '').split('\n');
  if (comment === undefined || first?.trimEnd() !== comment) return;
  key.comment = comment;
  value.commentBefore = others.length === 0 ? null : others.join('\n');
}

const behindKey = /[ \t]*:[ \t]+#([^\n]*)/y;

/** Flow style has spaces inside braces and none inside brackets; where it does not fit on a line it becomes block style. */
function layOut(node: YAMLMap | YAMLSeq, flowCollectionPadding: string): void {
  const render = node.toString.bind(node);
  node.toString = (context, ...rest) => {
    if (context === undefined) return render(context, ...rest);
    const padded = { ...context, flowCollectionPadding };
    const text = render(padded, ...rest);
    const fits = !text.includes('\n') && context.indent.length + text.length <= lineWidth;
    if (node.flow !== true || context.inFlow === true || fits) return text;
    node.flow = false;
    return render(padded, ...rest);
  };
}

function keepAsWritten(tags: Tags): Tags {
  return tags.map((tag) => {
    if (typeof tag === 'string' || tag.collection !== undefined) return tag;
    return tag.tag === 'tag:yaml.org,2002:str' ? unfolded(tag) : unconverted(tag);
  });
}

/** A number or a word stays as it is written: `0x1F`, `1.10`, digits beyond those of a double. */
function unconverted(tag: ScalarTag): ScalarTag {
  const { stringify } = tag;
  return {
    ...tag,
    stringify: (item, ...rest) => item.source ?? stringify?.(item, ...rest) ?? String(item.value),
  };
}

/** A text of one line stays on one line, however long. */
function unfolded(tag: ScalarTag): ScalarTag {
  const { stringify } = tag;
  if (stringify === undefined) return tag;
  return {
    ...tag,
    stringify(item, context, ...rest) {
      const isBlock = item.type === 'BLOCK_FOLDED' || item.type === 'BLOCK_LITERAL';
      const options = isBlock ? context.options : { ...context.options, lineWidth: 0 };
      return stringify(item, { ...context, options }, ...rest);
    },
  };
}

function hasSameComments(before: string, after: string): boolean {
  return commentsOf(before).join('\n') === commentsOf(after).join('\n');
}

function commentsOf(text: string): readonly string[] {
  return [...new Lexer().lex(text)].filter((token) => token.startsWith('#')).map((token) => token.trimEnd());
}
