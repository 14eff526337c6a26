import type { Span } from '../diagnostics/source.ts';
import { parseDuration } from '../query/duration.ts';
import type { MapNode, Node } from './node.ts';
import { inOurWords } from './other-words.ts';
import { readDuration, text, word } from './scalar-shapes.ts';
import { blameSpan, type Reading, reportAt, wrongType } from './shape.ts';

const valueOperators = [
  'equals',
  'notEquals',
  'contains',
  'notContains',
  'startsWith',
  'endsWith',
  'matches',
  'in',
  'greaterThan',
  'atLeast',
  'lessThan',
  'atMost',
  'between',
  'like',
] as const;
export type ValueOperator = (typeof valueOperators)[number];

const nestedOperators = ['each', 'any', 'not'] as const;
export type NestedOperator = (typeof nestedOperators)[number];

export const operatorNames: readonly string[] = [
  ...valueOperators,
  ...nestedOperators,
  'exists',
  'is',
  'length',
];

/** Types and formats that `is` knows. */
export const valueKinds = [
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'object',
  'null',
  'uuid',
  'email',
  'uri',
  'date',
  'dateTime',
  'ipv4',
  'ipv6',
  'empty',
] as const;
export const kindShape = word(valueKinds, 'Its type or format');

export type ParsedOperator =
  | { readonly name: ValueOperator; readonly key: Span; readonly value: Node }
  | { readonly name: 'exists'; readonly key: Span; readonly value: boolean }
  | { readonly name: 'is'; readonly key: Span; readonly value: (typeof valueKinds)[number] }
  | { readonly name: 'length' | NestedOperator; readonly key: Span; readonly matcher: ParsedMatcher };

/** Operators that must all hold. */
export interface ParsedMatcher {
  readonly operators: readonly ParsedOperator[];
  /** How it was written: a bare value is `equals`, a bare list `in`. */
  readonly form: 'value' | 'list' | 'operators';
}

export function isOperator(name: string): boolean {
  return operatorNames.includes(name);
}

function isExpression(node: Node): boolean {
  return node.kind === 'text' && node.text.includes('${{');
}

const textOperators: readonly string[] = ['startsWith', 'endsWith', 'matches'];
const orderOperators: readonly string[] = ['greaterThan', 'atLeast', 'lessThan', 'atMost'];

/** Whether a literal can ever be what the operator wants; expressions are judged when they have a value. */
function checkLiteral(name: ValueOperator, node: Node, reading: Reading): boolean {
  if (isExpression(node)) return true;
  if (textOperators.includes(name)) return text().read(node, reading) !== undefined;
  if (orderOperators.includes(name)) return checkBound(node, reading);
  if (name === 'in') return node.kind === 'list' || refuse(node, 'a list', reading);
  if (name === 'between') return checkBounds(node, reading);
  return true;
}

/** What values can be ordered by: a number, or a duration. */
function checkBound(node: Node, reading: Reading): boolean {
  if (node.kind === 'number' || isExpression(node)) return true;
  if (node.kind !== 'text') return refuse(node, 'a number or a duration', reading);
  if (parseDuration(node.text) !== undefined) return true;
  if (/^\d+(?:\.\d+)?[a-z]+$/i.test(node.text)) readDuration(node, reading);
  else {
    const fix = /^-?\d+(?:\.\d+)?$/.test(node.text) ? `write ${node.text}` : undefined;
    reportAt(reading, 'wrong-type', node.span, `"${node.text}" is neither a number nor a duration`, fix);
  }
  return false;
}

function checkBounds(node: Node, reading: Reading): boolean {
  if (node.kind !== 'list' || node.items.length !== 2)
    return refuse(node, 'a list of two: [from, to]', reading);
  return node.items.map((item) => checkBound(item, reading)).every((fits) => fits);
}

function refuse(node: Node, wanted: string, reading: Reading): false {
  wrongType(reading, node, wanted);
  return false;
}

/** One operator of a matcher; undefined where its value does not fit. */
export function readOperator(
  name: string,
  key: Span,
  node: Node,
  reading: Reading,
): ParsedOperator | undefined {
  if (name === 'exists') {
    if (node.kind === 'boolean') return { name, key, value: node.value };
    return wrongType(reading, node, 'true or false');
  }
  if (name === 'is') {
    const value = kindShape.read(node, reading)?.value;
    return value === undefined ? undefined : { name, key, value };
  }
  const nested = ([...nestedOperators, 'length'] as const).find((known) => known === name);
  if (nested !== undefined) {
    const matcher = readMatcher(node, reading);
    return matcher === undefined ? undefined : { name: nested, key, matcher };
  }
  const operator = valueOperators.find((known) => known === name);
  if (operator === undefined || !checkLiteral(operator, node, reading)) return undefined;
  return { name: operator, key, value: node };
}

const toCompare = 'to compare with a map, write equals: or like:';
/** How bytes are written: `equals: { hex: "cafe" }`. */
export const bytesNames: readonly string[] = ['file', 'base64', 'hex'];

/** What an assertion has beside its target. */
const beside: readonly string[] = ['soft', 'message', 'filter'];

function readOperators(node: MapNode, reading: Reading): ParsedMatcher | undefined {
  if (node.members.length === 0) {
    return reportAt(
      reading,
      'missing-key',
      node.span,
      'a matcher needs an operator',
      'to compare, write equals: {}',
    );
  }
  const read = node.members.map(({ key, value }) => {
    if (isOperator(key.text)) return readOperator(key.text, key.span, value, reading);
    const near = inOurWords(key.text, operatorNames);
    if (beside.includes(key.text)) {
      const message = `"${key.text}" stands beside the target, not among its operators`;
      return reportAt(
        reading,
        'unknown-key',
        key.span,
        message,
        `write { body: …, ${key.text}: …, equals: … }`,
      );
    }
    const other = bytesNames.includes(key.text) ? `write equals: { ${key.text}: … }` : toCompare;
    const fix = near.startsWith('known') ? other : near;
    return reportAt(reading, 'unknown-key', key.span, `"${key.text}" is not an operator`, fix);
  });
  const operators = read.flatMap((operator) => operator ?? []);
  return operators.length === read.length ? { operators, form: 'operators' } : undefined;
}

/** A literal (`equals`), a list (`in`), or a map of operators. */
export function readMatcher(node: Node, reading: Reading): ParsedMatcher | undefined {
  if (node.kind === 'map') return readOperators(node, reading);
  const key = blameSpan(reading, node);
  if (node.kind === 'list') return { operators: [{ name: 'in', key, value: node }], form: 'list' };
  return { operators: [{ name: 'equals', key, value: node }], form: 'value' };
}
