import type { ValidateFunction } from 'ajv';
import {
  type Dialect,
  dialectNames,
  dialectOf,
  loadDialects,
  standardDialect,
} from './json-schema-dialects.ts';
import { type Finding, findingFrom } from './json-schema-finding.ts';
import { type Location, normalizePath } from './jsonpath.ts';
import { type PlainJson, plainFrom, plainList } from './plain-json.ts';
import { parsePattern } from './regex.ts';
import { isList, isMap, type Value } from './value.ts';

export type { Finding } from './json-schema-finding.ts';

export interface SchemaProblem {
  readonly ok: false;
  readonly message: string;
  /** In the schema, normalized (RFC 9535, 2.7). */
  readonly path: string;
}

export type CompiledSchema =
  | {
      readonly ok: true;
      /** Everything that does not fit; empty where the document is valid. */
      validate(document: Value): readonly Finding[];
    }
  | SchemaProblem;

/** Must be awaited once before `compileSchema`; from then on everything is synchronous. */
export const loadJsonSchema = loadDialects;

function problem(message: string, location: Location = []): SchemaProblem {
  return { ok: false, message, path: normalizePath(location) };
}

/** Where a member of that value stands, at any depth. */
function findMember(value: Value, wanted: (name: string, member: Value) => boolean): Location | undefined {
  const members: readonly [string | number, Value][] = isList(value)
    ? [...value.entries()]
    : Object.entries(isMap(value) ? value : {});
  for (const [name, member] of members) {
    if (wanted(String(name), member)) return [name];
    const inner = findMember(member, wanted);
    if (inner !== undefined) return [name, ...inner];
  }
  return undefined;
}

function dialectFor(schema: Value): Dialect | SchemaProblem {
  const named = (isMap(schema) ? schema.$schema : undefined) ?? standardDialect;
  const dialect = typeof named === 'string' ? dialectOf(named) : undefined;
  if (dialect !== undefined) return dialect;
  return problem(`this dialect is not supported; there is ${dialectNames().join(', ')}`, ['$schema']);
}

/** What the dialect's own schema finds wrong. */
function checkSchema(schema: Value, plain: PlainJson, dialect: Dialect): SchemaProblem | undefined {
  const checker = dialect.checker();
  if (typeof plain !== 'object' || checker.validateSchema(plain as object) === true) return undefined;
  const [first] = checker.errors ?? [];
  if (first === undefined) return undefined;
  const { path, message } = findingFrom(first, schema);
  return { ok: false, message, path };
}

function isWrongPattern(name: string, member: Value): boolean {
  return name === 'pattern' && typeof member === 'string' && !parsePattern(member).ok;
}

/** What the compiler of schemas refuses. */
function refused(error: Error, schema: Value): SchemaProblem {
  if (error instanceof SyntaxError) return problem(error.message, findMember(schema, isWrongPattern));
  const [, target] = /^can't resolve reference (.*) from id /.exec(error.message) ?? [];
  if (target === undefined) return problem(error.message);
  const at = findMember(
    schema,
    (name, member) => (name === '$ref' || name === '$dynamicRef') && member === target,
  );
  return problem(`"${target}" is not in this schema, and nothing is fetched`, at);
}

/** What these add to the errors of their branches is not one more. */
const summaries: ReadonlySet<string> = new Set(['if', 'propertyNames']);

function validateWith(validate: ValidateFunction, document: Value): readonly Finding[] {
  const container = plainList([document]);
  const data: unknown = container[0];
  const place = { instancePath: '', parentData: container, parentDataProperty: 0, dynamicAnchors: {} };
  try {
    if (validate(data, { ...place, rootData: data as object[] })) return [];
  } catch (error) {
    if (error instanceof RangeError)
      return [{ path: '$', message: 'must not nest so deeply, or the schema leads into itself' }];
    throw error;
  }
  const errors = (validate.errors ?? []).filter(({ keyword }) => !summaries.has(keyword));
  return errors.map((error) => findingFrom(error, document));
}

/**
 * Compiles a JSON Schema of 2020-12, or of the dialect that `$schema` names (2019-09, draft-07). Unknown
 * keywords and formats say nothing; references lead into the schema alone. Numbers are compared as written.
 */
export function compileSchema(schema: Value): CompiledSchema {
  if (typeof schema !== 'boolean' && !isMap(schema)) return problem('a schema is an object, true or false');
  // The validator's own keyword would make it answer later.
  if (isMap(schema) && schema.$async !== undefined) return problem('is no keyword', ['$async']);
  const dialect = dialectFor(schema);
  if ('ok' in dialect) return dialect;
  const plain = plainFrom(schema);
  const wrong = checkSchema(schema, plain, dialect);
  if (wrong !== undefined) return wrong;
  try {
    const compiled = dialect.create().compile(plain as object);
    return { ok: true, validate: (document) => validateWith(compiled, document) };
  } catch (error) {
    if (error instanceof Error) return refused(error, schema);
    throw error;
  }
}
