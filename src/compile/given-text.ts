import type { InputType } from '../artifact/types.ts';
import { parseJson } from '../query/json.ts';
import { isList, isMap, isNumber, type Value } from '../query/value.ts';

/** What `--set NAME=TEXT` gives: name and text; undefined where there is no `=`, or no name. */
export function splitGiven(given: string): { name: string; text: string } | undefined {
  const at = given.indexOf('=');
  return at < 1 ? undefined : { name: given.slice(0, at).trim(), text: given.slice(at + 1) };
}

function parseTyped(text: string, fits: (value: Value) => boolean): Value | undefined {
  const parsed = parseJson(text.trim());
  return parsed.ok && fits(parsed.value) ? parsed.value : undefined;
}

const readers: Readonly<Record<InputType, (text: string) => Value | undefined>> = {
  string: (text) => text,
  number: (text) => parseTyped(text, isNumber),
  integer: (text) => parseTyped(text, isNumber),
  boolean: (text) => parseTyped(text, (value) => typeof value === 'boolean'),
  array: (text) => parseTyped(text, isList),
  object: (text) => parseTyped(text, isMap),
};

/** A text of the command line as the declared type; a text that cannot be one stays a text, which the type refuses. */
export function readGiven(text: string, type: InputType | undefined): Value {
  return type === undefined ? text : (readers[type](text) ?? text);
}
