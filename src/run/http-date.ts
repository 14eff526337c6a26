import type { Instant } from './outcome.ts';

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** The instant of an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7). */
export function parseHttpDate(text: string): Instant | undefined {
  const match = /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text);
  const month = months.indexOf(match?.[2] ?? '?') / 3;
  if (match === null || !Number.isInteger(month) || month < 0) return undefined;
  const part = (group: number): number => Number(match[group]);
  const days = daysBefore(part(3), month + 1, part(1));
  return (((days * 24 + part(4)) * 60 + part(5)) * 60 + part(6)) * 1000;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar; the year is taken to begin in March. */
function daysBefore(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
