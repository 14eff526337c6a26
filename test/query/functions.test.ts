import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '../../src/query/byte-encodings.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';
import { anyText, evaluate } from './scope.ts';

const exact = (text: string): ExactNumber => new ExactNumber(text);

describe('standard functions', () => {
  test.each<[string, Value]>([
    ['size("añ🙂")', 3],
    ['b"abc".size()', 3],
    ['size([1, 2]) + size({"a": 1})', 3],
    ['"abc".contains("b") && "abc".startsWith("a") && "abc".endsWith("c")', true],
    ['"🙂".matches("^.$")', true],
    ['matches("abc", "b")', true],
    ['bool("true")', true],
    ['int("-42")', -42],
    ['int(-2.9)', -2],
    ['int("12345678901234567890")', exact('12345678901234567890')],
    ['int(timestamp("1970-01-01T00:01:00.9Z"))', 60],
    ['int(5u)', 5],
    ['uint("7")', 7],
    ['double("1e3")', exact('1000.0')],
    ['double(3)', exact('3.0')],
    ['string(b"\\xc3\\xa9")', 'é'],
    ['string(1.5)', '1.5'],
    ['string(double("-inf"))', '-Inf'],
    ['bytes("é")', Uint8Array.of(0xc3, 0xa9)],
    ['dyn(1) == 1', true],
  ])('%s is %j', (text, value) => expect(evaluate(text)).toEqual(value));

  test.each([
    ['int("")', '"" is no integer'],
    ['int("0x1f")', '"0x1f" is no integer'],
    ['int(1e19)', '10000000000000000000 does not fit into an integer of 64 bits'],
    ['double(" 1")', '" 1" is no number'],
    ['bool("yes")', '"yes" is neither true nor false'],
    ['string(b"\\xff")', 'these bytes are not UTF-8'],
    ['uint(-1)', '-1 does not fit into a uint'],
    ['string([1])', 'string(list) has no meaning'],
    ['"a".matches("(" + ")(")', 'the pattern ()( is wrong: unterminated group'],
  ])('%s fails', (text, message) => expect(() => evaluate(text)).toThrow(message));
});

describe('times', () => {
  test.each<[string, Value]>([
    ['timestamp("2024-02-29T23:59:59.120Z")', '2024-02-29T23:59:59.120Z'],
    ['timestamp("2024-05-01T12:00:00+02:00")', '2024-05-01T10:00:00Z'],
    ['timestamp("2024-05-01T12:00:00.000000001Z")', '2024-05-01T12:00:00.000000001Z'],
    ['timestamp("0001-01-01T00:00:00Z")', '0001-01-01T00:00:00Z'],
    ['timestamp(0)', '1970-01-01T00:00:00Z'],
    ['timestamp("1969-12-31T23:59:59.5Z")', '1969-12-31T23:59:59.500Z'],
    ['string(timestamp("2024-05-01T12:00:00Z"))', '2024-05-01T12:00:00Z'],
    ['[timestamp(0)]', ['1970-01-01T00:00:00Z']],
    ['duration("1h30m")', '5400s'],
    ['duration("-1.5s")', '-1.5s'],
    ['duration("1ms") + duration("2us")', '0.001002s'],
    ['duration("1s") - duration("1500ms")', '-0.5s'],
    ['timestamp(60) - timestamp(0)', '60s'],
    ['timestamp(0) + duration("24h")', '1970-01-02T00:00:00Z'],
    ['duration("24h") + timestamp(0)', '1970-01-02T00:00:00Z'],
    ['timestamp(0) < timestamp(1) && duration("1s") > duration("1ms")', true],
    ['timestamp("2024-05-01T12:00:00Z") == timestamp("2024-05-01T14:00:00+02:00")', true],
    ['timestamp("2024-12-31T12:00:00Z").getDayOfYear()', 365],
    ['timestamp("2024-03-01T00:00:00Z").getDayOfYear()', 60],
    ['timestamp("2024-05-01T12:00:00Z").getDayOfMonth()', 0],
    ['timestamp("2024-05-01T12:00:00Z").getDate()', 1],
    ['timestamp("2024-05-01T12:00:00Z").getMonth()', 4],
    ['timestamp("2024-05-01T12:00:00Z").getDayOfWeek()', 3],
    ['timestamp("2024-05-01T12:34:56.789Z").getMilliseconds()', 789],
    ['timestamp("2024-05-01T23:30:00Z").getHours("Europe/Berlin")', 1],
    ['timestamp("2024-05-01T23:30:00Z").getDate("Europe/Berlin")', 2],
    ['timestamp("2024-05-01T23:30:00Z").getHours("-03:30")', 20],
    ['timestamp("2024-05-01T23:30:00Z").getFullYear("02:00")', 2024],
    ['duration("90m").getHours() + duration("90m").getMinutes()', 91],
    ['duration("123.321456789s").getMilliseconds()', 321],
  ])('%s is %j', (text, value) => expect(evaluate(text)).toEqual(value));

  test.each([
    ['timestamp("2024-02-30T00:00:00Z")', /is no timestamp of RFC 3339/],
    ['timestamp("2024-05-01")', /is no timestamp of RFC 3339/],
    ['timestamp("2024-05-01T24:00:00Z")', /is no timestamp of RFC 3339/],
    ['timestamp(253402300800)', /lies in the years 1 to 9999/],
    ['duration("1")', /is no duration/],
    ['duration("1d")', /is no duration/],
    ['timestamp(0).getHours("Mars/Base")', /is no time zone/],
  ])('%s fails', (text, message) => expect(() => evaluate(text)).toThrow(message));
});

