import { compareNumbers } from './number.ts';
import { ExactNumber, isList, isMap, isNumber, type Value, type ValueMap } from './value.ts';

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, index) => equalValues(item, b[index] ?? null));
}

function equalMaps(a: ValueMap, b: ValueMap): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && equalValues(a[name] ?? null, b[name] ?? null));
}

/**
 * JSON equality: no conversion of types; the order of members does not matter, that of elements does;
 * `1` equals `1.0`; numbers of any size are compared as written. Bytes equal the same bytes.
 */
export function equalValues(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (isNumber(a) && isNumber(b)) {
    if (a instanceof ExactNumber || b instanceof ExactNumber) return compareNumbers(a, b) === 0;
    return false;
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b);
  if (isList(a) && isList(b)) return equalLists(a, b);
  return isMap(a) && isMap(b) && equalMaps(a, b);
}
