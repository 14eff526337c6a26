import { numberFrom, type Value, type ValueMap } from '../../src/query/value.ts';
import { createAnswer } from '../../src/run/answer.ts';
import type { Found, Judged } from '../../src/run/found.ts';
import { createParsed } from '../../src/run/parsed.ts';
import { createScope } from '../query/scope.ts';
import { type Reply, responseOf } from './journey-run.ts';

/** A number as JSON writes it, beyond what a double holds. */
export const exact = numberFrom;

export function present(value: Value): Found {
  return { there: true, value };
}

export const absent: Found = { there: false, note: 'not there' };

/** A sending that was judged on its own, with what its expressions read. */
export function judgedOf(values: ValueMap = {}, more: Partial<Judged> = {}): Judged {
  return { attempts: 1, parsed: createParsed([]), scope: createScope(values), ...more };
}

/** An answered sending. */
export function answeredWith(reply: Reply, values: ValueMap = {}): Judged {
  const answer = createAnswer(responseOf(reply));
  return judgedOf({ response: answer.view(), ...values }, { answer, durationMs: reply.ms ?? 10 });
}
