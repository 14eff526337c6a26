import { endOfString, readJson } from './json-reader.ts';
import { ExactNumber, isList, type Value, type ValueMap } from './value.ts';

/** Lists and objects nest at most this deep. */
export const maxJsonDepth = 500;

export type ParsedJson =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/**
 * A number that a double could not give back as written, where numbers stand in JSON: 16 digits and more,
 * a fraction ending in 0, an exponent, seven places below zero, or `-0`. Texts in strings may match too,
 * which only costs time.
 */
const inexactNumber =
  /(?:^|[[:,])\s*-?(?:[\d.]{16,}|\d+\.\d*0(?!\d)|\d+(?:\.\d+)?[eE]|0\.0{6}|(?<=-)0(?![.\d]))/;

/** Brackets nest deeper; a text that is no JSON may give any answer. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === 0x22) {
      const end = endOfString(text, at);
      if (end === -1) return false;
      at = end - 1;
    } else if (sign === 0x5b || sign === 0x7b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (sign === 0x5d || sign === 0x7d) depth -= 1;
  }
  return false;
}

/** JSON (RFC 8259) with every number as written. Of members with one name the last one wins. */
export function parseJson(text: string): ParsedJson {
  // A level takes two brackets, so that most texts are too short to be deep.
  const isDeep = text.length > maxJsonDepth * 2 && isDeeperThan(text, maxJsonDepth);
  if (isDeep || inexactNumber.test(text)) return readJson(text, maxJsonDepth);
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // The reader finds the place.
    return readJson(text, maxJsonDepth);
  }
}

function stringifyMembers(value: ValueMap): string {
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${stringifyJson(member)}`,
  );
  return `{${members.join(',')}}`;
}

/** Compact JSON, numbers as written. @throws TypeError on what JSON has not: bytes, NaN, infinities. */
export function stringifyJson(value: Value): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
    throw new TypeError(`JSON has no ${value}`);
  }
  if (value instanceof Uint8Array) throw new TypeError('JSON has no bytes');
  if (isList(value)) return `[${value.map(stringifyJson).join(',')}]`;
  return stringifyMembers(value);
}
