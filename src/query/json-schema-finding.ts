import type { ErrorObject } from 'ajv';
import { stringifyJson } from './json.ts';
import { keywordValue } from './json-schema-keywords.ts';
import { type Location, normalizePath } from './jsonpath.ts';
import { isList, isMap, typeOf, type Value } from './value.ts';

/** Where a document does not fit its schema. */
export interface Finding {
  /** Normalized (RFC 9535, 2.7). */
  readonly path: string;
  /** What the value at the path must be: `must be at least 1`. */
  readonly message: string;
  /** What the keyword asks for, where it is a plain value. */
  readonly expected?: Value;
}

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  string: 'a text',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  null: 'null',
};

/** What a JSON Pointer (RFC 6901) leads to; a name of digits is an index in a list alone. */
function locate(document: Value, pointer: string): { location: Location; value: Value } {
  const location: (string | number)[] = [];
  let value = document;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    location.push(isList(value) ? Number(name) : name);
    if (isList(value)) value = value[Number(name)] ?? null;
    else value = isMap(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
  }
  return { location, value };
}

/** Keywords whose own value says what is expected. */
const telling: ReadonlySet<string> = new Set([
  ...['const', 'enum', 'type', 'format', 'pattern', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
]);

const limits: Readonly<Record<string, string>> = {
  minimum: 'at least',
  maximum: 'at most',
  exclusiveMinimum: 'more than',
  exclusiveMaximum: 'less than',
  multipleOf: 'a multiple of',
};

function describeType(expected: Value, value: Value): string {
  const types = isList(expected) ? expected : [expected];
  const wanted = types.map((type) => kinds[String(type)] ?? String(type)).join(' or ');
  const found = typeOf(value);
  // Of a fraction where an integer is wanted the type says too little.
  return `must be ${wanted}, not ${found === 'number' ? stringifyJson(value) : (kinds[found] ?? found)}`;
}

/** Keywords that compare with their own value. */
function describeOperand(keyword: string, expected: Value, value: Value): string | undefined {
  const limit = limits[keyword];
  if (limit !== undefined) return `must be ${limit} ${stringifyJson(expected)}`;
  if (keyword === 'const') return `must be ${stringifyJson(expected)}`;
  if (keyword === 'enum' && isList(expected))
    return `must be one of ${expected.map(stringifyJson).join(', ')}`;
  return keyword === 'type' ? describeType(expected, value) : undefined;
}

function describe({ keyword, message, params }: ErrorObject): string {
  if (keyword === 'required') return `must have a member ${JSON.stringify(params.missingProperty)}`;
  if (keyword === 'uniqueItems') return 'must not hold equal elements';
  if (keyword === 'false schema') return 'must not be there';
  return (message ?? keyword).replaceAll('NOT', 'not');
}

/** The member that must not be there, of an error that stands at its object. */
function oddMember({ params }: ErrorObject): string | undefined {
  const name: unknown = params.additionalProperty ?? params.unevaluatedProperty;
  return typeof name === 'string' ? name : undefined;
}

function describeKeyword(error: ErrorObject, value: Value): Omit<Finding, 'path'> {
  const own = telling.has(error.keyword) ? keywordValue(error.parentSchema ?? {}, error.keyword) : undefined;
  if (own === undefined) return { message: describe(error) };
  return { message: describeOperand(error.keyword, own, value) ?? describe(error), expected: own };
}

/** An error of the validator, in the words and paths of this project. */
export function findingFrom(error: ErrorObject, document: Value): Finding {
  const { location, value } = locate(document, error.instancePath);
  const odd = oddMember(error);
  if (odd !== undefined) {
    return {
      path: normalizePath([...location, odd]),
      message: 'must not be there: the schema does not name it',
    };
  }
  const name = error.propertyName;
  if (name === undefined) return { path: normalizePath(location), ...describeKeyword(error, value) };
  const { message, ...rest } = describeKeyword(error, name);
  return { path: normalizePath([...location, name]), message: `its name ${message}`, ...rest };
}
