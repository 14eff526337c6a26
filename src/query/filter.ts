import { decodeBase64, encodeBase64, encodeHex } from './byte-encodings.ts';
import { charactersOf } from './characters.ts';
import { parseInstant } from './date-text.ts';
import { parseJson, stringifyJson } from './json.ts';
import { decodeJwt } from './jwt.ts';
import { sortValues, uniqueValues } from './order.ts';
import { groupOf, knownPattern } from './regex.ts';
import { renderText, ValueError } from './text.ts';
import {
  bytesOf,
  type Content,
  contentOf,
  decodeBase64Url,
  decodePercent,
  encodeBase64Url,
  encodePercent,
} from './text-encodings.ts';
import { isList, isMap, isNumber, numberFrom, type Value } from './value.ts';
import { formatValue } from './value-format.ts';

/** Filters without an argument. */
type PlainName = keyof typeof plainFilters;

export type Filter =
  | { readonly kind: PlainName }
  | { readonly kind: 'nth'; readonly index: number }
  | { readonly kind: 'map'; readonly filters: readonly Filter[] }
  | { readonly kind: 'split'; readonly separator: string }
  | { readonly kind: 'join'; readonly separator: string }
  | { readonly kind: 'replace'; readonly pattern: string; readonly with: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'format'; readonly format: string };

type Result = Value | undefined;
type Apply = (value: Value) => Result;

function ofList(apply: (list: readonly Value[]) => Result): Apply {
  return (value) => (isList(value) ? apply(value) : undefined);
}

function ofText(apply: (text: string) => Result): Apply {
  return (value) => (typeof value === 'string' ? apply(value) : undefined);
}

/** A text, as its UTF-8, or bytes. */
function ofContent(apply: (content: Content) => Result): Apply {
  return (value) => (typeof value === 'string' || value instanceof Uint8Array ? apply(value) : undefined);
}

function decoder(decode: (text: string) => Uint8Array | undefined): Apply {
  return ofText((text) => {
    const bytes = decode(text);
    return bytes === undefined ? undefined : contentOf(bytes);
  });
}

function count(value: Value): Result {
  if (isList(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : undefined;
}

function toNumber(value: Value): Result {
  if (isNumber(value)) return value;
  const [, sign, digits] = /^([+-]?)0*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.exec(String(value)) ?? [];
  if (typeof value !== 'string' || digits === undefined) return undefined;
  return numberFrom(`${sign === '-' ? '-' : ''}${digits}`);
}

function encodeJson(value: Value): Result {
  try {
    return stringifyJson(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function decodeJson(text: string): Result {
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : undefined;
}

const plainFilters = {
  first: ofList((list) => list[0]),
  last: ofList((list) => list.at(-1)),
  // The target gives all its matches to it; one value that is no list is the only one.
  all: (value: Value): Result => (isList(value) ? value : [value]),
  count,
  keys: (value: Value): Result => (isMap(value) ? Object.keys(value) : undefined),
  values: (value: Value): Result => (isMap(value) ? Object.values(value) : undefined),
  sort: ofList(sortValues),
  unique: ofList(uniqueValues),
  lowercase: ofText((text) => text.toLowerCase()),
  uppercase: ofText((text) => text.toUpperCase()),
  trim: ofText((text) => text.trim()),
  toNumber,
  toDate: (value: Value): Result => parseInstant(value)?.toString(),
  jsonDecode: ofText(decodeJson),
  jsonEncode: encodeJson,
  base64Decode: decoder(decodeBase64),
  base64Encode: ofContent((content) => encodeBase64(bytesOf(content))),
  base64UrlDecode: decoder(decodeBase64Url),
  base64UrlEncode: ofContent((content) => encodeBase64Url(bytesOf(content))),
  urlDecode: ofText(decodePercent),
  urlEncode: ofContent(encodePercent),
  hex: ofContent((content) => encodeHex(bytesOf(content))),
  jwtDecode: ofText(decodeJwt),
} satisfies Readonly<Record<string, Apply>>;

/** The names of all filters, as the language writes them. */
export const filterNames: readonly string[] = [
  ...Object.keys(plainFilters),
  ...['nth', 'map', 'split', 'join', 'replace', 'regex', 'format'],
];

/** Each element by the filters; absent where one of them is. */
function mapElements(list: readonly Value[], filters: readonly Filter[]): Result {
  const mapped = list.map((element) => applyFilters(filters, element));
  return mapped.every((value) => value !== undefined) ? mapped : undefined;
}

function join(list: readonly Value[], separator: string): Result {
  try {
    return list.map(renderText).join(separator);
  } catch (error) {
    if (error instanceof ValueError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function search(text: string, pattern: string): Result {
  const parsed = knownPattern(pattern);
  const match = parsed.ok ? parsed.pattern.exec(text) : null;
  return match === null ? undefined : groupOf(match);
}

/** Every match; `$1`, `$<name>` and `$&` stand for what was found (ECMA-262, GetSubstitution). */
function replaceMatches(text: string, pattern: string, replacement: string): Result {
  const parsed = knownPattern(pattern);
  return parsed.ok ? text.replace(new RegExp(parsed.pattern, 'gu'), replacement) : undefined;
}

function applyFilter(filter: Filter, value: Value): Result {
  switch (filter.kind) {
    case 'nth':
      return ofList((list) => list.at(filter.index))(value);
    case 'map':
      return ofList((list) => mapElements(list, filter.filters))(value);
    case 'split':
      return ofText((text) => (filter.separator === '' ? charactersOf(text) : text.split(filter.separator)))(
        value,
      );
    case 'join':
      return ofList((list) => join(list, filter.separator))(value);
    case 'replace':
      return ofText((text) => replaceMatches(text, filter.pattern, filter.with))(value);
    case 'regex':
      return ofText((text) => search(text, filter.pattern))(value);
    case 'format':
      return formatValue(value, filter.format);
    default:
      return plainFilters[filter.kind](value);
  }
}

/**
 * Applies filters from left to right. Absent, or a value that a filter does not fit, is undefined, and stays
 * so. A target with several matches gives them as a list where `all` comes first, else its first match alone.
 */
export function applyFilters(filters: readonly Filter[], value: Value | undefined): Value | undefined {
  let result = value;
  for (const filter of filters) {
    if (result === undefined) return undefined;
    result = applyFilter(filter, result);
  }
  return result;
}

/** The filters ask for all matches of their target. */
export function wantsAll(filters: readonly Filter[]): boolean {
  return filters[0]?.kind === 'all';
}
