import type { Target } from '../artifact/judgement.ts';
import type { ParsedOperator } from '../journey/matcher.ts';
import type { Node } from '../journey/node.ts';
import { parseDuration } from '../query/duration.ts';
import { compareNumbers } from '../query/number.ts';
import type { ExactNumber } from '../query/value.ts';
import { type Compiling, reportError } from './compiling.ts';

type Name = ParsedOperator['name'];

const ofTexts: readonly Name[] = ['startsWith', 'endsWith', 'matches'];
const ofParts: readonly Name[] = ['contains', 'notContains', 'each', 'any'];
const ofNumbers: readonly Name[] = ['greaterThan', 'atLeast', 'lessThan', 'atMost', 'between'];

const texts: readonly string[] = ['header', 'text', 'url', 'regex', 'css'];
const numbers: readonly string[] = ['status', 'attempts', 'redirects', 'duration', 'timing'];

interface Misfit {
  readonly names: readonly Name[];
  readonly what: string;
  readonly fix: string;
}

const ofNumber: Misfit = {
  names: [...ofTexts, ...ofParts, 'length', 'like'],
  what: 'this is a number',
  fix: 'a number is compared by equals, in, between, atLeast and their like',
};

const ofText: Misfit = {
  names: [...ofNumbers, 'each', 'any'],
  what: 'this is a text',
  fix: 'to make a number of it, write filter: [toNumber] beside the target',
};

const ofBytes: Misfit = {
  names: [...ofTexts, ...ofParts, ...ofNumbers, 'like'],
  what: 'these are bytes',
  fix: 'bytes have equals, in and length; for a part of a text look at text',
};

/** An operator that its target never fits would fail always or, as `notContains`, never: a mistake either way. */
export function checkFits(
  compiling: Compiling,
  operator: ParsedOperator,
  target: Target['kind'] | 'other',
): boolean {
  const { name, key } = operator;
  if (name === 'between') checkOrder(compiling, operator.value);
  if (name === 'in') checkNotEmpty(compiling, operator.value);
  const misfit = misfitsOf(target);
  if (misfit === undefined || !misfit.names.includes(name)) return true;
  reportError(compiling, 'wrong-type', key, `"${name}" does not fit: ${misfit.what}`, misfit.fix);
  return false;
}

function misfitsOf(target: string): Misfit | undefined {
  if (target === 'bytes') return ofBytes;
  if (numbers.includes(target)) return ofNumber;
  return texts.includes(target) ? ofText : undefined;
}

/** A bare `[]` is an `in`, too. */
function checkNotEmpty(compiling: Compiling, node: Node): void {
  if (node.kind !== 'list' || node.items.length > 0) return;
  const message = 'nothing is one of an empty list';
  reportError(compiling, 'invalid-value', node.span, message, 'for a list that is empty, write equals: []');
}

/** Where both are literals, nothing lies between a larger and a smaller one. */
function checkOrder(compiling: Compiling, node: Node): void {
  const [from, to] = node.kind === 'list' ? node.items.map(boundOf) : [];
  if (from === undefined || to === undefined || compareNumbers(from.value, to.value) <= 0) return;
  const message = `nothing is between ${from.written} and ${to.written}`;
  reportError(compiling, 'invalid-value', node.span, message, `write [${to.written}, ${from.written}]`);
}

function boundOf(node: Node): { readonly value: number | ExactNumber; readonly written: string } | undefined {
  if (node.kind === 'number') return node;
  const ms = node.kind === 'text' ? parseDuration(node.text) : undefined;
  return node.kind === 'text' && ms !== undefined ? { value: ms, written: node.text } : undefined;
}
