import { parseTimestamp, Timestamp } from './cel-instant.ts';
import { Fault } from './evaluation.ts';
import { ExactNumber, isNumber, type Value } from './value.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(?<month>${months.join('|')})`;
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d))?`;
const zone = String.raw`(?<zone>GMT|UTC|UT|Z|[+-]\d{4})`;

const writtenDates = [
  // RFC 9110, 5.6.7 (IMF-fixdate), and RFC 5322, 3.3: Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(String.raw`^(?:[A-Z][a-z]{2}, )?(?<day>\d\d?) ${month} (?<year>\d{4}) ${time} ${zone}$`),
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT; cookies write the whole year (RFC 6265).
  new RegExp(String.raw`^[A-Z][a-z]{2,8}, (?<day>\d\d)-${month}-(?<year>\d{4}|\d\d) ${time} ${zone}$`),
  // asctime: Sun Nov  6 08:49:37 1994
  new RegExp(String.raw`^[A-Z][a-z]{2} ${month} (?<day>[ \d]\d) ${time} (?<year>\d{4})$`),
];

/** A year of two digits lies in the years 1970 to 2069. */
function wholeYear(year: string): string {
  if (year.length === 4) return year;
  return Number(year) < 70 ? `20${year}` : `19${year}`;
}

function rfc3339From(fields: Readonly<Record<string, string | undefined>>): string {
  const two = (text = '0'): string => text.trim().padStart(2, '0');
  const day = `${wholeYear(fields.year ?? '')}-${two(String(months.indexOf(fields.month ?? '') + 1))}-${two(fields.day)}`;
  const offset = /^[+-]/.test(fields.zone ?? '') ? (fields.zone ?? '') : '+0000';
  return `${day}T${fields.hour}:${fields.minute}:${two(fields.second)}${offset.slice(0, 3)}:${offset.slice(3)}`;
}

function writtenDate(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T00:00:00Z`;
  for (const pattern of writtenDates) {
    const fields = pattern.exec(text)?.groups;
    if (fields !== undefined) return rfc3339From(fields);
  }
  return text;
}

function fromSeconds(seconds: number): Timestamp {
  if (!Number.isFinite(seconds)) throw new Fault('a timestamp lies in the years 1 to 9999');
  return new Timestamp(BigInt(Math.round(seconds * 1000)) * 1_000_000n);
}

/**
 * The instant of a text (RFC 3339; a date alone, which is its midnight in UTC; the dates of HTTP, RFC 9110
 * 5.6.7, and of mail, RFC 5322 3.3) or of a number (seconds since 1970, as in tokens). Undefined for any other value.
 */
export function parseInstant(value: Value): Timestamp | undefined {
  try {
    if (isNumber(value)) return fromSeconds(Number(value instanceof ExactNumber ? value.text : value));
    return typeof value === 'string' ? parseTimestamp(writtenDate(value)) : undefined;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
