import type { Entries } from '../artifact/texts.ts';
import type { Scope } from '../query/expression.ts';
import { renderText } from '../query/text.ts';
import { isList, isMap, type Value } from '../query/value.ts';
import type { Parsed } from './parsed.ts';
import { ValueError } from './value-error.ts';

export type Pair = readonly [name: string, value: string];

/** Names and texts of a query, a form or headers; null leaves a pair out, a list repeats the name. */
export function renderPairs(parsed: Parsed, entries: Entries, scope: Scope): Pair[] {
  return entries.flatMap(([name, template]) => {
    const shown = parsed.text(name).render(scope);
    const value = parsed.template(template).evaluate(scope);
    const values = isList(value) ? value : [value];
    return values.filter((one) => one !== null).map((one): Pair => [shown, renderPlain(shown, one)]);
  });
}

function renderPlain(name: string, value: Value): string {
  if (isList(value) || isMap(value)) throw new ValueError(`"${name}" cannot take a list or an object here`);
  if (value instanceof Uint8Array) throw new ValueError(`"${name}" cannot take bytes here`);
  return renderText(value);
}
