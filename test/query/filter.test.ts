import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyFilters, type Filter, filterNames, wantsAll } from '../../src/query/filter.ts';
import { parseJson } from '../../src/query/json.ts';
import { compareValues, uniqueValues } from '../../src/query/order.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';
import { anyText } from './scope.ts';

const exact = (text: string): ExactNumber => new ExactNumber(text);
const notUtf8 = Uint8Array.of(0xff, 0x00);

const token = [
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
  'eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ',
  'SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
].join('.');

describe('filters', () => {
  test.each<[Filter, Value, Value | undefined]>([
    [{ kind: 'first' }, [7, 8], 7],
    [{ kind: 'first' }, [], undefined],
    [{ kind: 'first' }, 'text', undefined],
    [{ kind: 'last' }, [7, 8], 8],
    [{ kind: 'last' }, [], undefined],
    [{ kind: 'nth', index: 0 }, [7, 8], 7],
    [{ kind: 'nth', index: -1 }, [7, 8], 8],
    [{ kind: 'nth', index: 2 }, [7, 8], undefined],
    [{ kind: 'nth', index: 0 }, 'text', undefined],
    [{ kind: 'all' }, [7, 8], [7, 8]],
    [{ kind: 'all' }, 'text', ['text']],
    [{ kind: 'count' }, [7, 8], 2],
    [{ kind: 'count' }, { a: 1 }, 1],
    [{ kind: 'count' }, 'text', undefined],
    [{ kind: 'keys' }, { b: 1, a: 2 }, ['b', 'a']],
    [{ kind: 'keys' }, [1], undefined],
    [{ kind: 'values' }, { b: 1, a: 2 }, [1, 2]],
    [{ kind: 'values' }, [1], undefined],
    [{ kind: 'map', filters: [{ kind: 'trim' }, { kind: 'toNumber' }] }, [' 1', '2 '], [1, 2]],
    [{ kind: 'map', filters: [{ kind: 'toNumber' }] }, ['1', 'two'], undefined],
    [{ kind: 'map', filters: [] }, 'text', undefined],
    [
      { kind: 'sort' },
      [10, 9, exact('9.5'), exact('12345678901234567890'), -1],
      [-1, 9, exact('9.5'), 10, exact('12345678901234567890')],
    ],
    [{ kind: 'sort' }, ['b', 'a', 'B', '🙂', '\uffff'], ['B', 'a', 'b', '\uffff', '🙂']],
    [{ kind: 'sort' }, ['a', 1, true, null, {}, [], false], [null, false, true, 1, 'a', [], {}]],
    [{ kind: 'sort' }, [[2], [1, 5], [1]], [[1], [1, 5], [2]]],
    [
      { kind: 'sort' },
      [{ b: 1 }, { a: 2 }, { a: 1, b: 0 }, { a: 1 }],
      [{ a: 1 }, { a: 2 }, { a: 1, b: 0 }, { b: 1 }],
    ],
    [{ kind: 'sort' }, { a: 1 }, undefined],
    [
      { kind: 'unique' },
      [2, 1, 2, exact('1.0'), '1', { a: [1] }, { a: [exact('1.0')] }],
      [2, 1, '1', { a: [1] }],
    ],
    [
      { kind: 'unique' },
      [exact('12345678901234567890'), exact('12345678901234567891')],
      [exact('12345678901234567890'), exact('12345678901234567891')],
    ],
    [{ kind: 'unique' }, 'text', undefined],
    [{ kind: 'lowercase' }, 'ÄB', 'äb'],
    [{ kind: 'uppercase' }, 'äb', 'ÄB'],
    [{ kind: 'uppercase' }, 5, undefined],
    [{ kind: 'trim' }, ' a\n', 'a'],
    [{ kind: 'split', separator: ',' }, 'a,,b', ['a', '', 'b']],
    [{ kind: 'split', separator: '' }, 'a🙂', ['a', '🙂']],
    [{ kind: 'split', separator: ',' }, 5, undefined],
    [{ kind: 'join', separator: '-' }, ['a', 1, exact('2.0'), true, [1]], 'a-1-2-true-[1]'],
    [{ kind: 'join', separator: '-' }, ['a', null], undefined],
    [{ kind: 'join', separator: '-' }, [[notUtf8]], undefined],
    [{ kind: 'replace', pattern: '(\\d)', with: '<$1>' }, 'a1b2', 'a<1>b<2>'],
    [{ kind: 'replace', pattern: '^', with: '>' }, 'ab', '>ab'],
    [{ kind: 'replace', pattern: '(', with: '' }, 'ab', undefined],
    [{ kind: 'replace', pattern: 'a', with: '' }, 5, undefined],
    [{ kind: 'regex', pattern: 'id=(\\d+)' }, 'x?id=42&y', '42'],
    [{ kind: 'regex', pattern: '\\d+' }, 'x42', '42'],
    [{ kind: 'regex', pattern: '(a)|b' }, 'b', 'b'],
    [{ kind: 'regex', pattern: '^.$' }, '🙂', '🙂'],
    [{ kind: 'regex', pattern: '\\d' }, 'abc', undefined],
    [{ kind: 'toNumber' }, '12345678901234567890', exact('12345678901234567890')],
    [{ kind: 'toNumber' }, '-007.50', exact('-7.50')],
    [{ kind: 'toNumber' }, '+1e3', exact('1e3')],
    [{ kind: 'toNumber' }, '0', 0],
    [{ kind: 'toNumber' }, exact('2.0'), exact('2.0')],
    [{ kind: 'toNumber' }, ' 1', undefined],
    [{ kind: 'toNumber' }, '1,000', undefined],
    [{ kind: 'toNumber' }, '', undefined],
    [{ kind: 'toNumber' }, true, undefined],
    [{ kind: 'toNumber' }, [5], undefined],
    [{ kind: 'jsonDecode' }, '{"id":12345678901234567890}', { id: exact('12345678901234567890') }],
    [{ kind: 'jsonDecode' }, '{', undefined],
    [{ kind: 'jsonEncode' }, { a: [exact('1.0'), null] }, '{"a":[1.0,null]}'],
    [{ kind: 'jsonEncode' }, [notUtf8], undefined],
    [{ kind: 'base64Encode' }, 'é🙂', 'w6nwn5mC'],
    [{ kind: 'base64Encode' }, notUtf8, '/wA='],
    [{ kind: 'base64Encode' }, 5, undefined],
    [{ kind: 'base64Decode' }, 'w6nwn5mC', 'é🙂'],
    [{ kind: 'base64Decode' }, '/wA=', notUtf8],
    [{ kind: 'base64Decode' }, '_wA', undefined],
    [{ kind: 'base64UrlEncode' }, notUtf8, '_wA'],
    [{ kind: 'base64UrlDecode' }, '_wA', notUtf8],
    [{ kind: 'base64UrlDecode' }, '_wA=', notUtf8],
    [{ kind: 'base64UrlDecode' }, '/wA=', undefined],
    [{ kind: 'urlEncode' }, "a b&é!'()*~", 'a%20b%26%C3%A9%21%27%28%29%2A~'],
    [{ kind: 'urlEncode' }, notUtf8, '%FF%00'],
    [{ kind: 'urlDecode' }, 'a%20b+%c3%A9', 'a b+é'],
    [{ kind: 'urlDecode' }, '%FF%00', notUtf8],
    [{ kind: 'urlDecode' }, '100%', undefined],
    [{ kind: 'hex' }, 'é', 'c3a9'],
    [{ kind: 'hex' }, notUtf8, 'ff00'],
    [{ kind: 'hex' }, 255, undefined],
    [
      { kind: 'jwtDecode' },
      token,
      {
        header: { alg: 'HS256', typ: 'JWT' },
        payload: { sub: '1234567890', name: 'John Doe', iat: 1516239022 },
        signature: 'SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
      },
    ],
    [{ kind: 'jwtDecode' }, 'e30.e30.', { header: {}, payload: {}, signature: '' }],
    [{ kind: 'jwtDecode' }, 'e30.W10.x', undefined],
    [{ kind: 'jwtDecode' }, 'e30.e30', undefined],
    [{ kind: 'jwtDecode' }, 'a.b.c.d.e', undefined],
    [{ kind: 'format', format: '0.00' }, 3.1449, '3.14'],
    [{ kind: 'format', format: 'yyyy' }, '2024-05-01T12:00:00Z', '2024'],
    [{ kind: 'format', format: 'yyyy' }, 5, undefined],
    [{ kind: 'format', format: '0.00' }, 'text', undefined],
    [{ kind: 'toDate' }, 'Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    [{ kind: 'toDate' }, 'soon', undefined],
  ])('%j of %j is %j', (filter, value, result) => expect(applyFilters([filter], value)).toEqual(result));

  test('one after the other', () => {
    const filters: Filter[] = [{ kind: 'split', separator: ';' }, { kind: 'last' }, { kind: 'toNumber' }];
    expect(applyFilters(filters, 'a;b;7')).toBe(7);
    expect(applyFilters([], 'as it is')).toBe('as it is');
  });

  test('what is absent stays absent', () => {
    expect(applyFilters([{ kind: 'count' }], undefined)).toBeUndefined();
    expect(applyFilters([{ kind: 'first' }, { kind: 'all' }], [])).toBeUndefined();
  });

  test('all matches are wanted where "all" comes first', () => {
    expect(wantsAll([{ kind: 'all' }, { kind: 'count' }])).toBe(true);
    expect(wantsAll([{ kind: 'trim' }, { kind: 'all' }])).toBe(false);
    expect(wantsAll([])).toBe(false);
  });

  test('the names are those of the language', () => {
    const names = `first last nth all count keys values map sort unique lowercase uppercase trim split join
      replace regex toNumber toDate format jsonDecode jsonEncode base64Decode base64Encode base64UrlDecode
      base64UrlEncode urlDecode urlEncode hex jwtDecode`;
    expect([...filterNames].sort()).toEqual(names.split(/\s+/).sort());
  });
});

describe('what encodes and decodes', () => {
  // A lone surrogate has no UTF-8.
  const wellFormed = anyText.filter((text) => !/\p{Surrogate}/u.test(text));

  test.each<[Filter['kind'], Filter['kind']]>([
    ['base64Encode', 'base64Decode'],
    ['base64UrlEncode', 'base64UrlDecode'],
    ['urlEncode', 'urlDecode'],
    ['jsonEncode', 'jsonDecode'],
  ])('%s and %s give back every text', (encode, decode) => {
    const filters = [{ kind: encode }, { kind: decode }] as Filter[];
    fc.assert(
      fc.property(wellFormed, (text) => {
        expect(applyFilters(filters, text)).toBe(text);
      }),
    );
  });
});

describe('the order of values', () => {
  const anyValue: fc.Arbitrary<Value> = fc.jsonValue({ maxDepth: 2 }).map((value) => {
    const parsed = parseJson(JSON.stringify(value));
    return parsed.ok ? parsed.value : null;
  });

  test('is one, whatever the values', () => {
    fc.assert(
      fc.property(anyValue, anyValue, anyValue, (a, b, c) => {
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) {
          expect(compareValues(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  test('leaves each value once', () => {
    fc.assert(
      fc.property(fc.array(anyValue), (values) => {
        const unique = uniqueValues([...values, ...values]);
        expect(uniqueValues(unique)).toEqual(unique);
        for (const value of values) {
          expect(unique.filter((one) => compareValues(one, value) === 0)).toHaveLength(1);
        }
      }),
    );
  });
});
