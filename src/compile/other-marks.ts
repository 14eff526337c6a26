import type { Node, TextNode } from '../journey/node.ts';
import { spanInText } from '../journey/text-offset.ts';
import { roots } from '../query/cel-tree.ts';
import { type Compiling, reportWarning } from './compiling.ts';

/** `{{ x }}` and `${ x }`: how other tools mark an expression. Here both are plain text. */
const mark = /(?<!\$)\{\{\s*([^{}]+?)\s*\}\}|\$\{\s*([^{}]+?)\s*\}/g;

/** The expression in a text that is nothing but one with another tool's marks. */
export function unmark(text: string): string | undefined {
  const found = /^\s*(?:\{\{([^{}]+)\}\}|\$\{([^{}]+)\})\s*$/.exec(text);
  return (found?.[1] ?? found?.[2])?.trim();
}

/** Warns of what is in a value with another tool's marks, and would be an expression with our own. */
export function warnOtherMarks(compiling: Compiling, node: Node): void {
  if (node.kind === 'text') warnText(compiling, node);
  else if (node.kind === 'list') for (const item of node.items) warnOtherMarks(compiling, item);
  else if (node.kind === 'map') {
    for (const { key, value } of node.members) {
      warnText(compiling, key);
      warnOtherMarks(compiling, value);
    }
  }
}

function warnText(compiling: Compiling, node: TextNode): void {
  if (!node.text.includes('{')) return;
  for (const { 0: written, 1: inner, 2: other, index } of node.text.matchAll(mark)) {
    const meant = meantBy(compiling, inner ?? other ?? '');
    if (meant === undefined) continue;
    const span = spanInText(compiling.source, node, { start: index, end: index + written.length });
    const message = `${JSON.stringify(written)} is a text here, no expression`;
    reportWarning(compiling, 'other-marks', span, message, `write \${{ ${meant} }}`);
  }
}

/** `inputs.sku` for that, and for the mere name of an input; undefined where it may be anything. */
function meantBy({ inputs, variables }: Compiling, inner: string): string | undefined {
  const root = /^(\w+)\./.exec(inner)?.[1];
  if (root !== undefined) return roots.has(root) ? inner : undefined;
  if (inputs.includes(inner)) return `inputs.${inner}`;
  return variables.includes(inner) ? `variables.${inner}` : undefined;
}
