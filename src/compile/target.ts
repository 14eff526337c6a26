import type { Target } from '../artifact/types.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { TextNode } from '../journey/node.ts';
import { type ParsedTarget, plainTargets } from '../journey/target.ts';
import { spanInText } from '../journey/text-offset.ts';
import { type JsonPath, parseJsonPath } from '../query/jsonpath.ts';
import { type Compiling, reportError } from './compiling.ts';
import { checkText, compileText } from './expression.ts';
import type { Position } from './position.ts';

/** A JSONPath that parses; its mistake is shown exactly where it is. */
export function checkPath(compiling: Compiling, node: TextNode): JsonPath | undefined {
  const parsed = parseJsonPath(node.text);
  if (parsed.ok) return parsed.path;
  const { offset, message } = parsed;
  const part = { start: offset, end: Math.max(offset + 1, Math.min(node.text.length, offset + 1)) };
  const span = node.text.startsWith('$') ? spanInText(compiling.source, node, part) : node.span;
  return reportError(compiling, 'bad-jsonpath', span, message, pathFix(node.text));
}

function pathFix(text: string): string | undefined {
  if (text.startsWith('$')) return undefined;
  if (/^[\w.[\]'"-]+$/.test(text)) return `a JSONPath starts with $: $.${text}`;
  return 'a JSONPath starts with $, like $.id';
}

function compileValue(compiling: Compiling, position: Position, node: TextNode): Target {
  const parsed = checkText(compiling, position, node);
  if (parsed?.constant !== undefined) {
    const near = didYouMean(node.text, plainTargets, '');
    const fix = near.startsWith('did') ? near : `write "\${{ ${node.text} }}"`;
    reportError(compiling, 'bad-expression', node.span, '"value" looks at an expression', fix);
  }
  return { kind: 'value', expression: node.text };
}

const ofAnswer = ['status', 'text', 'header', 'body'];

/** A step that sends nothing has no answer to look at. */
export function checkHasAnswer(compiling: Compiling, position: Position, target: ParsedTarget): void {
  if (position.after?.answer !== false || target.kind === 'value') return;
  const what = ofAnswer.includes(target.kind) ? 'an answer' : 'a request';
  const message = `"${target.kind}" needs ${what}, and this step has no request`;
  reportError(compiling, 'assertion-target', target.span, message, `look at value: "\${{ … }}"`);
}

export function compileTarget(compiling: Compiling, position: Position, target: ParsedTarget): Target {
  checkHasAnswer(compiling, position, target);
  switch (target.kind) {
    case 'header':
      return { kind: 'header', name: compileText(compiling, position, target.argument) };
    case 'body':
      checkPath(compiling, target.argument);
      return { kind: 'body', path: target.argument.text };
    case 'value':
      return compileValue(compiling, position, target.argument);
    default:
      return { kind: target.kind };
  }
}
