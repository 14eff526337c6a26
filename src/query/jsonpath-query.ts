import {
  FunctionExpressionType,
  JSONPathEnvironment,
  JSONPathError,
  JSONPathNodeList,
  type JSONPathQuery,
  type JSONValue,
  Nothing,
} from 'json-p3';
import { countCharacters } from './characters.ts';
import { maxJsonDepth } from './json.ts';
import { comparisons, toJsonPathNumber, toJsonPathValue } from './jsonpath-numbers.ts';
import { isList, isMap, type Value } from './value.ts';

interface Found {
  readonly location: readonly (string | number)[];
  readonly value: Value;
}

type Query =
  | { readonly ok: true; readonly singular: boolean; select(document: Value): readonly Found[] }
  | { readonly ok: false; readonly message: string; readonly offset: number };

const maxLength = 20_000;

let environment: JSONPathEnvironment | undefined;

/** Made when the first query that is not plain needs it. */
function openEnvironment(): JSONPathEnvironment {
  // A segment visits the root at depth 1, and one level more than the deepest list holds values.
  const created = new JSONPathEnvironment({ maxRecursionDepth: maxJsonDepth + 3 });
  created.functionRegister.set('length', {
    argTypes: [FunctionExpressionType.ValueType],
    returnType: FunctionExpressionType.ValueType,
    // RFC 9535, 2.4.4 counts Unicode scalar values; the library counts UTF-16 units.
    call(value: unknown) {
      if (typeof value === 'string') return countCharacters(value);
      if (Array.isArray(value)) return value.length;
      return typeof value === 'object' && value !== null ? Object.keys(value).length : Nothing;
    },
  });
  return created;
}

/** A part of the library's compiled query: its classes are not exported, their fields are public. */
interface Part {
  readonly operator?: unknown;
  readonly token?: { readonly value: string };
  value?: unknown;
  evaluate?: (context: unknown) => unknown;
  readonly left?: Part;
  readonly right?: Part;
}

function operandOf(part: Part | undefined, context: unknown): unknown {
  const value = part?.evaluate?.(context);
  if (!(value instanceof JSONPathNodeList)) return value;
  return value.length === 0 ? Nothing : value.nodes[0]?.value;
}

const childFields = ['segments', 'selectors', 'expression', 'left', 'right', 'args', 'path'] as const;

/** Gives the filters of a compiled query exact literals and exact comparisons. */
function makeExact(node: unknown): void {
  if (Array.isArray(node)) for (const item of node) makeExact(item);
  if (typeof node !== 'object' || node === null) return;
  const part: Part = node;
  const compare = typeof part.operator === 'string' ? comparisons[part.operator] : undefined;
  if (compare !== undefined) {
    part.evaluate = (context) => compare(operandOf(part.left, context), operandOf(part.right, context));
  }
  if (typeof part.value === 'number' && part.token !== undefined) {
    part.value = toJsonPathNumber(part.token.value);
  }
  for (const field of childFields) makeExact(Reflect.get(node, field));
}

function valueAt(document: Value, location: readonly (string | number)[]): Value {
  let value: Value | undefined = document;
  for (const part of location) {
    if (typeof part === 'number') value = isList(value) ? value[part] : undefined;
    else value = isMap(value) ? value[part] : undefined;
  }
  return value ?? null;
}

function select(query: JSONPathQuery, document: Value): readonly Found[] {
  const found: Found[] = [];
  // The library's type has no BigInt and no readonly; it hands values through as they are.
  for (const { location } of query.lazyQuery(toJsonPathValue(document) as JSONValue)) {
    found.push({ location, value: valueAt(document, location) });
  }
  return found;
}

const tokenNames: Readonly<Record<string, string>> = {
  TOKEN_EOF: 'the end',
  TOKEN_RBRACKET: ']',
  TOKEN_LBRACKET: '[',
  TOKEN_COMMA: ',',
  TOKEN_COLON: ':',
  TOKEN_NAME: 'a name',
  TOKEN_INDEX: 'an index',
  TOKEN_WILD: '*',
  TOKEN_FILTER_START: '?',
  TOKEN_RPAREN: ')',
};

function nameToken(name: string): string {
  return tokenNames[name] ?? name.replace('TOKEN_', '').toLowerCase().replaceAll('_', ' ');
}

function messageFor(error: JSONPathError): string {
  const bare = error.message.replace(/ \('.*':-?\d+\)$/s, '');
  if (bare.startsWith("can't backup")) return 'the query ends where a name, an index or * must follow';
  if (bare.startsWith('bald')) return 'the query ends after "..", where a name, [ or * must follow';
  // The lexer's mark for blanks at the end.
  if (bare.includes('TOKEN_ERROR')) return 'blanks after the query';
  return bare
    .replace(/(?:token )?'?(TOKEN_\w+|NUMBER)'?/g, (_, name: string) => `"${nameToken(name)}"`)
    .replace(/ {2}/g, ' ');
}

/** Parses any query with the library; its numbers are compared exactly. */
export function queryJsonPath(text: string): Query {
  if (text.length > maxLength) {
    return { ok: false, message: `longer than ${maxLength} characters`, offset: maxLength };
  }
  if (!text.startsWith('$')) return { ok: false, message: 'a query starts with "$"', offset: 0 };
  try {
    environment ??= openEnvironment();
    const query = environment.compile(text);
    makeExact(query);
    return { ok: true, singular: query.singularQuery(), select: (document) => select(query, document) };
  } catch (error) {
    if (error instanceof JSONPathError) {
      const offset = Math.max(0, Math.min(error.token.index, text.length));
      return { ok: false, message: messageFor(error), offset };
    }
    if (error instanceof RangeError) return { ok: false, message: 'nested too deeply', offset: 0 };
    throw error;
  }
}
