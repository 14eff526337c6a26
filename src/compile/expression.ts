import type { At, ExpressionText, Template, Text } from '../artifact/texts.ts';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Span } from '../diagnostics/source.ts';
import { type Node, nodeValue, type TextNode } from '../journey/node.ts';
import { spanInText } from '../journey/text-offset.ts';
import { type Expression, type ParseOptions, type Problem, parseExpression } from '../query/expression.ts';
import { type ParsedTemplate, type ParsedText, parseTemplate, parseText } from '../query/template.ts';
import { atOf, type Compiling, reportError, reportWarning } from './compiling.ts';
import { declaredTypes } from './declared-types.ts';
import { embedFile } from './embed.ts';
import { checkReference } from './names.ts';
import { unmark, warnOtherMarks } from './other-marks.ts';
import { loopNames, type Position } from './position.ts';
import type { Locate } from './reference.ts';

const codes: Readonly<Record<Problem['kind'], DiagnosticCode>> = {
  syntax: 'bad-expression',
  'unknown-function': 'unknown-function',
  'dynamic-name': 'dynamic-name',
  'unknown-name': 'unknown-name',
};

function reportProblem(compiling: Compiling, problem: Problem, locate: Locate): void {
  const fix = fixOfName(compiling, problem.name) ?? problem.fix;
  reportError(compiling, codes[problem.kind], locate(problem.span), problem.message, fix);
}

/** An input or a variable by its mere name. */
function fixOfName({ inputs, variables }: Compiling, name = ''): string | undefined {
  if (inputs.includes(name)) return `write inputs.${name}`;
  return variables.includes(name) ? `write variables.${name}` : undefined;
}

/** Names and warnings of an expression that parses. */
function checkExpression(
  compiling: Compiling,
  position: Position,
  expression: Expression,
  locate: Locate,
): void {
  for (const reference of expression.references) checkReference(compiling, position, { reference, locate });
  const { faults, unequal } = expression.checkTypes(declaredTypes(compiling));
  for (const { span, message, fix } of [...faults, ...unequal]) {
    reportError(compiling, 'wrong-type', locate(span), message, fix);
  }
  for (const { path, span } of expression.files) embedFile(compiling, path, locate(span));
  for (const span of expression.integerDivisions) {
    const message = 'two whole numbers divide without a fraction';
    reportWarning(
      compiling,
      'integer-division',
      locate(span),
      message,
      'write double(…) / …, if a fraction matters',
    );
  }
}

/** Names beside the roots: of the loops around, the data row, and callbacks; in a template its values alone. */
function optionsAt({ templateValues, plan }: Compiling, position: Position): ParseOptions {
  if (templateValues !== undefined) return { locals: ['values'] };
  const callbacks = plan.byCallback.size === 0 ? [] : ['callbacks'];
  return { locals: [...loopNames(position), 'row', ...callbacks] };
}

function locateFrom(compiling: Compiling, node: TextNode, offset: number): Locate {
  return ({ start, end }) => spanInText(compiling.source, node, { start: start + offset, end: end + offset });
}

/** A text that may hold expressions: parsed and checked; undefined where it does not parse. */
export function checkText(compiling: Compiling, position: Position, node: TextNode): ParsedText | undefined {
  warnOtherMarks(compiling, node);
  const parsed = parseText(node.text, optionsAt(compiling, position));
  if (!parsed.ok) {
    for (const problem of parsed.problems) reportProblem(compiling, problem, locateFrom(compiling, node, 0));
    return undefined;
  }
  for (const { expression, offset } of parsed.text.expressions) {
    checkExpression(compiling, position, expression, locateFrom(compiling, node, offset));
  }
  return parsed.text;
}

export function compileText(compiling: Compiling, position: Position, node: TextNode): Text {
  checkText(compiling, position, node);
  return node.text;
}

/** The text node at a path of member names and indexes, as the template parser gives it. */
function nodeAt(root: Node, at: readonly (string | number)[], inKey: boolean): TextNode | undefined {
  let node: Node | undefined = root;
  let key: TextNode | undefined;
  for (const part of at) {
    if (node?.kind === 'list') {
      node = node.items[Number(part)];
      continue;
    }
    const member: { key: TextNode; value: Node } | undefined =
      node?.kind === 'map' ? node.members.find((one) => one.key.text === part) : undefined;
    key = member?.key;
    node = member?.value;
  }
  if (inKey) return key;
  return node?.kind === 'text' ? node : undefined;
}

/** A value whose texts and keys may hold expressions: parsed and checked; undefined where one does not parse. */
export function checkTemplate(
  compiling: Compiling,
  position: Position,
  node: Node,
): ParsedTemplate | undefined {
  warnOtherMarks(compiling, node);
  const parsed = parseTemplate(nodeValue(node), optionsAt(compiling, position));
  const locate = (at: readonly (string | number)[], inKey: boolean, offset: number): Locate => {
    const text = nodeAt(node, at, inKey);
    return text === undefined ? () => node.span : locateFrom(compiling, text, offset);
  };
  if (!parsed.ok) {
    for (const problem of parsed.problems)
      reportProblem(compiling, problem, locate(problem.at, problem.inKey, 0));
    return undefined;
  }
  for (const { expression, at, inKey, offset } of parsed.template.expressions) {
    checkExpression(compiling, position, expression, locate(at, inKey, offset));
  }
  return parsed.template;
}

/** What the expressions of a value read. */
export function referencesIn(
  compiling: Compiling,
  position: Position,
  value: Template,
): Expression['references'] {
  const parsed = parseTemplate(value, optionsAt(compiling, position));
  return parsed.ok ? parsed.template.expressions.flatMap(({ expression }) => expression.references) : [];
}

export function compileTemplate(compiling: Compiling, position: Position, node: Node): Template {
  checkTemplate(compiling, position, node);
  return nodeValue(node);
}

export interface CompiledCondition {
  readonly expression: ExpressionText;
  readonly at: At;
  readonly parsed: Expression;
}

/** The inside of a text that is one `${{ … }}`; undefined where it is written bare. */
function unwrap(text: string): { inner: string; offset: number } | undefined {
  const match = /^(\s*\$\{\{)([\s\S]*)\}\}\s*$/.exec(text);
  return match === null ? undefined : { inner: match[2] ?? '', offset: (match[1] ?? '').length };
}

/** A bare expression, with or without `${{ }}` around it. */
export function compileExpression(
  compiling: Compiling,
  position: Position,
  node: TextNode,
): CompiledCondition | undefined {
  const { inner, offset } = unwrap(node.text) ?? { inner: node.text, offset: 0 };
  const lead = inner.length - inner.trimStart().length;
  const text = inner.trim();
  const locate = locateFrom(compiling, node, offset + lead);
  if (text === '')
    return reportError(compiling, 'bad-expression', node.span, 'an expression is missing here');
  const parsed = parseExpression(text, optionsAt(compiling, position));
  if (!parsed.ok) {
    const fix = fixOf(text);
    for (const problem of parsed.problems) reportProblem(compiling, { ...problem, ...fix }, locate);
    return undefined;
  }
  checkExpression(compiling, position, parsed.expression, locate);
  return { expression: text, at: atOf(compiling, spanOf(locate, text)), parsed: parsed.expression };
}

/** Where the marks are to blame. */
function fixOf(text: string): { readonly fix?: string } {
  const other = unmark(text);
  if (other !== undefined) return { fix: `write ${other}` };
  return text.includes('}}') ? { fix: `write the whole condition in one \${{ }}` } : {};
}

function spanOf(locate: Locate, text: string): Span {
  return locate({ start: 0, end: text.length });
}