describe('strings', () => {
  test.each<[string, Value]>([
    ['"a🙂b".charAt(1)', '🙂'],
    ['"ab".charAt(2)', ''],
    ['"a🙂b".indexOf("b")', 2],
    ['"abcabc".indexOf("b", 2)', 4],
    ['"abc".indexOf("x")', -1],
    ['"🙂abcabc".lastIndexOf("b")', 5],
    ['"abcabc".lastIndexOf("b", 3)', 1],
    ['"a🙂bc".substring(1, 3)', '🙂b'],
    ['"abc".substring(1)', 'bc'],
    ['"a.b.c".replace(".", "$&")', 'a$&b$&c'],
    ['"a.b.c".replace(".", "", 1)', 'ab.c'],
    ['"ab".replace("", "_")', '_a_b_'],
    ['"a,b,c".split(",")', ['a', 'b', 'c']],
    ['"a,b,c".split(",", 2)', ['a', 'b,c']],
    ['"a,b,c".split(",", 0)', []],
    ['"a🙂".split("")', ['a', '🙂']],
    ['["a", "b"].join("-")', 'a-b'],
    ['["a", "b"].join()', 'ab'],
    ['"ÀB".lowerAscii()', 'Àb'],
    ['"àb".upperAscii()', 'àB'],
    ['" a\\t".trim()', 'a'],
    ['"a🙂".reverse()', '🙂a'],
    ['strings.quote("a\\"\\n")', '"a\\"\\n"'],
    ['"%s %d %%".format(["a", 5])', 'a 5 %'],
    ['"%s".format([[1, "b", {"k": null}]])', '[1, b, {k: null}]'],
    ['"%.2f %f".format([1.005, 2])', '1.00 2.000000'],
    ['"%.1e".format([12345.0])', '1.2e+04'],
    ['"%x %X %x %o %b %b".format([255, 255, "a", 8, 5, true])', 'ff FF 61 10 101 1'],
    ['"%s %s %s".format([timestamp(0), duration("1s"), int])', '1970-01-01T00:00:00Z 1s int'],
  ])('%s is %j', (text, value) => expect(evaluate(text)).toEqual(value));

  test.each([
    ['"ab".charAt(3)', 'index 3 lies outside of 0 to 2'],
    ['"ab".substring(2, 1)', 'the end 1 lies before the start 2'],
    ['["a", 1].join()', 'join wants a list of texts, and element 1 is none'],
    ['"%s %s".format(["a"])', 'format() has 1 values, and wants more'],
    ['"%y".format(["a"])', 'format() knows no %y'],
    ['"%d".format(["a"])', '%d in format() does not take a string'],
  ])('%s fails', (text, message) => expect(() => evaluate(text)).toThrow(message));
});

