import type { Target } from '../artifact/judgement.ts';
import { applyFilters, type Filter, wantsAll } from '../query/filter.ts';
import type { Value } from '../query/value.ts';
import { type AnswerTarget, findInAnswer } from './answer-target.ts';
import { absent, type Found, type Judged, there } from './found.ts';
import { masked } from './mask.ts';
import { ownMember } from './own-member.ts';

/** A target, then its filters. A filter on an absent value, or on one that it does not fit, gives absent. */
export function resolveTarget(target: Target, judged: Judged, filters: readonly Filter[] = []): Found {
  const all = wantsAll(filters);
  const found = lookUp(target, judged, all);
  if (filters.length === 0 || !found.there) return found;
  const value = applyFilters(filters, found.value);
  if (value === undefined) return { ...absent('a filter found nothing that it fits'), ...pathOf(found) };
  // What filters make of a secret, its parts and other forms of it, is a secret too.
  if (isSecret(judged, found.value)) judged.masker?.add(value);
  return { ...there(value), ...pathOf(found) };
}

function isSecret({ masker }: Judged, value: Value): boolean {
  return typeof value === 'string' && masker?.text(value) === masked;
}

function pathOf({ path }: Found): { path?: string } {
  return path === undefined ? {} : { path };
}

function lookUp(target: Target, judged: Judged, all: boolean): Found {
  switch (target.kind) {
    case 'duration':
      return judged.durationMs === undefined
        ? absent('nothing was sent')
        : { ...there(toMicroseconds(judged.durationMs)), milliseconds: true };
    case 'error':
      return judged.error === undefined ? absent('an answer came') : there(judged.error);
    case 'attempts':
      return there(judged.attempts);
    case 'value':
      return there(judged.parsed.template(target.expression).evaluate(judged.scope));
    case 'output': {
      const value = ownMember(judged.outputs ?? {}, target.name);
      return value === undefined ? absent('not there: the output was not taken') : there(value);
    }
    default:
      return inAnswer(target, judged, all);
  }
}

/** Milliseconds, without the digits that no clock has. */
function toMicroseconds(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000;
}

function inAnswer(target: AnswerTarget, judged: Judged, all: boolean): Found {
  if (judged.answer === undefined) return absent('no answer came');
  return findInAnswer(target, judged.answer, judged, all);
}
