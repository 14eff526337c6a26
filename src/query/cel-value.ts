import { Duration, Timestamp } from './cel-instant.ts';
import { Fault } from './evaluation.ts';
import { ExactNumber, isList, numberFrom, type Value, type ValueMap } from './value.ts';

/**
 * What expressions compute with. An int is a BigInt; a double is a number, or an ExactNumber as long as
 * nothing is computed with it, so that it leaves as it was written.
 */
export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | ExactNumber
  | string
  | Uint8Array
  | Uint
  | CelList
  | CelMap
  | Timestamp
  | Duration
  | CelType
  | Optional;

export type CelKey = string | bigint | boolean;

/** An unsigned integer of 64 bits. */
export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new Fault(`${value} does not fit into a uint`);
    this.value = value;
  }
}

/** A type as a value: `int` in `type(x) == int`. */
export class CelType {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class Optional {
  readonly value: CelValue | undefined;
  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

/** A list, made by the expression or read from outside; elements from outside are converted when read. */
export class CelList {
  readonly source: readonly Value[] | undefined;
  #items: readonly CelValue[] | undefined;

  constructor(items: readonly CelValue[] | undefined, source?: readonly Value[]) {
    this.#items = items;
    this.source = source;
  }

  get items(): readonly CelValue[] {
    this.#items ??= (this.source ?? []).map(toCel);
    return this.#items;
  }

  get length(): number {
    return (this.#items ?? this.source ?? []).length;
  }

  at(index: number): CelValue | undefined {
    if (this.#items !== undefined) return this.#items[index];
    const item = this.source?.[index];
    return item === undefined ? undefined : toCel(item);
  }
}

/** A map, made by the expression or read from outside; members from outside are converted when read. */
export class CelMap {
  readonly source: ValueMap | undefined;
  readonly #entries: ReadonlyMap<CelKey, CelValue>;

  constructor(entries: ReadonlyMap<CelKey, CelValue>, source?: ValueMap) {
    this.#entries = entries;
    this.source = source;
  }

  get(key: CelKey): CelValue | undefined {
    if (this.source === undefined) return this.#entries.get(key);
    if (typeof key !== 'string' || !Object.hasOwn(this.source, key)) return undefined;
    const member = this.source[key];
    return member === undefined ? undefined : toCel(member);
  }

  keys(): readonly CelKey[] {
    return this.source === undefined ? [...this.#entries.keys()] : Object.keys(this.source);
  }
}

const noEntries: ReadonlyMap<CelKey, CelValue> = new Map();

/** A JSON integer is an int, any other number a double. */
export function toCel(value: Value): CelValue {
  // A whole number from 1e21 on is written with an exponent, which makes it a double.
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (value instanceof ExactNumber) return value.isInteger ? BigInt(value.text) : value;
  return isList(value) ? new CelList(undefined, value) : new CelMap(noEntries, value);
}

/** A double stays one: 2 comes out as `2.0`. */
function fromDouble(value: number): Value {
  if (!Number.isFinite(value)) throw new Fault(`the result is ${value}, which is no JSON number`);
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? new ExactNumber(`${text}.0`) : value;
}

function fromMap(map: CelMap): Value {
  if (map.source !== undefined) return map.source;
  const members = map
    .keys()
    .map((key): [string, Value] => [String(key), fromCel(map.get(key) ?? null) ?? null]);
  return Object.fromEntries(members);
}

/** A result as JSON: timestamps and durations as text, a uint as integer; undefined for an empty optional. */
export function fromCel(value: CelValue): Value | undefined {
  if (typeof value === 'bigint') return numberFrom(value.toString());
  if (typeof value === 'number') return fromDouble(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber || value instanceof Uint8Array) return value;
  if (value instanceof CelMap) return fromMap(value);
  if (value instanceof CelList) return value.source ?? value.items.map((item) => fromCel(item) ?? null);
  if (value instanceof Optional) return value.value === undefined ? undefined : fromCel(value.value);
  if (value instanceof Uint) return numberFrom(value.value.toString());
  if (value instanceof CelType) throw new Fault(`the type ${value.name} is no value of a field`);
  return value.toString();
}

export type TypeName =
  | 'null'
  | 'bool'
  | 'int'
  | 'double'
  | 'string'
  | 'bytes'
  | 'uint'
  | 'list'
  | 'map'
  | 'timestamp'
  | 'duration'
  | 'type'
  | 'optional';

function objectType(value: object): TypeName {
  if (value instanceof CelMap) return 'map';
  if (value instanceof CelList) return 'list';
  if (value instanceof ExactNumber) return 'double';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Duration) return 'duration';
  if (value instanceof Optional) return 'optional';
  return value instanceof Uint ? 'uint' : 'type';
}

export function typeNameOf(value: CelValue): TypeName {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'boolean':
      return 'bool';
    default:
      return value === null ? 'null' : objectType(value);
  }
}

/** `a string`, `an int`: for messages. */
export function describeType(value: CelValue): string {
  return withArticle(typeNameOf(value));
}

export function withArticle(name: TypeName): string {
  if (name === 'null' || name === 'bytes') return name;
  return `${/^[aio]/.test(name) ? 'an' : 'a'} ${name}`;
}
