import { isMap, type Value } from '../query/value.ts';
import type { Answer } from './answer.ts';
import { type Found, unreadable } from './found.ts';
import { ownMember } from './own-member.ts';
import type { Parsed } from './parsed.ts';

/** A singular query gives its value or absent; any other a list, perhaps empty (RFC 9535, 2.3.5.1). */
export function findInBody(answer: Answer, text: string, parsed: Parsed): Found {
  const json = answer.json();
  // Where the body is no JSON there is no document: of what would be in one nothing is known.
  if (!json.ok && text === '$') return { there: false, note: `not there; ${json.message}`, path: text };
  if (!json.ok) return { ...unreadable(answer.text(), json.message), path: text };
  const path = parsed.path(text);
  const nodes = path.select(json.value);
  if (!path.singular) return { there: true, value: nodes.map(({ value }) => value), path: text, many: true };
  const node = nodes[0];
  if (node !== undefined) return { there: true, value: node.value, path: text };
  return { there: false, note: `not there; ${whatIsThere(json.value, text)}`, path: text };
}

/** The nearest thing that is there: the members of the deepest object on the way. */
function whatIsThere(document: Value, path: string): string {
  const names = [...path.matchAll(/\.([\p{L}_][\p{L}\p{N}_-]*)|\[(?:'([^']*)'|"([^"]*)"|(-?\d+))\]/gu)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? Number(match[4]),
  );
  let here = document;
  let shown = 'the body';
  for (const name of names) {
    const next = member(here, name);
    if (next === undefined) break;
    here = next;
    shown += typeof name === 'number' ? `[${name}]` : `.${name}`;
  }
  const label = shown.replace('the body.', '$.').replace('the body[', '$[');
  if (Array.isArray(here)) return `${label} has ${here.length} ${here.length === 1 ? 'element' : 'elements'}`;
  if (!isMap(here)) return `${label} is no object`;
  const members = Object.keys(here);
  if (members.length === 0) return `${label} is an empty object`;
  return `${label} has: ${members.slice(0, 8).join(', ')}${members.length > 8 ? ', …' : ''}`;
}

function member(value: Value, name: string | number): Value | undefined {
  if (Array.isArray(value) && typeof name === 'number') return value.at(name);
  return isMap(value) ? ownMember(value, String(name)) : undefined;
}
