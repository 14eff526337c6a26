import { isList, isMap, type Value, type ValueMap } from '../../query/value.ts';
import { explainReference, followPointer } from './references.ts';

export type OpenApiVersion = '3.0' | '3.1';

const mapsOfSchemas: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
const listsOfSchemas: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const schemas: ReadonlySet<string> = new Set([
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
/** Said in another way (`nullable`), or about where the schema stands, which is another place now. */
const leftOut: ReadonlySet<string> = new Set([
  ...['nullable', '$id', '$schema', '$defs', 'definitions'],
  // These say nothing about a value.
  ...['title', 'description', 'default', 'example', 'examples', 'deprecated', '$comment'],
  ...['discriminator', 'externalDocs', 'xml'],
]);

/** Brings schemas of one document into the form of JSON Schema 2020-12, and gathers all that they refer to. */
export interface SchemaConverter {
  /** A schema whose references lead to `#/$defs/NAME` of the definitions. */
  convert(schema: Value): Value;
  /** All that the schemas so far refer to, from one to the next. */
  definitions(): ValueMap;
}

export function createSchemaConverter(
  root: Value,
  version: OpenApiVersion,
  problems: string[],
): SchemaConverter {
  const names = new Map<string, string>();
  const definitions: Record<string, Value> = {};

  function nameOf(reference: string): string {
    const known = names.get(reference);
    if (known !== undefined) return known;
    const plain = reference.replace(/^#\/(?:components\/schemas\/)?/, '').replace(/[^A-Za-z0-9._-]+/g, '.');
    const taken = new Set(names.values());
    let name = plain;
    for (let count = 2; taken.has(name); count += 1) name = `${plain}.${count}`;
    names.set(reference, name);
    const target = followPointer(root, reference);
    if (target === undefined) problems.push(explainReference(reference));
    definitions[name] = target === undefined ? true : convert(target);
    return name;
  }

  function convert(schema: Value): Value {
    if (!isMap(schema)) return schema;
    if (typeof schema.$ref === 'string') {
      const reference = { $ref: `#/$defs/${nameOf(schema.$ref)}` };
      // In 3.0 what stands beside a reference says nothing.
      const { $ref: _, ...beside } = schema;
      return version === '3.0' ? reference : { ...convertMembers(beside), ...reference };
    }
    const converted = convertMembers(schema);
    const adapted = version === '3.0' ? adaptLimits(converted) : converted;
    return version === '3.0' && schema.nullable === true ? allowNull(adapted) : adapted;
  }

  function convertMembers(schema: ValueMap): ValueMap {
    const kept = Object.entries(schema).filter(([name]) => !leftOut.has(name) && !name.startsWith('x-'));
    const members = kept.map(([name, value]) => [name, convertMember(name, value)] as const);
    return withoutWriteOnly(Object.fromEntries(members));
  }

  function convertMember(name: string, value: Value): Value {
    if (mapsOfSchemas.has(name) && isMap(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, schema]) => [key, convert(schema)]));
    }
    if (listsOfSchemas.has(name) && isList(value)) return value.map(convert);
    return schemas.has(name) ? convert(value) : value;
  }

  return { convert, definitions: () => definitions };
}

/** A flag beside the limit (3.0) is the limit itself (2020-12). */
function adaptLimits(schema: ValueMap): ValueMap {
  const { exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  const { minimum, maximum, ...others } = rest;
  return {
    ...others,
    ...limit('minimum', 'exclusiveMinimum', minimum, exclusiveMinimum),
    ...limit('maximum', 'exclusiveMaximum', maximum, exclusiveMaximum),
  };
}

function limit(
  name: string,
  exclusive: string,
  value: Value | undefined,
  flag: Value | undefined,
): Record<string, Value> {
  const kept = typeof flag === 'boolean' || flag === undefined ? {} : { [exclusive]: flag };
  if (value === undefined) return kept;
  return { ...kept, [flag === true ? exclusive : name]: value };
}

/** `nullable: true` of 3.0. Without a type it says nothing there, yet everybody who writes it means this. */
function allowNull(schema: ValueMap): ValueMap {
  const { type, enum: choices } = schema;
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const withNull = isList(choices) && !choices.includes(null) ? { enum: [...choices, null] } : {};
  return { ...schema, type: [type, 'null'], ...withNull };
}

/** What is only ever sent is not required of an answer (OpenAPI 3.0.3, 4.7.24). */
function withoutWriteOnly(schema: ValueMap): ValueMap {
  const { required, properties } = schema;
  if (!isList(required) || !isMap(properties)) return schema;
  const isSentOnly = (name: Value): boolean => {
    const property =
      typeof name === 'string' && Object.hasOwn(properties, name) ? properties[name] : undefined;
    return isMap(property) && property.writeOnly === true;
  };
  if (!required.some(isSentOnly)) return schema;
  return { ...schema, required: required.filter((name) => !isSentOnly(name)) };
}
