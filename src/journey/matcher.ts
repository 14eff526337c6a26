import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import type { MapNode, Node } from './node.ts';
import { text, word } from './scalar-shapes.ts';
import { blameSpan, type Definitions, type JsonSchema, type Reading, reportAt, wrongType } from './shape.ts';

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
const kindShape = word(valueKinds);

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
  if (orderOperators.includes(name)) {
    return (
      node.kind === 'number' ||
      node.kind === 'text' ||
      refuse(node, 'a number, a duration or a date', reading)
    );
  }
  if (name === 'in') return node.kind === 'list' || refuse(node, 'a list', reading);
  if (name === 'between') return isPair(node) || refuse(node, 'a list of two: [from, to]', reading);
  return true;
}

function isPair(node: Node): boolean {
  return node.kind === 'list' && node.items.length === 2;
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
    const near = didYouMean(key.text, operatorNames);
    const fix = near.startsWith('did') ? near : 'to compare with a map, write equals: or like:';
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

/** The operators of a matcher as JSON Schema properties. */
export function operatorSchemas(definitions: Definitions): Record<string, JsonSchema> {
  const matcher = { $ref: '#/$defs/matcher' };
  const schemas: Record<string, JsonSchema> = {};
  for (const name of valueOperators) schemas[name] = true;
  for (const name of [...nestedOperators, 'length']) schemas[name] = matcher;
  schemas.exists = { type: 'boolean' };
  schemas.is = { enum: [...valueKinds] };
  if (!definitions.has('matcher')) {
    const operators = { type: 'object', properties: schemas, additionalProperties: false, minProperties: 1 };
    definitions.set('matcher', { anyOf: [{ not: { type: 'object' } }, operators] });
  }
  return schemas;
}
