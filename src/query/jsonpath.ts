import { queryJsonPath } from './jsonpath-query.ts';
import { isList, isMap, type Value } from './value.ts';

export interface Selected {
  readonly location: Location;
  readonly value: Value;
}

/** A JSONPath query (RFC 9535) over exact values. */
export interface JsonPath {
  readonly text: string;
  /** Gives one value or none (RFC 9535, 2.3.5.1). */
  readonly singular: boolean;
  select(document: Value): readonly Selected[];
}

export type ParsedJsonPath =
  | { readonly ok: true; readonly path: JsonPath }
  | { readonly ok: false; readonly message: string; readonly offset: number };

export type Location = readonly (string | number)[];

const plainSegment =
  /\.([\u0080-\uFFFFa-zA-Z_][\u0080-\uFFFFa-zA-Z0-9_-]*)|\[(0|-?[1-9]\d{0,14})\]|\['([^'\\\p{Cc}]*)'\]|\["([^"\\\p{Cc}]*)"\]/uy;

/** The names and indexes of a plain `$.a.b[0]['c']`; undefined for any other query. */
function plainLocation(text: string): Location | undefined {
  if (!text.startsWith('$')) return undefined;
  const location: (string | number)[] = [];
  plainSegment.lastIndex = 1;
  while (plainSegment.lastIndex < text.length) {
    const found = plainSegment.exec(text);
    if (found === null) return undefined;
    const [, name, index, single, double] = found;
    location.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index));
  }
  return location;
}

const nameEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  "'": "\\'",
  '\\': '\\\\',
};

function normalizeName(name: string): string {
  // Everything below a space, the quote and the backslash.
  return name.replace(
    /['\\]|[^ -\uffff]/g,
    (sign) => nameEscapes[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The normalized path of a location (RFC 9535, 2.7). */
export function normalizePath(location: Location): string {
  return `$${location.map((part) => (typeof part === 'number' ? `[${part}]` : `['${normalizeName(part)}']`)).join('')}`;
}

function selectPlain(document: Value, wanted: Location): readonly Selected[] {
  let value = document;
  const location: (string | number)[] = [];
  for (const part of wanted) {
    let next: Value | undefined;
    let place = part;
    if (typeof part === 'string') {
      if (isMap(value) && Object.hasOwn(value, part)) next = value[part];
    } else if (isList(value)) {
      place = part < 0 ? value.length + part : part;
      next = value[place];
    }
    if (next === undefined) return [];
    location.push(place);
    value = next;
  }
  return [{ location, value }];
}

/**
 * Parses a query. Beyond the RFC's grammar a shorthand name may hold `-` after its first sign
 * (`$.dist-tags`). Plain paths, nearly all there are, never reach the library.
 */
export function parseJsonPath(text: string): ParsedJsonPath {
  const plain = plainLocation(text);
  if (plain !== undefined) {
    return { ok: true, path: { text, singular: true, select: (document) => selectPlain(document, plain) } };
  }
  const parsed = queryJsonPath(text);
  if (!parsed.ok) return parsed;
  return { ok: true, path: { text, singular: parsed.singular, select: parsed.select } };
}
