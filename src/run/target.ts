import type { Target } from '../artifact/types.ts';
import { didYouMean, nearest } from '../diagnostics/did-you-mean.ts';
import type { Scope } from '../query/expression.ts';
import { isMap, type Value, type ValueMap } from '../query/value.ts';
import type { Answer } from './answer.ts';
import type { FailedSend } from './outcome.ts';
import { ownMember } from './own-member.ts';
import type { Parsed } from './parsed.ts';

/** What a target is looked up in: one answered or failed sending, with what the step counted. */
export interface Judged {
  readonly answer?: Answer;
  readonly error?: FailedSend;
  readonly durationMs?: number;
  readonly attempts: number;
  readonly scope: Scope;
  readonly parsed: Parsed;
}

/** What targets and expressions see of a sending, once these outputs are taken. */
export type Look = (outputs?: ValueMap) => Judged;

/** A value, or absent with a reason that helps. `many`: the list of a query that is not singular. */
export type Found =
  | {
      readonly there: true;
      readonly value: Value;
      readonly path?: string;
      readonly many?: true;
      /** It is compared with durations: `2s` is 2,000 then. */
      readonly milliseconds?: true;
    }
  | { readonly there: false; readonly note: string; readonly path?: string };

export function resolveTarget(target: Target, judged: Judged): Found {
  switch (target.kind) {
    case 'status':
      return fromAnswer(judged, (answer) => there(answer.status));
    case 'text':
      return fromAnswer(judged, (answer) => there(answer.text()));
    case 'header':
      return fromAnswer(judged, (answer) =>
        header(answer, judged.parsed.text(target.name).render(judged.scope)),
      );
    case 'body':
      return fromAnswer(judged, (answer) => body(answer, target.path, judged.parsed));
    case 'duration':
      return judged.durationMs === undefined
        ? absent('nothing was sent')
        : { there: true, value: judged.durationMs, milliseconds: true };
    case 'error':
      return judged.error === undefined ? absent('an answer came') : there(judged.error);
    case 'attempts':
      return there(judged.attempts);
    case 'value': {
      const value = judged.parsed.template(target.expression).evaluate(judged.scope);
      return there(value);
    }
  }
}

function there(value: Value): Found {
  return { there: true, value };
}

function absent(note: string): Found {
  return { there: false, note };
}

function fromAnswer(judged: Judged, read: (answer: Answer) => Found): Found {
  return judged.answer === undefined ? absent('no answer came') : read(judged.answer);
}

function header(answer: Answer, name: string): Found {
  const value = answer.header(name);
  if (value !== undefined) return there(value);
  const near = nearest(name, answer.headerNames);
  return absent(near.length > 0 ? `not there; ${didYouMean(name, near)}` : 'not there');
}

/** A singular query gives its value or absent; any other a list, perhaps empty (RFC 9535, 2.3.5.1). */
function body(answer: Answer, text: string, parsed: Parsed): Found {
  const json = answer.json();
  if (!json.ok) return { there: false, note: `not there; ${json.message}`, path: text };
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
