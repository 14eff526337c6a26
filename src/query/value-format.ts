import { parseTimestamp } from './cel-instant.ts';
import { Fault } from './evaluation.ts';
import { decimalOf } from './number.ts';
import { type ExactNumber, isNumber, type Value } from './value.ts';

/** `'T'`, `''`, a run of one letter, or what stands for itself. */
const token = /'((?:[^']|'')*)'|(([A-Za-z])\3*)|[^A-Za-z']+|'/g;

type Fields = Readonly<Record<string, string | undefined>>;

function zoneOf(offset: string, letters: number): string {
  if (/^[Zz]$/.test(offset)) return 'Z';
  const [hours = '', minutes = ''] = offset.split(':');
  if (letters === 3) return offset;
  return letters === 2 || minutes !== '00' ? `${hours}${minutes}` : hours;
}

function unpadded(text = ''): string {
  return String(Number(text));
}

/** Letters of Unicode's date patterns (UTS 35, part 4) that say the same in every language. */
const letters: Readonly<Record<string, (fields: Fields) => string | undefined>> = {
  yyyy: ({ year }) => year,
  yy: ({ year = '' }) => year.slice(2),
  MM: ({ month }) => month,
  M: ({ month }) => unpadded(month),
  dd: ({ day }) => day,
  d: ({ day }) => unpadded(day),
  HH: ({ hour }) => hour,
  H: ({ hour }) => unpadded(hour),
  mm: ({ minute }) => minute,
  m: ({ minute }) => unpadded(minute),
  ss: ({ second }) => second,
  s: ({ second }) => unpadded(second),
  XXX: ({ zone = '' }) => zoneOf(zone, 3),
  XX: ({ zone = '' }) => zoneOf(zone, 2),
  X: ({ zone = '' }) => zoneOf(zone, 1),
};

const fractionLetters = /^S{1,9}$/;

function isKnown(run: string): boolean {
  return fractionLetters.test(run) || Object.hasOwn(letters, run);
}

function renderLetters(run: string, fields: Fields): string {
  if (fractionLetters.test(run)) return (fields.fraction ?? '').padEnd(9, '0').slice(0, run.length);
  return letters[run]?.(fields) ?? '';
}

const rfc3339 =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[Tt](?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d+))?(?<zone>[Zz]|[+-]\d\d:\d\d)$/;

/** The fields of an instant as it is written, in its own offset. */
function fieldsOf(text: string): Fields | undefined {
  try {
    parseTimestamp(text);
    return rfc3339.exec(text)?.groups;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function renderDate(text: string, format: string): string | undefined {
  const fields = fieldsOf(text);
  if (fields === undefined || checkFormat(format) !== undefined) return undefined;
  return format.replace(token, (part: string, quoted: string | undefined, run: string | undefined) => {
    if (run !== undefined) return renderLetters(run, fields);
    if (quoted === undefined) return part;
    return quoted === '' ? "'" : quoted.replaceAll("''", "'");
  });
}

const numberPattern = /^(0+)(?:\.(0+))?$/;

/** A number so long that nobody would write it out. */
const maxDigits = 1000n;

function renderNumber(number: number | ExactNumber, format: string): string | undefined {
  const [, whole, fraction = ''] = numberPattern.exec(format) ?? [];
  const { negative, digits, exponent } = decimalOf(number);
  if (whole === undefined || exponent > maxDigits) return undefined;
  // All digits down to the last place that is written, and the one behind it, which rounds.
  const places = Math.max(0, Number(exponent < -maxDigits ? -maxDigits : exponent) + fraction.length + 1);
  const kept = digits.padEnd(places, '0').slice(0, places) || '0';
  const rounded = ((BigInt(kept) + 5n) / 10n).toString().padStart(whole.length + fraction.length, '0');
  const point = rounded.length - fraction.length;
  const sign = negative && /[1-9]/.test(rounded) ? '-' : '';
  return `${sign}${rounded.slice(0, point)}${fraction === '' ? '' : `.${rounded.slice(point)}`}`;
}

/** What is wrong with a format; undefined where it is one. */
export function checkFormat(format: string): string | undefined {
  if (numberPattern.test(format)) return undefined;
  const runs = [...format.matchAll(token)];
  if (runs.some(([part]) => part === "'")) return 'a quote is not closed';
  const odd = runs.find(([, , run]) => run !== undefined && !isKnown(run));
  if (odd !== undefined) return `"${odd[0]}" means nothing in a format; text of its own stands in quotes`;
  if (runs.some(([, , run]) => run !== undefined)) return undefined;
  return 'a format is like 0.00 for a number, like yyyy-MM-dd for a date';
}

/**
 * A number in the format `0`, `00`, `0.00`: at least so many digits before the point, exactly so many behind
 * it, halves rounded away from zero. A text of RFC 3339 in a format of `yyyy yy MM M dd d HH H mm m ss s`,
 * `S` to `SSSSSSSSS`, `XXX` (+02:00), `XX` (+0200) or `X` (+02), in its own offset; other letters stand in
 * quotes. Undefined for what does not fit.
 */
export function formatValue(value: Value, format: string): string | undefined {
  if (isNumber(value)) return renderNumber(value, format);
  return typeof value === 'string' ? renderDate(value, format) : undefined;
}
