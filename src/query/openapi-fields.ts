import { type Location, normalizePath } from './jsonpath.ts';
import { isList, isMap, type Value, type ValueMap } from './value.ts';

/** What a schema, with all that it is combined of, says about one value. */
interface Described {
  readonly properties: Map<string, Value[]>;
  readonly items: Value[];
  /** Other members are allowed by name or by a pattern, or refused: then they are not undocumented. */
  isOpen: boolean;
}

const combining = ['allOf', 'anyOf', 'oneOf'] as const;
const branches = ['if', 'then', 'else'] as const;
const decisive = ['additionalProperties', 'unevaluatedProperties', 'patternProperties'] as const;

function targetOf(ref: Value | undefined, definitions: ValueMap): Value | undefined {
  const name = typeof ref === 'string' && ref.startsWith('#/$defs/') ? ref.slice('#/$defs/'.length) : '';
  return Object.hasOwn(definitions, name) ? definitions[name] : undefined;
}

function gather(schema: Value | undefined, definitions: ValueMap, into: Described, seen: Set<Value>): void {
  if (!isMap(schema) || seen.has(schema)) return;
  seen.add(schema);
  gather(targetOf(schema.$ref, definitions), definitions, into, seen);
  for (const name of combining) {
    const parts = schema[name];
    if (isList(parts)) for (const part of parts) gather(part, definitions, into, seen);
  }
  for (const name of branches) gather(schema[name], definitions, into, seen);
  if (isMap(schema.properties)) {
    for (const [name, property] of Object.entries(schema.properties)) {
      into.properties.set(name, [...(into.properties.get(name) ?? []), property]);
    }
  }
  if (schema.items !== undefined) into.items.push(schema.items);
  if (decisive.some((name) => schema[name] !== undefined)) into.isOpen = true;
}

function describe(schemas: readonly Value[], definitions: ValueMap): Described {
  const described: Described = { properties: new Map(), items: [], isOpen: false };
  const seen = new Set<Value>();
  for (const schema of schemas) gather(schema, definitions, described, seen);
  return described;
}

function findIn(
  value: Value,
  schemas: readonly Value[],
  definitions: ValueMap,
  location: Location,
): readonly Location[] {
  if (schemas.length === 0) return [];
  const { properties, items, isOpen } = describe(schemas, definitions);
  if (isList(value)) {
    return value.flatMap((item, index) => findIn(item, items, definitions, [...location, index]));
  }
  // An object of which nothing is described may hold anything.
  if (!isMap(value) || properties.size === 0) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const own = properties.get(name);
    if (own !== undefined) return findIn(member, own, definitions, [...location, name]);
    return isOpen ? [] : [[...location, name]];
  });
}

/**
 * Normalized paths of the members that a schema does not name. A schema that says itself what other members may
 * be (`additionalProperties`) leaves none undocumented.
 */
export function findUndocumented(value: Value, schema: Value, definitions: ValueMap): readonly string[] {
  return findIn(value, [schema], definitions, []).map(normalizePath);
}
