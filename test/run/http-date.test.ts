import { expect, test } from 'vitest';
import { parseHttpDate } from '../../src/run/http-date.ts';

const now = Date.UTC(2026, 10, 25);

test.each([
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  'Thu, 29 Feb 2024 23:59:59 GMT',
  'Fri, 01 Mar 2024 00:00:00 GMT',
  'Wed, 31 Dec 1969 00:00:00 GMT',
  'Tue, 29 Feb 2000 12:00:00 GMT',
  'Thu, 31 Dec 2099 23:00:00 GMT',
])('%s', (text) => {
  expect(parseHttpDate(text, now)).toBe(Date.parse(text));
});

test.each([
  '',
  '1994-11-06',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nvo 1994 08:49:37 GMT',
  'Sun, 06 anF 1994 08:49:37 GMT',
  'Sun Nov 6 08:49:37 1994',
  'Sunday, 06-Nvo-94 08:49:37 GMT',
])('%j is none', (text) => {
  expect(parseHttpDate(text, now)).toBeUndefined();
});

test.each([
  ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37Z'],
  ['Wednesday, 25-Nov-26 12:00:00 GMT', '2026-11-25T12:00:00Z'],
  ['Monday, 24-Nov-76 12:00:00 GMT', '2076-11-24T12:00:00Z'],
  ['Saturday, 01-Jan-77 00:00:00 GMT', '1977-01-01T00:00:00Z'],
  ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37Z'],
  ['Thu Feb 29 23:59:59 2024', '2024-02-29T23:59:59Z'],
])('%s is of the old forms', (text, instant) => {
  expect(parseHttpDate(text, now)).toBe(Date.parse(instant));
});
