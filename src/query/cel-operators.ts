import { Duration, Timestamp } from './cel-instant.ts';
import {
  type CelKey,
  CelList,
  CelMap,
  CelType,
  type CelValue,
  describeType,
  Optional,
  typeNameOf,
  Uint,
} from './cel-value.ts';
import { compareTexts } from './characters.ts';
import { Fault } from './evaluation.ts';
import { ExactNumber } from './value.ts';

export type Arithmetic = '+' | '-' | '*' | '/' | '%';

/** A double that is still as written becomes the double that it stands for. */
export function settle(value: CelValue): CelValue {
  return value instanceof ExactNumber ? Number(value.text) : value;
}

/** @throws Fault beyond 64 bits. */
export function checkInt(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new Fault('the result does not fit into an integer of 64 bits');
}

function divideInts(op: '/' | '%', a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Fault('division by zero');
  return op === '/' ? a / b : a % b;
}

function computeInts(op: Arithmetic, a: bigint, b: bigint): bigint {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    default:
      return divideInts(op, a, b);
  }
}

function computeDoubles(op: Arithmetic, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

function computeTimes(op: Arithmetic, a: CelValue, b: CelValue): CelValue | undefined {
  if (op !== '+' && op !== '-') return undefined;
  const sign = op === '+' ? 1n : -1n;
  if (b instanceof Duration) {
    if (a instanceof Timestamp) return new Timestamp(a.nanos + sign * b.nanos);
    if (a instanceof Duration) return new Duration(a.nanos + sign * b.nanos);
  }
  if (!(b instanceof Timestamp)) return undefined;
  if (a instanceof Duration && op === '+') return new Timestamp(a.nanos + b.nanos);
  return a instanceof Timestamp && op === '-' ? new Duration(a.nanos - b.nanos) : undefined;
}

function join(a: CelValue, b: CelValue): CelValue | undefined {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (a instanceof CelList && b instanceof CelList) return new CelList([...a.items, ...b.items]);
  return a instanceof Uint8Array && b instanceof Uint8Array ? joinBytes(a, b) : undefined;
}

function refuse(op: string, a: CelValue, b: CelValue): never {
  const fix =
    op === '+' && (typeof a === 'string') !== (typeof b === 'string')
      ? 'turn it into text with string(…)'
      : undefined;
  throw new Fault(`${describeType(a)} ${op} ${describeType(b)} has no meaning`, fix);
}

function isNumeric(value: CelValue): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

/** Arithmetic; an int with a double gives a double. @throws Fault beyond 64 bits, or where types do not fit. */
export function compute(op: Arithmetic, left: CelValue, right: CelValue): CelValue {
  const a = settle(left);
  const b = settle(right);
  if (typeof a === 'bigint' && typeof b === 'bigint') return checkInt(computeInts(op, a, b));
  if (isNumeric(a) && isNumeric(b)) return computeDoubles(op, Number(a), Number(b));
  if (a instanceof Uint && b instanceof Uint) return new Uint(computeInts(op, a.value, b.value));
  const joined = op === '+' ? join(a, b) : undefined;
  return joined ?? computeTimes(op, a, b) ?? refuse(op, a, b);
}

export function negate(operand: CelValue): CelValue {
  const value = settle(operand);
  if (typeof value === 'bigint') return checkInt(-value);
  if (typeof value === 'number') return -value;
  if (value instanceof Duration) return new Duration(-value.nanos);
  throw new Fault(`-${typeNameOf(value)} has no meaning`);
}

/** A number of any type as one that JavaScript compares exactly with any other. */
function comparable(value: CelValue): bigint | number | undefined {
  const settled = settle(value);
  if (settled instanceof Uint) return settled.value;
  return isNumeric(settled) ? settled : undefined;
}

function equalLists(a: CelList, b: CelList): boolean {
  return a.length === b.length && a.items.every((item, index) => equal(item, b.at(index) ?? null));
}

function equalMaps(a: CelMap, b: CelMap): boolean {
  const keys = a.keys();
  return (
    keys.length === b.keys().length &&
    keys.every((key) => {
      const other = b.get(key);
      return other !== undefined && equal(a.get(key) ?? null, other);
    })
  );
}

function equalObjects(a: CelValue, b: CelValue): boolean {
  if (a instanceof CelList && b instanceof CelList) return equalLists(a, b);
  if (a instanceof CelMap && b instanceof CelMap) return equalMaps(a, b);
  if (a instanceof CelType && b instanceof CelType) return a.name === b.name;
  if (a instanceof Optional && b instanceof Optional) {
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return equal(a.value, b.value);
  }
  const sameType = typeNameOf(a) === typeNameOf(b);
  return sameType && order(a, b) === 0;
}

/** Values of different types are not equal; numbers of different types are compared by their size. */
export function equal(a: CelValue, b: CelValue): boolean {
  const left = comparable(a);
  const right = comparable(b);
  if (left !== undefined && right !== undefined) return left >= right && left <= right;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  return equalObjects(a, b);
}

function compareBytes(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  if (at === -1) return a.length === b.length ? 0 : -1;
  return (a[at] ?? 0) < (b[at] ?? -1) ? -1 : 1;
}

function compareSizes(a: bigint | number, b: bigint | number): -1 | 0 | 1 | undefined {
  if (a < b) return -1;
  if (a > b) return 1;
  return a >= b ? 0 : undefined;
}

function instantOf(value: CelValue): bigint | undefined {
  return value instanceof Timestamp || value instanceof Duration ? value.nanos : undefined;
}

/** -1, 0, 1; undefined beside NaN, and for values that have no order. */
function order(a: CelValue, b: CelValue): -1 | 0 | 1 | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return compareSizes(Number(a), Number(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  const left = comparable(a) ?? instantOf(a);
  const right = comparable(b) ?? instantOf(b);
  return left === undefined || right === undefined ? undefined : compareSizes(left, right);
}

const ordered = new Set(['int', 'uint', 'double']);
const orderedAlone = new Set(['string', 'bool', 'bytes', 'timestamp', 'duration']);

/** -1, 0, 1, or NaN beside NaN. @throws Fault for types without a common order. */
export function compare(a: CelValue, b: CelValue): number {
  const left = typeNameOf(a);
  const right = typeNameOf(b);
  const fits = (ordered.has(left) && ordered.has(right)) || (left === right && orderedAlone.has(left));
  if (!fits) throw new Fault(`${describeType(a)} and ${describeType(b)} have no order`);
  return order(a, b) ?? Number.NaN;
}

/** The key under which a map would hold it; undefined where none could. */
export function keyFrom(value: CelValue): CelKey | undefined {
  const settled = settle(value);
  if (typeof settled === 'string' || typeof settled === 'boolean' || typeof settled === 'bigint')
    return settled;
  if (settled instanceof Uint) return settled.value;
  return typeof settled === 'number' && Number.isInteger(settled) ? BigInt(settled) : undefined;
}

/** An element or member; undefined where there is none. */
export function lookUp(container: CelValue, key: CelValue): CelValue | undefined {
  const at = keyFrom(key);
  if (at === undefined) return undefined;
  if (container instanceof CelMap) return container.get(at);
  return container instanceof CelList && typeof at === 'bigint' ? container.at(Number(at)) : undefined;
}

/** `in`: an element of a list, a key of a map. */
export function isIn(item: CelValue, container: CelValue): boolean {
  if (container instanceof CelList) return container.items.some((other) => equal(item, other));
  if (container instanceof CelMap) return lookUp(container, item) !== undefined;
  const fix = typeof container === 'string' ? 'a text is searched with text.contains(part)' : undefined;
  throw new Fault(`"in" wants a list or a map on its right, not ${describeType(container)}`, fix);
}
