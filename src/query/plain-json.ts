import { isWhole } from './number.ts';
import { ExactNumber, isList, isMap, type Value, type ValueMap } from './value.ts';

/** JSON with plain numbers, for a library that knows no others. */
export type PlainJson =
  | null
  | boolean
  | string
  | number
  | readonly PlainJson[]
  | { readonly [name: string]: PlainJson };

/** From a list or an object that was copied to the value that it was made of. */
const originals = new WeakMap<object, Value>();

/**
 * A double that is whole where the number is, else a fraction. Its size is only near: whoever compares looks at
 * the number itself.
 */
function plainNumber(number: ExactNumber): number {
  const double = Number(number.text);
  if (!isWhole(number)) return Number.isInteger(double) ? 0.5 : double;
  if (Number.isFinite(double)) return double;
  return double < 0 ? -Number.MAX_VALUE : Number.MAX_VALUE;
}

/** A list of one holds a whole document, so that it has a container too. */
export function plainList(list: readonly Value[]): readonly PlainJson[] {
  const items = list.map(plainFrom);
  if (items.every((item, index) => item === list[index])) return items;
  originals.set(items, list);
  return items;
}

function plainMap(map: ValueMap): PlainJson {
  const members = Object.entries(map).map(([name, member]) => [name, plainFrom(member)] as const);
  const plain = Object.fromEntries(members);
  if (members.some(([name, member]) => member !== map[name])) originals.set(plain, map);
  return plain;
}

/** Bytes, which JSON has not, become null. */
export function plainFrom(value: Value): PlainJson {
  if (value instanceof ExactNumber) return plainNumber(value);
  if (value instanceof Uint8Array) return null;
  if (isList(value)) return plainList(value);
  return isMap(value) ? plainMap(value) : value;
}

/** The value that a list or an object was made of. */
export function originalOf(plain: object): Value {
  // Without a number to keep, the copy is as good.
  return originals.get(plain) ?? (plain as Value);
}

/** The value that a part was made of: a number is known by the container in which it stands. */
export function originalAt(plain: PlainJson, container: object, key: string | number): Value {
  if (typeof plain === 'object' && plain !== null) return originalOf(plain);
  if (typeof plain !== 'number') return plain;
  const original = originalOf(container);
  if (isList(original)) return original[Number(key)] ?? plain;
  return isMap(original) ? (original[key] ?? plain) : plain;
}
