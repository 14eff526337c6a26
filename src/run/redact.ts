import type { Redaction } from '../artifact/redaction.ts';
import { equalValues } from '../query/equal.ts';
import { stringifyJson } from '../query/json.ts';
import { type JsonPath, normalizePath } from '../query/jsonpath.ts';
import { isList, isMap, isNumber, type Value } from '../query/value.ts';
import { type Documents, readDocuments } from './documents.ts';
import { masked } from './mask.ts';
import type { Parsed } from './parsed.ts';

type Headers = readonly (readonly [name: string, value: string])[];

/** Headers and bodies that are looked through. */
export interface Exchanged {
  readonly headers: readonly Headers[];
  /** Texts of bodies; what is no JSON holds nothing that a path could name. */
  readonly bodies: readonly string[];
}

/** Knows what the project wants to be shown nowhere. */
export interface Redactor {
  /** Nothing is to be hidden: nothing has to be looked through. */
  readonly isIdle: boolean;
  hidesHeader(name: string): boolean;
  /** A body with `***` in place of what is hidden; the text itself where nothing is. */
  body(text: string): string;
  /** What is hidden, as texts. */
  find(exchanged: Exchanged): readonly string[];
}

export function createRedactor(redaction: Redaction | undefined, parsed: Parsed): Redactor {
  const names = new Set(redaction?.headers);
  const paths = redaction?.body.map((path) => parsed.path(path)) ?? [];
  const hidesHeader = (name: string): boolean => names.has(name.toLowerCase());
  const documentsOf = (text: string): Documents | undefined =>
    paths.length === 0 ? undefined : readDocuments(text);
  return {
    isIdle: names.size + paths.length === 0,
    hidesHeader,
    body(text) {
      const documents = documentsOf(text);
      return documents === undefined ? text : redactDocuments(documents, paths, text);
    },
    find({ headers, bodies }) {
      const ofHeaders = names.size === 0 ? [] : headers.flatMap((one) => headerTexts(one, hidesHeader));
      const ofBodies = bodies.flatMap((text) => {
        const documents = documentsOf(text);
        return documents === undefined ? [] : documentTexts(documents, paths);
      });
      return [...new Set([...ofHeaders, ...ofBodies])].filter((text) => text !== '');
    },
  };
}

/**
 * Each value, and of a header that repeats what its values are joined to (RFC 9110, 5.3). Of credentials and
 * cookies also what is secret in them: it is that which a body repeats.
 */
function headerTexts(headers: Headers, hides: (name: string) => boolean): readonly string[] {
  const byName = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (hides(key)) byName.set(key, [...(byName.get(key) ?? []), value]);
  }
  return [...byName].flatMap(([name, values]) => [
    ...values,
    values.join(', '),
    ...values.flatMap((value) => secretParts(name, value)),
  ]);
}

function secretParts(name: string, value: string): readonly string[] {
  switch (name) {
    case 'authorization':
    case 'proxy-authorization':
      return [value.slice(value.indexOf(' ') + 1)];
    case 'cookie':
      return value.split(';').map(cookieValue);
    case 'set-cookie':
      return value.split(';', 1).map(cookieValue);
    default:
      return [];
  }
}

/** What has no name is a value, too (RFC 6265bis, 5.6). */
function cookieValue(pair: string): string {
  return pair.slice(pair.indexOf('=') + 1).trim();
}

function documentTexts(documents: Documents, paths: readonly JsonPath[]): readonly string[] {
  const looked = documents.kind === 'one' ? [documents.value] : [listOf(documents), ...listOf(documents)];
  return looked.flatMap((value) =>
    paths.flatMap((path) => path.select(value).flatMap((selected) => textsOf(selected.value))),
  );
}

/** A number counts as its text: as of a short secret, it is hidden where it is a whole value. */
function textsOf(value: Value): readonly string[] {
  if (isList(value)) return value.flatMap(textsOf);
  if (isNumber(value)) return [stringifyJson(value)];
  if (isMap(value)) return Object.values(value).flatMap(textsOf);
  return typeof value === 'string' ? [value] : [];
}

function redactDocuments(documents: Documents, paths: readonly JsonPath[], text: string): string {
  if (documents.kind === 'one') {
    const hidden = redactValue(documents.value, paths);
    return hidden === documents.value ? text : stringifyJson(hidden);
  }
  const values = listOf(documents);
  const list = redactValue(values, paths);
  const shown = isList(list) ? list : values.map(() => masked);
  let index = 0;
  const lines = documents.lines.map((line) => {
    if (line.value === undefined) return line.text;
    const hidden = replaceAt(shown[index] ?? null, placesIn(line.value, paths), []);
    index += 1;
    return equalValues(hidden, line.value) ? line.text : stringifyJson(hidden);
  });
  return lines.join('\n');
}

function listOf({ lines }: Extract<Documents, { kind: 'lines' }>): readonly Value[] {
  return lines.flatMap(({ value }) => (value === undefined ? [] : [value]));
}

/** The value itself where no path leads into it. */
function redactValue(value: Value, paths: readonly JsonPath[]): Value {
  const places = placesIn(value, paths);
  return places.size === 0 ? value : replaceAt(value, places, []);
}

function placesIn(value: Value, paths: readonly JsonPath[]): ReadonlySet<string> {
  return new Set(paths.flatMap((path) => path.select(value).map(({ location }) => normalizePath(location))));
}

function replaceAt(value: Value, places: ReadonlySet<string>, location: readonly (string | number)[]): Value {
  if (places.has(normalizePath(location))) return masked;
  if (isList(value)) return value.map((element, index) => replaceAt(element, places, [...location, index]));
  if (!isMap(value)) return value;
  const members = Object.entries(value);
  return Object.fromEntries(
    members.map(([name, member]) => [name, replaceAt(member, places, [...location, name])]),
  );
}
