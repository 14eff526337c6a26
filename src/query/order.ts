import { compareTexts } from './characters.ts';
import { compareNumbers } from './number.ts';
import { isList, isMap, isNumber, typeOf, type Value, type ValueMap } from './value.ts';

const typeOrder = ['null', 'boolean', 'number', 'string', 'array', 'object', 'bytes'];

function compareItems<T>(a: ArrayLike<T>, b: ArrayLike<T>, compare: (left: T, right: T) => number): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = compare(a[index] as T, b[index] as T);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareMaps(a: ValueMap, b: ValueMap): number {
  const names = [a, b].map((map) => Object.keys(map).sort(compareTexts));
  const [left = [], right = []] = names;
  const order = compareItems(left, right, compareTexts);
  if (order !== 0) return order;
  return compareItems(left, left, (name) => compareValues(a[name] ?? null, b[name] ?? null));
}

function compareAlike(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (isList(a) && isList(b)) return compareItems(a, b, compareValues);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareItems(a, b, (x, y) => x - y);
  if (isMap(a) && isMap(b)) return compareMaps(a, b);
  return Number(a) - Number(b);
}

/**
 * A total order that agrees with equality: by JSON type (null, booleans, numbers, texts, lists, objects),
 * then numbers by size, texts by code point, lists element by element, objects by names and then values.
 */
export function compareValues(a: Value, b: Value): number {
  const byType = typeOrder.indexOf(typeOf(a)) - typeOrder.indexOf(typeOf(b));
  return byType === 0 ? compareAlike(a, b) : byType;
}

export function sortValues(values: readonly Value[]): readonly Value[] {
  return [...values].sort(compareValues);
}

interface Placed {
  readonly value: Value;
  readonly index: number;
}

/** Sorted, and of equal values the first one first. */
function sortPlaced(values: readonly Value[]): readonly Placed[] {
  return values.map((value, index) => ({ value, index })).sort((a, b) => compareValues(a.value, b.value));
}

function repeats(sorted: readonly Placed[], at: number): boolean {
  const [before, here] = [sorted[at - 1], sorted[at]];
  return before !== undefined && here !== undefined && compareValues(before.value, here.value) === 0;
}

/** Each value once, where it stands first. */
export function uniqueValues(values: readonly Value[]): readonly Value[] {
  const sorted = sortPlaced(values);
  const firsts = sorted.filter((_, at) => !repeats(sorted, at));
  return firsts.sort((a, b) => a.index - b.index).map(({ value }) => value);
}

export function hasRepeated(values: readonly Value[]): boolean {
  const sorted = sortPlaced(values);
  return sorted.some((_, at) => repeats(sorted, at));
}
