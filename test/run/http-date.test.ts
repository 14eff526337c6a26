import { expect, test } from 'vitest';
import { parseHttpDate } from '../../src/run/http-date.ts';

test.each([
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  'Thu, 29 Feb 2024 23:59:59 GMT',
  'Fri, 01 Mar 2024 00:00:00 GMT',
  'Wed, 31 Dec 1969 00:00:00 GMT',
  'Tue, 29 Feb 2000 12:00:00 GMT',
  'Thu, 31 Dec 2099 23:00:00 GMT',
])('%s', (text) => {
  expect(parseHttpDate(text)).toBe(Date.parse(text));
});

test.each([
  '',
  '1994-11-06',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nvo 1994 08:49:37 GMT',
  'Sun, 06 anF 1994 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT',
])('%j is none', (text) => {
  expect(parseHttpDate(text)).toBeUndefined();
});
