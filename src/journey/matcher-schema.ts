import { kindShape, type NestedOperator, type ValueOperator } from './matcher.ts';
import { duration } from './scalar-shapes.ts';
import type { Definitions, JsonSchema } from './shape.ts';

const matcher = { $ref: '#/$defs/matcher' };
const bound = { $ref: '#/$defs/bound' };
const expression = { type: 'string', pattern: '\\$\\{\\{' };

/** A number, a duration, or an expression that gives one. */
function boundSchema(definitions: Definitions): JsonSchema {
  return { anyOf: [{ type: 'number' }, duration().schema(definitions), expression] };
}

type Operator = ValueOperator | NestedOperator | 'exists' | 'is' | 'length';

const operators: Readonly<Record<Operator, JsonSchema & object>> = {
  equals: { description: 'JSON equality: types are not converted' },
  notEquals: { description: 'Anything but this value' },
  contains: { description: 'A text has this part, a list this element' },
  notContains: { description: 'A text lacks this part, a list this element' },
  startsWith: { type: 'string', description: 'A text begins so' },
  endsWith: { type: 'string', description: 'A text ends so' },
  matches: { type: 'string', description: 'A regular expression (ECMAScript, u flag) is found in it' },
  in: { anyOf: [{ type: 'array' }, expression], description: 'It equals one of these' },
  greaterThan: {
    ...bound,
    description: 'More than a number, a duration like 2s, or what an expression gives',
  },
  atLeast: { ...bound, description: 'This, or more' },
  lessThan: { ...bound, description: 'Less than a number, a duration like 2s, or what an expression gives' },
  atMost: { ...bound, description: 'This, or less' },
  between: {
    anyOf: [{ type: 'array', items: bound, minItems: 2, maxItems: 2 }, expression],
    description: 'From and to, both included',
    examples: [[1, 10]],
  },
  like: { description: 'This much is there; more members are allowed' },
  each: { ...matcher, description: 'Every element passes' },
  any: { ...matcher, description: 'One element passes' },
  not: { ...matcher, description: 'This does not hold' },
  exists: { type: 'boolean', description: 'It is there: null is, an empty list is not' },
  is: {},
  length: { ...matcher, description: 'Number of elements, members, characters or bytes' },
};

/** The operators of a matcher as properties. */
export function operatorSchemas(definitions: Definitions): Readonly<Record<string, JsonSchema>> {
  const properties = { ...operators, is: kindShape.schema(definitions) };
  if (!definitions.has('matcher')) {
    // Anything but a map is a literal: without a choice of types an editor points at the operator that is wrong.
    definitions.set('matcher', { properties, additionalProperties: false, minProperties: 1 });
    definitions.set('bound', boundSchema(definitions));
  }
  return properties;
}
