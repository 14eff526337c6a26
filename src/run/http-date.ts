import type { Instant } from './outcome.ts';

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** The three forms that a recipient has to read (RFC 9110, 5.6.7); the last two are from before 1995. */
const forms = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  /^\w{3}, (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  /^\w{6,9}, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  // asctime: Sun Nov  6 08:49:37 1994
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];

/** The instant of an HTTP date. `now` tells the century of a year of two digits. */
export function parseHttpDate(text: string, now: Instant): Instant | undefined {
  const parts = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const { day = '', month = '', year = '', time = '' } = parts;
  const index = months.indexOf(month) / 3;
  if (!Number.isInteger(index) || index < 0) return undefined;
  const instantIn = (fullYear: number): Instant =>
    (daysBefore(fullYear, index + 1, Number(day)) * 86_400 + secondsOf(time)) * 1000;
  if (year.length === 4) return instantIn(Number(year));
  // What seems more than 50 years ahead is the latest year in the past with these digits (RFC 9110, 5.6.7).
  const ahead = instantIn(2000 + Number(year));
  return ahead - now > 50 * 365.25 * 86_400_000 ? instantIn(1900 + Number(year)) : ahead;
}

function secondsOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
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
