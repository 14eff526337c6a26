import type { ValueKind } from '../artifact/judgement.ts';
import { isList, isMap, isNumber, typeOf, type Value } from '../query/value.ts';

/** Without leading zeros, which some take for octal (RFC 2673, 3.2). */
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

type Format = 'uuid' | 'email' | 'uri' | 'date' | 'dateTime' | 'ipv4' | 'ipv6';

/** Formats of texts, as JSON Schema 2020-12 names and defines them (validation, 7.3). */
const formats: Readonly<Record<Format, (text: string) => boolean>> = {
  uuid: (text) => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text),
  email: (text) =>
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(
      text,
    ),
  uri: (text) => /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*$/.test(text),
  date: isDate,
  dateTime: isDateTime,
  ipv4: (text) => ipv4.test(text),
  ipv6: isIpv6,
};

export function isOfKind(value: Value, kind: ValueKind): boolean {
  switch (kind) {
    case 'integer':
      return isNumber(value) && isIntegral(typeof value === 'number' ? String(value) : value.text);
    case 'empty':
      return (
        value === '' ||
        (isList(value) && value.length === 0) ||
        (isMap(value) && Object.keys(value).length === 0)
      );
    case 'string':
    case 'number':
    case 'boolean':
    case 'array':
    case 'object':
    case 'null':
      return typeOf(value) === kind;
    default:
      return typeof value === 'string' && formats[kind](value);
  }
}

/** A number without a fraction, however it is written (JSON Schema: `1.0` is an integer). */
function isIntegral(text: string): boolean {
  const exponent = Number(text.replace(/^[^eE]*[eE]?/, ''));
  const mantissa = text.replace(/[eE].*$/, '');
  const whole = mantissa.replace(/\..*$/, '');
  const digits = mantissa.replace('.', '').replace(/0+$/, '');
  // The last digit that counts must stand before the point.
  return /^-?$/.test(digits) || digits.length <= whole.length + exponent;
}

/** RFC 3339 full-date, of a day that exists. */
function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

/** RFC 3339 date-time; a leap second is allowed. */
function isDateTime(text: string): boolean {
  const match = /^\d{4}-\d\d-\d\d[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/.exec(text);
  if (match === null || !isDate(text.slice(0, 10))) return false;
  const part = (group: number): number => Number(match[group] ?? 0);
  return part(1) < 24 && part(2) < 60 && part(3) <= 60 && part(4) < 24 && part(5) < 60;
}

/** RFC 4291, 2.2. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const dotted = last.includes('.') && text.endsWith(last);
  if (dotted && !ipv4.test(last)) return false;
  const hex = dotted ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  const count = hex.length + (dotted ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}
