import { compareTexts } from './characters.ts';
import { ExactNumber, isList, type Value } from './value.ts';

/** What the JSONPath library computes with: JSON with plain numbers, and BigInt for integers past 2^53. */
export type JsonPathValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | readonly JsonPathValue[]
  | { readonly [name: string]: JsonPathValue };

/** A JSON number as the library compares it. */
export function toJsonPathNumber(text: string): number | bigint {
  const double = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(double) ? BigInt(text) : double;
}

function toJsonPathMap(value: { readonly [name: string]: Value }): JsonPathValue {
  const members = Object.entries(value);
  const converted = members.map(([name, member]) => [name, toJsonPathValue(member)] as const);
  if (converted.every(([, member], index) => member === members[index]?.[1])) {
    return value as { readonly [name: string]: JsonPathValue };
  }
  return Object.fromEntries(converted);
}

/** The same document for the library; parts without exact numbers are shared, not copied. */
export function toJsonPathValue(value: Value): JsonPathValue {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber) return toJsonPathNumber(value.text);
  if (value instanceof Uint8Array) return null;
  if (!isList(value)) return toJsonPathMap(value);
  const items = value.map(toJsonPathValue);
  return items.every((item, index) => item === value[index]) ? (value as readonly JsonPathValue[]) : items;
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  // Neither less nor greater: exact between BigInt and double.
  if (isNumeric(a) && isNumeric(b)) return !(a < b) && !(a > b);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
  );
}

function less(a: unknown, b: unknown): boolean {
  if (isNumeric(a) && isNumeric(b)) return a < b;
  return typeof a === 'string' && typeof b === 'string' && compareTexts(a, b) < 0;
}

/** The comparisons of RFC 9535, 2.3.5.2.2, exact between integers of any size and doubles. */
export const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '==': equal,
  '!=': (a, b) => !equal(a, b),
  '<': less,
  '>': (a, b) => less(b, a),
  '<=': (a, b) => less(a, b) || equal(a, b),
  '>=': (a, b) => less(b, a) || equal(a, b),
};
