import { equalValues } from '../query/equal.ts';
import { compareNumbers } from '../query/number.ts';
import { parsePattern } from '../query/regex.ts';
import { ExactNumber, isList, isMap, isNumber, typeOf, type Value } from '../query/value.ts';
import type { InputDeclaration, InputType } from './types.ts';

type Rules = Omit<InputDeclaration, 'name' | 'at'>;

const articles: Readonly<Record<InputType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

function isInteger(value: Value): boolean {
  return value instanceof ExactNumber ? value.isInteger : Number.isInteger(value);
}

function isOfType(value: Value, type: InputType): boolean {
  if (type === 'integer') return isNumber(value) && isInteger(value);
  return typeOf(value) === type;
}

function sizeOf(value: Value): number | undefined {
  if (typeof value === 'string') return [...value].length;
  return isList(value) ? value.length : undefined;
}

function boundsProblem(value: Value, rules: Rules): string | undefined {
  if (isNumber(value)) {
    if (rules.minimum !== undefined && compareNumbers(value, rules.minimum) < 0)
      return `must be at least ${rules.minimum}`;
    if (rules.maximum !== undefined && compareNumbers(value, rules.maximum) > 0)
      return `must be at most ${rules.maximum}`;
  }
  const size = sizeOf(value);
  if (size === undefined) return undefined;
  if (rules.minLength !== undefined && size < rules.minLength)
    return `must have at least ${rules.minLength} ${unitOf(value)}`;
  if (rules.maxLength !== undefined && size > rules.maxLength)
    return `must have at most ${rules.maxLength} ${unitOf(value)}`;
  return undefined;
}

function unitOf(value: Value): string {
  return typeof value === 'string' ? 'characters' : 'elements';
}

function show(value: Value): string {
  if (isList(value) || isMap(value)) return articles[isList(value) ? 'array' : 'object'];
  return value instanceof ExactNumber ? value.text : JSON.stringify(value);
}

/** Why a value is not what an input declares: `must be a whole number, got "x"`; undefined where it fits. */
export function misfit(value: Value, rules: Rules): string | undefined {
  if (rules.type !== undefined && !isOfType(value, rules.type))
    return `must be ${articles[rules.type]}, got ${show(value)}`;
  if (rules.enum !== undefined && !rules.enum.some((one) => equalValues(one, value))) {
    return `must be one of ${rules.enum.map(show).join(', ')}, got ${show(value)}`;
  }
  const bounds = boundsProblem(value, rules);
  if (bounds !== undefined) return `${bounds}, got ${show(value)}`;
  if (rules.pattern === undefined || typeof value !== 'string') return undefined;
  const parsed = parsePattern(rules.pattern);
  return parsed.ok && !parsed.pattern.test(value)
    ? `must match ${rules.pattern}, got ${show(value)}`
    : undefined;
}
