import type { Scope } from '../query/expression.ts';
import type { Value, ValueMap } from '../query/value.ts';
import type { Answer } from './answer.ts';
import type { Masker } from './mask.ts';
import type { FailedSend } from './outcome.ts';
import type { Parsed } from './parsed.ts';

/** What a target is looked up in: one answered or failed sending, with what the step counted. */
export interface Judged {
  readonly answer?: Answer;
  readonly error?: FailedSend;
  /** What was answered, after redirects. */
  readonly sent?: { readonly method: string; readonly url: string };
  readonly durationMs?: number;
  readonly attempts: number;
  /** Outputs of this very step that are taken already. */
  readonly outputs?: ValueMap;
  readonly scope: Scope;
  readonly parsed: Parsed;
  /** Learns secrets as they come up. */
  readonly masker?: Masker;
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
  | {
      readonly there: false;
      readonly note: string;
      readonly path?: string;
      /** What it would be in could not be read: nobody knows whether it is there. */
      readonly unread?: true;
    };

export function there(value: Value): Extract<Found, { there: true }> {
  return { there: true, value };
}

export function absent(note: string): Found {
  return { there: false, note };
}

/** Absent, because what it would be in could not be read; of a text that is empty it is plainly not there. */
export function unreadable(text: string, message: string): Extract<Found, { there: false }> {
  const note = `not there; ${message}`;
  return text.trim() === '' ? { there: false, note } : { there: false, note, unread: true };
}

/** All matches as a list, or the first; none is absent. */
export function matchesOf(values: readonly Value[], all: boolean, none: string): Found {
  const [first] = values;
  if (first === undefined) return absent(none);
  return all ? { ...there(values), many: true } : there(first);
}