describe('math, lists, encoders, optionals', () => {
  test.each<[string, Value]>([
    ['math.greatest(1, 2.5, 2)', 2.5],
    ['math.least([3, 1, 2])', 1],
    ['math.greatest(5)', 5],
    ['math.ceil(1.2)', exact('2.0')],
    ['math.ceil(2)', exact('2.0')],
    ['math.round(-2.5)', exact('-3.0')],
    ['math.trunc(-2.5)', exact('-2.0')],
    ['math.abs(-3)', 3],
    ['math.sign(-3)', -1],
    ['math.isNaN(double("nan"))', true],
    ['math.isInf(double("inf"))', true],
    ['math.bitAnd(12, 10)', 8],
    ['math.bitNot(0)', -1],
    ['math.bitShiftLeft(1, 3)', 8],
    ['math.bitShiftRight(-1, 60)', 15],
    ['math.bitShiftLeft(1, 64)', 0],
    ['math.sqrt(9)', exact('3.0')],
    ['[1, 2, 1.0, "a", "a"].distinct()', [1, 2, 'a']],
    ['[[1], [[2]]].flatten()', [1, [2]]],
    ['[[1], [[2]]].flatten(2)', [1, 2]],
    ['lists.range(3)', [0, 1, 2]],
    ['[1, 2, 3].reverse()', [3, 2, 1]],
    ['[1, 2, 3].slice(1, 3)', [2, 3]],
    ['["b", "a"].sort()', ['a', 'b']],
    ['[2, 1.5, 1].sort()', [1, 1.5, 2]],
    ['[1, 2].first().value() + [1, 2].last().value()', 3],
    ['[].first().orValue(0)', 0],
    ['base64.encode(b"hello")', 'aGVsbG8='],
    ['string(base64.decode("aGVsbG8"))', 'hello'],
    ['hex.encode(b"\\x0a\\xff")', '0aff'],
    ['hex.decode("0AFF")', Uint8Array.of(10, 255)],
    ['optional.ofNonZeroValue("").hasValue()', false],
    ['optional.ofNonZeroValue(0.5)', 0.5],
    ['optional.of(null).orValue(1)', null as unknown as Value],
  ])('%s is %j', (text, value) => expect(evaluate(text)).toEqual(value));

  test.each([
    ['math.greatest("a", 1)', 'only numbers are compared here, not a string'],
    ['math.least([])', 'an empty list has neither a greatest nor a least element'],
    ['math.abs(-9223372036854775807 - 1)', 'does not fit into an integer of 64 bits'],
    ['math.bitShiftLeft(1, -1)', 'bits cannot be shifted by less than 0'],
    ['lists.range(1000000)', 'lists.range() gives at most 100000 elements'],
    ['[1].slice(0, 2)', 'slice(0, 2) lies outside of a list of 1'],
    ['[1, "a"].sort()', 'have no order'],
    ['base64.decode("a")', 'the text is no base64'],
    ['hex.decode("abc")', 'the text is no hex'],
    ['optional.none().value()', 'this optional is empty'],
  ])('%s fails', (text, message) => expect(() => evaluate(text)).toThrow(message));
});

describe('encodings agree with the platform', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });

  test('base64', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(encodeBase64(value)).toBe(Buffer.from(value).toString('base64'));
        expect(decodeBase64(encodeBase64(value))).toEqual(value);
      }),
    );
  });

  test('UTF-8', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(encodeUtf8(text)).toEqual(new Uint8Array(Buffer.from(text)));
        expect(decodeUtf8(encodeUtf8(text))).toBe(Buffer.from(text).toString());
      }),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        let wanted: string | undefined;
        try {
          wanted = decoder.decode(value);
        } catch {
          wanted = undefined;
        }
        expect(decodeUtf8(value)).toBe(wanted);
      }),
    );
  });
});
