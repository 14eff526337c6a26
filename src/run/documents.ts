import { parseJson } from '../query/json.ts';
import { isList, isMap, type Value } from '../query/value.ts';

/** The JSON in a body: all of it, or line by line. */
export type Documents =
  | { readonly kind: 'one'; readonly value: Value }
  /** `value` is absent for a line that is no JSON. */
  | { readonly kind: 'lines'; readonly lines: readonly Line[] };

interface Line {
  readonly text: string;
  readonly value?: Value;
}

/** Whatever its content type says; undefined for what is no JSON. */
export function readDocuments(text: string): Documents | undefined {
  const whole = parseJson(text);
  if (whole.ok) return { kind: 'one', value: whole.value };
  const lines = text.split('\n').map(readLine);
  const structured = lines.some(({ value }) => value !== undefined && (isMap(value) || isList(value)));
  return structured ? { kind: 'lines', lines } : undefined;
}

function readLine(text: string): Line {
  const parsed = parseJson(text);
  return parsed.ok ? { text, value: parsed.value } : { text };
}
