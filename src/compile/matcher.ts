import type { Matcher, Target } from '../artifact/judgement.ts';
import type { Template } from '../artifact/texts.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { ParsedMatcher, ParsedOperator, ValueOperator } from '../journey/matcher.ts';
import type { Node } from '../journey/node.ts';
import { parseDuration } from '../query/duration.ts';
import { parsePattern } from '../query/regex.ts';
import { compileBytes } from './bytes.ts';
import { type Compiling, reportError } from './compiling.ts';
import { compileTemplate } from './expression.ts';
import { checkFits } from './operator-fits.ts';
import type { Position } from './position.ts';

/** Reasons of a failed send, as `error` asserts them. */
export const sendFailures = [
  'refused',
  'reset',
  'timeout',
  'tls',
  'dns',
  'cutOff',
  'tooLarge',
  'protocol',
] as const;

const compared: readonly ValueOperator[] = [
  'equals',
  'notEquals',
  'in',
  'between',
  'atLeast',
  'atMost',
  'greaterThan',
  'lessThan',
];

function literals(node: Node): readonly Node[] {
  return node.kind === 'list' ? node.items : [node];
}

function isLiteral(node: Node): boolean {
  return !(node.kind === 'text' && node.text.includes('${{'));
}

function checkStatus(compiling: Compiling, node: Node): void {
  if (node.kind === 'number' || !isLiteral(node)) return;
  const text = node.kind === 'text' ? node.text : '';
  const hundreds = /^([1-5])xx$/i.exec(text)?.[1];
  const fixes = hundreds === undefined ? undefined : `write { between: [${hundreds}00, ${hundreds}99] }`;
  const fix = /^\d+$/.test(text) ? `write ${text}` : fixes;
  reportError(compiling, 'wrong-type', node.span, 'a status is a number', fix);
}

function checkCount(compiling: Compiling, node: Node, message: string): void {
  if (node.kind === 'number' || !isLiteral(node)) return;
  reportError(compiling, 'wrong-type', node.span, message);
}

function checkDuration(compiling: Compiling, node: Node): void {
  if (!isLiteral(node) || (node.kind === 'text' && parseDuration(node.text) !== undefined)) return;
  const fix = node.kind === 'number' ? `write ${node.written}ms or ${node.written}s` : 'like 250ms, 2s, 1m';
  reportError(compiling, 'bad-duration', node.span, 'a duration is a number with a unit', fix);
}

function checkFailure(compiling: Compiling, node: Node): void {
  if (!isLiteral(node)) return;
  const text = node.kind === 'text' ? node.text : '';
  if (sendFailures.some((known) => known === text)) return;
  const message = `"${text}" is not a reason of a failed send`;
  reportError(compiling, 'invalid-value', node.span, message, didYouMean(text, sendFailures));
}

const digestDigits = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;

function checkDigest(compiling: Compiling, node: Node, digits: number): void {
  if (!isLiteral(node)) return;
  const text = node.kind === 'text' ? node.text : '';
  if (text.length === digits && /^[0-9a-f]+$/.test(text)) return;
  const fix = text.length === digits && /^[0-9a-f]+$/i.test(text) ? `write ${text.toLowerCase()}` : undefined;
  reportError(compiling, 'invalid-value', node.span, `this digest has ${digits} lower-case hex digits`, fix);
}

function checkVersion(compiling: Compiling, node: Node): void {
  if (!isLiteral(node) || (node.kind === 'text' && /^(?:1\.0|1\.1|2)$/.test(node.text))) return;
  const fix = node.kind === 'number' ? `write "${node.written}"` : 'one of "1.0", "1.1", "2"';
  reportError(compiling, 'invalid-value', node.span, 'a version of HTTP is a text', fix);
}

/** A number is never equal to the text that looks like it. */
function checkText(compiling: Compiling, node: Node): void {
  if (node.kind === 'text') return;
  const written = node.kind === 'number' ? node.written : undefined;
  const fix = written === undefined ? undefined : `write "${written}"`;
  reportError(compiling, 'wrong-type', node.span, 'this is compared with a text', fix);
}

type LiteralCheck = (compiling: Compiling, node: Node) => void;

/** A literal that its target can never equal is a mistake, not a failing assertion. */
const literalChecks: Readonly<Partial<Record<Target['kind'], LiteralCheck>>> = {
  header: checkText,
  text: checkText,
  url: checkText,
  regex: checkText,
  css: checkText,
  status: checkStatus,
  attempts: (compiling, node) => checkCount(compiling, node, 'attempts are counted by a number'),
  redirects: (compiling, node) => checkCount(compiling, node, 'redirects are counted by a number'),
  duration: checkDuration,
  timing: checkDuration,
  error: checkFailure,
  httpVersion: checkVersion,
  md5: (compiling, node) => checkDigest(compiling, node, digestDigits.md5),
  sha1: (compiling, node) => checkDigest(compiling, node, digestDigits.sha1),
  sha256: (compiling, node) => checkDigest(compiling, node, digestDigits.sha256),
  sha512: (compiling, node) => checkDigest(compiling, node, digestDigits.sha512),
};

function checkPattern(compiling: Compiling, node: Node): void {
  if (node.kind !== 'text' || !isLiteral(node)) return;
  const parsed = parsePattern(node.text);
  if (!parsed.ok) reportError(compiling, 'bad-regex', node.span, parsed.message);
}

function compileOperator(
  compiling: Compiling,
  position: Position,
  operator: ParsedOperator,
  target: Target['kind'] | 'other',
): Matcher {
  const fits = checkFits(compiling, operator, target);
  switch (operator.name) {
    case 'exists':
      return { exists: operator.value };
    case 'is':
      return { is: operator.value };
    case 'length':
      return { length: compileLength(compiling, position, operator.matcher) };
    case 'each':
    case 'any':
      return { [operator.name]: compileMatcher(compiling, position, operator.matcher, 'other') };
    case 'not':
      return { not: compileMatcher(compiling, position, operator.matcher, target) };
    default:
      // Of one that does not fit nothing more is to be said.
      return compileComparison(compiling, position, operator, fits ? target : 'other');
  }
}

function compileComparison(
  compiling: Compiling,
  position: Position,
  { name, value }: Extract<ParsedOperator, { name: ValueOperator }>,
  target: Target['kind'] | 'other',
): Matcher {
  if (target === 'bytes' && compared.includes(name))
    return { [name]: compileBytes(compiling, position, value) };
  if (target !== 'other' && compared.includes(name)) {
    for (const node of literals(value)) literalChecks[target]?.(compiling, node);
  }
  if (name === 'matches') checkPattern(compiling, value);
  return { [name]: compileTemplate(compiling, position, value) };
}

/** `length: 2` stays a value; a list or a map of operators is a matcher of the count. */
function compileLength(compiling: Compiling, position: Position, matcher: ParsedMatcher): Template | Matcher {
  const only = matcher.operators[0];
  if (matcher.form !== 'value' || only?.name !== 'equals') {
    return compileMatcher(compiling, position, matcher, 'attempts');
  }
  checkCount(compiling, only.value, 'a length is a number');
  return compileTemplate(compiling, position, only.value);
}

export function compileMatcher(
  compiling: Compiling,
  position: Position,
  matcher: ParsedMatcher,
  target: Target['kind'] | 'other',
): Matcher {
  // In the order of the artifact's text: whoever reads it there judges, and tells, in the same order.
  const operators = [...matcher.operators].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = operators.map((operator) => compileOperator(compiling, position, operator, target));
  return Object.assign({}, ...parts) as Matcher;
}
