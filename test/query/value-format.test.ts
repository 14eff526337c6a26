import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/query/date-text.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';
import { checkFormat, formatValue } from '../../src/query/value-format.ts';

const exact = (text: string): ExactNumber => new ExactNumber(text);

describe('numbers', () => {
  test.each<[Value, string, string | undefined]>([
    [3.1449, '0.00', '3.14'],
    [1.005, '0.00', '1.01'],
    [-1.005, '0.00', '-1.01'],
    [0.005, '0.00', '0.01'],
    [0.0049, '0.00', '0.00'],
    [-0.004, '0.00', '0.00'],
    [9.995, '0.00', '10.00'],
    [7, '000', '007'],
    [1234, '00', '1234'],
    [0, '0.0', '0.0'],
    [exact('10.0'), '0', '10'],
    [exact('12345678901234567890.5'), '0', '12345678901234567891'],
    [exact('1e3'), '0.0', '1000.0'],
    [1e-9, '0.0', '0.0'],
    [exact('1e999999999'), '0', undefined],
    [exact('1e-999999999'), '0', '0'],
    [5, 'yyyy', undefined],
    [5, '#,##0', undefined],
  ])('%j in %s is %j', (value, format, text) => expect(formatValue(value, format)).toBe(text));
});

describe('dates', () => {
  const date = '2024-05-01T09:08:07.0605+02:00';

  test.each([
    ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", '2024-05-01T09:08:07.060+02:00'],
    ['d.M.yy H:m:s', '1.5.24 9:8:7'],
    ['SSSSSSSSS', '060500000'],
    ['XX X', '+0200 +02'],
    ["HH 'o''clock' ''", "09 o'clock '"],
  ])('%s', (format, text) => expect(formatValue(date, format)).toBe(text));

  test.each<[string, string, string | undefined]>([
    ['2024-05-01T09:08:07Z', 'XXX XX X', 'Z Z Z'],
    ['2024-05-01T09:08:07-03:30', 'X', '-0330'],
    ['2024-05-01T09:08:07Z', 'SSS', '000'],
    ['2024-02-30T09:08:07Z', 'yyyy', undefined],
    ['2024-05-01', 'yyyy', undefined],
    ['2024-05-01T09:08:07Z', 'EEE', undefined],
  ])('%s in %s', (value, format, text) => expect(formatValue(value, format)).toBe(text));

  test.each([[null], [true], [['2024-05-01T09:08:07Z']]])('%j has no format', (value) =>
    expect(formatValue(value, 'yyyy')).toBeUndefined(),
  );
});

describe('a format', () => {
  test.each(['0', '000.000', 'yyyy', "''yyyy''"])('%s is one', (format) =>
    expect(checkFormat(format)).toBeUndefined(),
  );

  test.each([
    ['yyyy-MM-DD', '"DD" means nothing in a format; text of its own stands in quotes'],
    ['SSSSSSSSSS', '"SSSSSSSSSS" means nothing in a format; text of its own stands in quotes'],
    ["yyyy 'at", 'a quote is not closed'],
    ['', 'a format is like 0.00 for a number, like yyyy-MM-dd for a date'],
    ['0.', 'a format is like 0.00 for a number, like yyyy-MM-dd for a date'],
    ['constructor', '"c" means nothing in a format; text of its own stands in quotes'],
  ])('%j is none', (format, message) => expect(checkFormat(format)).toBe(message));
});

describe('an instant', () => {
  test.each<[Value, string | undefined]>([
    ['2024-05-01T12:00:00+02:00', '2024-05-01T10:00:00Z'],
    ['2024-05-01', '2024-05-01T00:00:00Z'],
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Wed, 09-Jun-2021 10:18:14 GMT', '2021-06-09T10:18:14Z'],
    ['Sunday, 06-Nov-68 08:49:37 GMT', '2068-11-06T08:49:37Z'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37Z'],
    ['6 Nov 1994 08:49 +0100', '1994-11-06T07:49:00Z'],
    [1714557600, '2024-05-01T10:00:00Z'],
    [exact('1714557600.50'), '2024-05-01T10:00:00.500Z'],
    [-1, '1969-12-31T23:59:59Z'],
    [1e20, undefined],
    [exact('1e999'), undefined],
    ['Sun, 31 Feb 1994 08:49:37 GMT', undefined],
    ['1714557600', undefined],
    ['05/01/2024', undefined],
    [null, undefined],
  ])('%j is %j', (value, text) => expect(parseInstant(value)?.toString()).toBe(text));
});
