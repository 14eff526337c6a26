import { parseJson } from '../query/json.ts';
import type { Value, ValueMap } from '../query/value.ts';
import type { WireResponse } from './wire.ts';

/** A response as targets and expressions read it; text and JSON are made when first asked for. */
export interface Answer {
  readonly status: number;
  readonly response: WireResponse;
  /** Each value of a repeated header, in order. */
  headers(name: string): readonly string[];
  /** All values of a header, in order, by its name in any case; undefined where it is not there. */
  header(name: string): string | undefined;
  headerNames(): readonly string[];
  text(): string;
  /** The body as JSON, whatever its content type. */
  json(): { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string };
  /** What `response` is in an expression; `body` is missing where it is not JSON. */
  view(): ValueMap;
}

export function createAnswer(response: WireResponse): Answer {
  let headers: Map<string, string> | undefined;
  let text: string | undefined;
  let json: ReturnType<Answer['json']> | undefined;
  let view: ValueMap | undefined;
  const joined = (): Map<string, string> => {
    headers ??= joinHeaders(response.headers);
    return headers;
  };
  const answer: Answer = {
    status: response.status,
    response,
    headers: (name) =>
      response.headers.flatMap(([one, value]) => (one.toLowerCase() === name.toLowerCase() ? [value] : [])),
    header: (name) => joined().get(name.toLowerCase()),
    headerNames: () => [...joined().keys()],
    text() {
      text ??= response.text();
      return text;
    },
    json() {
      json ??= readJson(answer.text(), joined().get('content-type') ?? '');
      return json;
    },
    view() {
      view ??= createView(answer, joined());
      return view;
    },
  };
  return answer;
}

/** A repeated header joins with ", " (RFC 9110, 5.3). */
function joinHeaders(headers: WireResponse['headers']): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = joined.get(key);
    joined.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return joined;
}

function readJson(text: string, contentType: string): ReturnType<Answer['json']> {
  if (/^application\/(?:jsonl|x-ndjson)\b/i.test(contentType)) return readJsonLines(text);
  if (text.trim() === '') return { ok: false, message: 'the body is empty' };
  const parsed = parseJson(text);
  if (parsed.ok) return parsed;
  return { ok: false, message: `the body is not JSON: ${parsed.message}` };
}

function readJsonLines(text: string): ReturnType<Answer['json']> {
  const values: Value[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseJson(line);
    if (!parsed.ok)
      return { ok: false, message: `line ${index + 1} of the body is not JSON: ${parsed.message}` };
    values.push(parsed.value);
  }
  return { ok: true, value: values };
}

function createView(answer: Answer, headers: ReadonlyMap<string, string>): ValueMap {
  const json = answer.json();
  return {
    status: answer.status,
    headers: Object.fromEntries(headers),
    ...(json.ok ? { body: json.value } : {}),
  };
}
