import { ExactNumber, isList, isMap, type Value } from '../query/value.ts';

/** What JSON itself can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const reserved = /^\$+(?:number|bytes|entries)$/;

const anyReserved = /"\$+(?:number|bytes|entries)"/;

/** Whether a JSON text may hold a value that has to be decoded; without one it means what it says. */
export function mayHoldEncoded(text: string): boolean {
  return anyReserved.test(text);
}

/** Canonical order of members: by UTF-16 code units (RFC 8785, 3.2.3). */
export function inCanonicalOrder(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
}

function encodeMap(map: { readonly [name: string]: Value }): Json {
  const names = Object.keys(map);
  const [only = '', second] = names;
  const entries = Object.entries(map).map(([name, value]) => [name, encodeValue(value)] as const);
  if (!inCanonicalOrder(names)) return { $entries: entries };
  if (second === undefined && reserved.test(only)) return { [`$${only}`]: encodeValue(map[only] ?? null) };
  return Object.fromEntries(entries);
}

/**
 * A value as JSON that loses nothing. Numbers that a double cannot give back as written: `{"$number":"1.0"}`;
 * bytes: `{"$bytes":"base64"}`; a map in an order that canonical JSON would not keep:
 * `{"$entries":[[name,value],…]}`; a map with only such a name in it gets one more `$`.
 */
export function encodeValue(value: Value): Json {
  if (value instanceof ExactNumber) return { $number: value.text };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (isList(value)) return value.map(encodeValue);
  return isMap(value) ? encodeMap(value) : value;
}

function isJsonMap(json: Json): json is { readonly [name: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function decodeEntries(json: Json): Value {
  if (!Array.isArray(json)) throw new TypeError('$entries is not a list');
  const entries = json.map((entry: Json): [string, Value] => {
    const [name, value] = Array.isArray(entry) ? (entry as readonly Json[]) : [];
    if (typeof name !== 'string' || value === undefined) throw new TypeError('$entries holds no pairs');
    return [name, decodeValue(value)];
  });
  return Object.fromEntries(entries);
}

/** The value of a map whose only member has a reserved name. */
function decodeReserved(name: string, json: Json): Value {
  if (name === '$entries') return decodeEntries(json);
  if (name !== '$number' && name !== '$bytes') return { [name.slice(1)]: decodeValue(json) };
  if (typeof json !== 'string') throw new TypeError(`${name} is not a text`);
  return name === '$number' ? new ExactNumber(json) : new Uint8Array(Buffer.from(json, 'base64'));
}

/** The inverse of `encodeValue`. Throws TypeError for what it cannot have written. */
export function decodeValue(json: Json): Value {
  if (Array.isArray(json)) return json.map(decodeValue);
  if (!isJsonMap(json)) return json as null | boolean | number | string;
  const [only = '', second] = Object.keys(json);
  if (second === undefined && reserved.test(only)) return decodeReserved(only, json[only] ?? null);
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, decodeValue(value)]));
}
