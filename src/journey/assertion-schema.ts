import { operatorNames } from './matcher.ts';
import { operatorSchemas } from './matcher-schema.ts';
import type { Definitions, JsonSchema } from './shape.ts';
import { isTextTarget, textTargets } from './target.ts';
import {
  argumentSchema,
  besideSchemas,
  oneTargetRules,
  schemaArgument,
  targetSchemas,
} from './target-schema.ts';

const matcher = { $ref: '#/$defs/matcher' };

/** A target that takes its matcher, its argument, or a map from arguments to matchers. */
function takenBy(name: string): JsonSchema & object {
  if (name === 'schema') return schemaArgument;
  if (name === 'openapi') return { anyOf: [{ const: true }, { type: 'string' }] };
  if (!isTextTarget(name)) return matcher;
  const argument = argumentSchema(name);
  const map = { additionalProperties: matcher, minProperties: 1 };
  if (!('enum' in argument)) return { type: ['string', 'object'], ...map };
  return { anyOf: [argument, { type: 'object', ...map, propertyNames: argument }] };
}

/** Operators stand beside a target whose argument alone is given. */
const withArgument: JsonSchema = {
  anyOf: textTargets.map((name) => ({ properties: { [name]: { type: 'string' } }, required: [name] })),
};
const ofOperators = Object.fromEntries(
  operatorNames.map((name) => [name, { $ref: '#/$defs/targetWithArgument' }]),
);

export function assertionSchema(
  definitions: Definitions,
  beside: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  const properties = {
    ...targetSchemas(takenBy),
    ...operatorSchemas(definitions),
    ...besideSchemas(definitions),
    ...beside,
  };
  definitions.set('targetWithArgument', withArgument);
  const { dependentSchemas, ...rules } = oneTargetRules;
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    ...rules,
    dependentSchemas: { ...dependentSchemas, ...ofOperators },
  };
}
