import { stringifyJson } from './json.ts';
import { ExactNumber, type Value } from './value.ts';

/** A value that has no form in the place where it is wanted. */
export class ValueError extends Error {}

function renderNumber(number: ExactNumber): string {
  if (number.isInteger) return BigInt(number.text).toString();
  const double = Number(number.text);
  return Number.isFinite(double) ? String(double) : number.text;
}

/**
 * A value inside a longer text: a number in the shortest form that reads back the same (`2.0` is `2`), a
 * list or an object as compact JSON. @throws ValueError for null, and for bytes, alone or inside.
 */
export function renderText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null) throw new ValueError('null cannot be written into a text');
  if (value instanceof Uint8Array) throw new ValueError('bytes cannot be written into a text');
  if (typeof value !== 'object') return String(value);
  if (value instanceof ExactNumber) return renderNumber(value);
  try {
    return stringifyJson(value);
  } catch (cause) {
    throw new ValueError('a list or an object with bytes in it cannot be written into a text', { cause });
  }
}
