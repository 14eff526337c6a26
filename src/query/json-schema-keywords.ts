import type { FuncKeywordDefinition, ValidateFunction } from 'ajv';
import { equalValues } from './equal.ts';
import { compareNumbers, isMultiple } from './number.ts';
import { hasRepeated } from './order.ts';
import { originalAt, originalOf, type PlainJson } from './plain-json.ts';
import { type ExactNumber, isList, isMap, isNumber, type Value } from './value.ts';

type Holds = (value: Value) => boolean;

/** A keyword's own value, as the schema writes it. */
export function keywordValue(schema: object, keyword: string): Value | undefined {
  const original = originalOf(schema);
  return isMap(original) ? original[keyword] : undefined;
}

/** A keyword that looks at the values themselves, not at the doubles that stand for their numbers. */
function define(
  keyword: string,
  type: 'number' | 'array' | undefined,
  create: (operand: Value) => Holds,
): FuncKeywordDefinition {
  return {
    keyword,
    ...(type === undefined ? {} : { type }),
    errors: false,
    compile(_, parentSchema: object) {
      const holds = create(keywordValue(parentSchema, keyword) ?? null);
      return (data: PlainJson, place?: Parameters<ValidateFunction>[1]) =>
        holds(place === undefined ? data : originalAt(data, place.parentData, place.parentDataProperty));
    },
  };
}

function ofNumbers(
  keyword: string,
  holds: (value: number | ExactNumber, operand: number | ExactNumber) => boolean,
): FuncKeywordDefinition {
  return define(
    keyword,
    'number',
    (operand) => (value) => isNumber(value) && isNumber(operand) && holds(value, operand),
  );
}

function isOneOf(options: Value): Holds {
  return (value) => isList(options) && options.some((option) => equalValues(option, value));
}

/** The keywords that compare, exact for numbers of any size (JSON Schema 2020-12, validation, 6.1 to 6.4). */
export const exactKeywords: readonly FuncKeywordDefinition[] = [
  ofNumbers('minimum', (value, limit) => compareNumbers(value, limit) >= 0),
  ofNumbers('maximum', (value, limit) => compareNumbers(value, limit) <= 0),
  ofNumbers('exclusiveMinimum', (value, limit) => compareNumbers(value, limit) > 0),
  ofNumbers('exclusiveMaximum', (value, limit) => compareNumbers(value, limit) < 0),
  ofNumbers('multipleOf', isMultiple),
  define('const', undefined, (wanted) => (value) => equalValues(wanted, value)),
  define('enum', undefined, isOneOf),
  define(
    'uniqueItems',
    'array',
    (wanted) => (value) => wanted !== true || !isList(value) || !hasRepeated(value),
  ),
];
