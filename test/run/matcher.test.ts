import { describe, expect, test } from 'vitest';
import type { Matcher } from '../../src/artifact/judgement.ts';
import type { Value } from '../../src/query/value.ts';
import type { Found } from '../../src/run/found.ts';
import { evaluateMatcher } from '../../src/run/matcher.ts';
import { braced } from '../query/scope.ts';
import { absent, exact, judgedOf, present } from './judged.ts';

const inputs = { inputs: { n: 3, list: [1, 2], pattern: '(', text: 'b' } };

function evaluate(matcher: Matcher, found: Found) {
  return evaluateMatcher(matcher, found, judgedOf(inputs));
}

function holds(matcher: Matcher, value: Value): boolean {
  return evaluate(matcher, present(value)).every(({ passed }) => passed);
}

const bytes = new Uint8Array([1, 2, 3]);

describe('operators of two values', () => {
  test.each<[matcher: Matcher, passing: Value, failing: Value]>([
    [{ equals: 1 }, 1, 2],
    [{ equals: 1 }, exact('1.0'), '1'],
    [{ equals: exact('12345678901234567890') }, exact('12345678901234567890'), exact('12345678901234567891')],
    [{ equals: { a: 1, b: [1, 2] } }, { b: [1, 2], a: 1 }, { a: 1, b: [2, 1] }],
    [{ equals: { a: 1 } }, { a: 1 }, { a: 1, b: 2 }],
    [{ equals: null }, null, false],
    [{ equals: braced('inputs.n') }, 3, '3'],
    [{ notEquals: 1 }, '1', exact('1.0')],
    [{ contains: 'b' }, 'abc', 'ac'],
    [{ contains: 1 }, [1, 2], [2, '1']],
    [{ contains: { a: 1 } }, [{ a: 1 }], [{ a: 1, b: 2 }]],
    [{ contains: 'a' }, { a: null }, { b: 'a' }],
    [{ contains: 'toString' }, { toString: 1 }, {}],
    [{ contains: 1 }, [1], '1'],
    [{ contains: 1 }, [1], { 1: 1 }],
    [{ contains: 1 }, [1], 1],
    [{ notContains: 'b' }, 'ac', 'abc'],
    [{ notContains: 1 }, ['1'], [1]],
    [{ startsWith: 'ab' }, 'abc', 'cab'],
    [{ startsWith: 'ab' }, 'ab', ['ab']],
    [{ endsWith: 'bc' }, 'abc', 'bca'],
    [{ matches: 'b.$' }, 'abc', 'abcd'],
    [{ matches: '^\\p{L}$' }, 'é', 'éé'],
    [{ matches: '^.$' }, '🙂', '🙂🙂'],
    [{ matches: 'b' }, 'abc', 5],
    [{ in: [1, 'a', null] }, null, '1'],
    [{ in: [1] }, exact('1.0'), 2],
    [{ in: braced('inputs.list') }, 2, 3],
    [{ greaterThan: 1 }, 2, 1],
    [
      { greaterThan: exact('12345678901234567890') },
      exact('12345678901234567891'),
      exact('12345678901234567890'),
    ],
    [{ atLeast: 1 }, 1, 0.5],
    [{ lessThan: '2s' }, 1999, 2000],
    [{ atMost: '2s' }, 2000, 2001],
    [{ lessThan: 1 }, 0, '0'],
    [{ between: [1, 3] }, 1, 0],
    [{ between: [1, 3] }, 3, 4],
    [{ between: ['1s', '2s'] }, 1500, 2500],
    [{ like: { a: { b: 1 } } }, { a: { b: 1, c: 2 }, d: 3 }, { a: { c: 1 } }],
    [{ like: [{ a: 1 }, {}] }, [{ a: 1, b: 1 }, { c: 1 }], [{ a: 1 }]],
    [{ like: [{ a: 1 }] }, [{ a: 1 }], [{ a: 1 }, { a: 1 }]],
    [{ like: 1 }, exact('1.0'), '1'],
  ])('%j holds for %j and not for %j', (matcher, passing, failing) => {
    expect(holds(matcher, passing)).toBe(true);
    expect(holds(matcher, failing)).toBe(false);
  });

  test('bytes equal the same bytes', () => {
    expect(holds({ equals: bytes }, new Uint8Array([1, 2, 3]))).toBe(true);
    expect(holds({ equals: bytes }, new Uint8Array([1, 2]))).toBe(false);
  });

  test('several operators must all hold', () => {
    expect(holds({ atLeast: 1, lessThan: 3 }, 2)).toBe(true);
    expect(holds({ atLeast: 1, lessThan: 3 }, 3)).toBe(false);
  });

  test('an operator that no compiler knows stops the work', () => {
    expect(() => holds({ resembles: 1 } as Matcher, 1)).toThrow('not known: resembles');
    expect(() => holds({ constructor: 1 } as Matcher, 1)).toThrow('not known: constructor');
  });
});

describe('what helps to see why an operator does not hold', () => {
  test.each<[matcher: Matcher, value: Value, text: string, note: string | undefined]>([
    [{ equals: 'a' }, 'b', '"a"', undefined],
    [{ equals: 2 }, '2', '2', 'a string, not a number'],
    [{ equals: '2' }, null, '"2"', 'null, not a string'],
    [{ equals: 'a' }, { a: 1 }, '"a"', 'an object, not a string'],
    [{ equals: true }, [], 'true', 'an array, not a boolean'],
    [{ equals: 'a' }, bytes, '"a"', 'bytes, not a string'],
    [{ equals: 'a b' }, 'a b ', '"a b"', 'differs in white space alone'],
    [{ equals: 'Ab' }, 'aB', '"Ab"', 'differs in upper and lower case alone'],
    [{ equals: '\u00e9' }, 'e\u0301', '"\u00e9"', 'differs in Unicode normalization alone'],
    [{ notEquals: 1 }, 1, 'not 1', undefined],
    [{ startsWith: 'a' }, 5, 'starts with "a"', 'number is no text'],
    [{ startsWith: 5 }, 'a', 'starts with 5', 'the operand is no text'],
    [{ matches: 'a' }, 'b', 'matches "a"', undefined],
    [{ contains: 'a' }, 'b', 'contains "a"', undefined],
    [{ notContains: 'b' }, 'b', 'does not contain "b"', undefined],
    [{ notContains: 'b' }, 5, 'does not contain "b"', 'number has no parts'],
    [{ notContains: 404 }, 'Room 404', 'does not contain 404', 'the operand is no text'],
    [{ notContains: 'b' }, null, 'does not contain "b"', 'null has no parts'],
    [{ endsWith: 'a' }, 'b', 'ends with "a"', undefined],
    [{ in: [1, 2] }, 3, 'in [1,2]', undefined],
    [{ in: 'abc' }, 'a', 'in "abc"', 'the operand is no list'],
    [{ greaterThan: 1 }, '2', 'greater than 1', 'string is no number'],
    [{ atLeast: 'soon' }, 2, 'at least "soon"', 'the operand is no number'],
    [{ lessThan: 1 }, 2, 'less than 1', undefined],
    [{ atMost: null }, 2, 'at most null', 'the operand is no number'],
    [{ between: [1, 2] }, '1', 'between 1 and 2', 'string is no number'],
    [{ between: [1] }, 1, 'between [1]', 'between takes two numbers'],
    [{ between: [1, 2, 3] }, 1, 'between [1,2,3]', 'between takes two numbers'],
    [{ between: 'x' }, 1, 'between "x"', 'between takes two numbers'],
    [{ is: 'uuid' }, 'x', 'is uuid', undefined],
    [{ is: 'uuid' }, 5, 'is uuid', 'it is number'],
    [{ length: 2 }, 'abc', 'length 2', 'its length is 3'],
    [{ length: 2 }, 5, 'length 2', 'number has no length'],
    [{ length: { exists: false } }, 'ab', 'length does not exist', 'its length is 2'],
    [{ length: { atLeast: 1, not: { equals: 0 } } }, '', 'length at least 1 and not 0', 'its length is 0'],
    [{ exists: false }, null, 'does not exist', 'it is there'],
    [{ not: { equals: 1, lessThan: 2 } }, 1, 'not 1 and less than 2', undefined],
    [{ each: { is: 'string' } }, 'abc', 'each is string', 'string is no list'],
    [{ any: { equals: 1, lessThan: 2 } }, [2], 'any equal to 1 and less than 2', 'no element does'],
  ])('%j against %j', (matcher, value, text, note) => {
    const [finding] = evaluate(matcher, present(value));
    expect(finding).toMatchObject({ passed: false, text });
    expect(finding?.note).toBe(note);
  });

  test('a structure tells every differing path', () => {
    const [finding] = evaluate({ equals: { a: 1, b: [1] } }, present({ a: '1', b: [1, 2] }));
    expect(finding?.note).toBeUndefined();
    expect(finding?.differences).toEqual([
      { path: '$.a', expected: 1, actual: '1', note: 'a string, not a number' },
      { path: '$.b[1]', actual: 2, note: 'not expected' },
    ]);
  });

  test('a pattern that an expression gives, and that is none, is a value that cannot be had', () => {
    expect(() => holds({ matches: braced('inputs.pattern') }, 'a')).toThrow('"(" is no regular expression');
  });

  test('bytes in an operand are counted', () => {
    const [finding] = evaluate({ equals: { a: [bytes] } }, present(1));
    expect(finding?.text).toBe('{"a":["3 bytes"]}');
  });

  test('an operand is never cut: what is secret in it is masked later', () => {
    const [finding] = evaluate({ equals: 'x'.repeat(500) }, present(1));
    expect(finding?.text).toHaveLength(502);
  });
});

describe('exists', () => {
  test.each<[what: string, found: Found, exists: boolean]>([
    ['a value', present(0), true],
    ['null', present(null), true],
    ['an empty list that is the value', present([]), true],
    ['an absent value', absent, false],
    ['the empty list of a query', { there: true, value: [], many: true }, false],
    ['a list of a query', { there: true, value: [1], many: true }, true],
  ])('%s', (_, found, exists) => {
    expect(evaluate({ exists: true }, found)[0]?.passed).toBe(exists);
    expect(evaluate({ exists: false }, found)[0]?.passed).toBe(!exists);
  });

  test('says what was looked for', () => {
    expect(evaluate({ exists: true }, absent)[0]?.note).toBe('not there');
    expect(evaluate({ exists: true }, { there: true, value: [], many: true })[0]?.note).toBe(
      'nothing was found',
    );
  });
});

describe('an absent value', () => {
  test.each<[matcher: Matcher, text: string]>([
    [{ equals: 1 }, '1'],
    [{ notEquals: 1 }, 'not 1'],
    [{ contains: 'a' }, 'contains "a"'],
    [{ notContains: 'a' }, 'does not contain "a"'],
    [{ startsWith: 'a' }, 'starts with "a"'],
    [{ endsWith: 'a' }, 'ends with "a"'],
    [{ matches: 'a' }, 'matches "a"'],
    [{ in: [1] }, 'in [1]'],
    [{ exists: true }, 'exists'],
    [{ is: 'empty' }, 'is empty'],
    [{ greaterThan: 1 }, 'greater than 1'],
    [{ atLeast: 1 }, 'at least 1'],
    [{ lessThan: 1 }, 'less than 1'],
    [{ atMost: 1 }, 'at most 1'],
    [{ between: [1, 2] }, 'between 1 and 2'],
    [{ length: 0 }, 'length 0'],
    [{ like: {} }, 'like {}'],
    [{ each: { equals: 1 } }, 'each equal to 1'],
    [{ any: { equals: 1 } }, 'any equal to 1'],
  ])('fails %j', (matcher, text) => {
    expect(evaluate(matcher, absent)).toEqual([
      expect.objectContaining({ passed: false, text, note: 'not there' }),
    ]);
  });

  test.each<Matcher>([{ exists: false }, { not: { equals: 1 } }, { not: { exists: true } }])(
    'passes %j',
    (matcher) => {
      expect(evaluate(matcher, absent)[0]?.passed).toBe(true);
    },
  );

  test('not: { exists: false } fails it', () => {
    expect(evaluate({ not: { exists: false } }, absent)[0]?.passed).toBe(false);
  });
});

describe('not', () => {
  test.each<[matcher: Matcher, actual: Value, note: string]>([
    [{ greaterThan: braced('inputs.text') }, 900, 'the operand is no number'],
    [{ greaterThan: 1 }, 'a', 'string is no number'],
    [{ matches: '5' }, 5, 'number is no text'],
    [{ in: 'abc' }, 'a', 'the operand is no list'],
    [{ contains: 404 }, 'Room 404', 'the operand is no text'],
    [{ contains: 'a' }, 404, 'number has no parts'],
  ])('says nothing of what %j is not for: %j', (matcher, actual, note) => {
    expect(evaluate({ not: matcher }, present(actual))).toMatchObject([{ passed: false, note }]);
  });

  test('holds where another operator does not', () => {
    expect(holds({ not: { is: 'number', matches: 'a' } }, null)).toBe(true);
  });

  test('holds unless all its operators do', () => {
    expect(holds({ not: { equals: 1 } }, 2)).toBe(true);
    expect(holds({ not: { atLeast: 1, atMost: 3 } }, 4)).toBe(true);
    expect(holds({ not: { atLeast: 1, atMost: 3 } }, 2)).toBe(false);
    expect(holds({ not: { not: { equals: 1 } } }, 1)).toBe(true);
  });
});

describe('length', () => {
  test.each<[what: string, value: Value, count: number]>([
    ['elements', [1, [2, 3]], 2],
    ['members', { a: 1, b: 2, c: 3 }, 3],
    ['Unicode characters', 'a🙂é', 3],
    ['bytes', bytes, 3],
    ['nothing', '', 0],
  ])('counts %s', (_, value, count) => {
    expect(holds({ length: count }, value)).toBe(true);
    expect(holds({ length: count + 1 }, value)).toBe(false);
  });

  test.each<[matcher: Matcher, passed: boolean]>([
    [{ length: { atLeast: 2 } }, true],
    [{ length: { between: [3, 4] } }, false],
    [{ length: { in: [1, 2] } }, true],
    [{ length: braced('inputs.n') }, false],
    [{ length: braced('inputs.n - 1') }, true],
    [{ length: exact('2.0') }, true],
  ])('%j of two', (matcher, passed) => {
    expect(holds(matcher, [1, 2])).toBe(passed);
  });
});

describe('each and any', () => {
  test.each<[matcher: Matcher, value: Value, passed: boolean]>([
    [{ each: { greaterThan: 1 } }, [2, 3], true],
    [{ each: { greaterThan: 1 } }, [2, 1], false],
    [{ each: { greaterThan: 1 } }, [], true],
    [{ each: { is: 'integer', atMost: 3 } }, [1, 4], false],
    [{ each: { not: { equals: 1 } } }, [2, 3], true],
    [{ any: { greaterThan: 1 } }, [1, 2], true],
    [{ any: { greaterThan: 1 } }, [1, 0], false],
    [{ any: { greaterThan: 1 } }, [], false],
    [{ any: { like: { a: 1 } } }, [{ a: 1, b: 1 }], true],
    [{ each: { each: { equals: 1 } } }, [[1], [1, 1]], true],
    [{ each: { equals: 1 } }, { a: 1 }, false],
  ])('%j of %j', (matcher, value, passed) => {
    expect(holds(matcher, value)).toBe(passed);
  });

  test('each tells which elements fail, and where inside them', () => {
    const [finding] = evaluate({ each: { like: { a: 1 } } }, present([{ a: 1 }, { a: 2 }, 5]));
    expect(finding?.differences).toEqual([
      { path: '$[1].a', expected: 1, actual: 2 },
      { path: '$[2]', expected: { a: 1 }, actual: 5, note: 'a number, not an object' },
    ]);
  });

  test('an element without a note says what it must be', () => {
    const [finding] = evaluate({ each: { exists: false, lessThan: 2 } }, present([3, null]));
    expect(finding?.differences).toEqual([
      { path: '$[0]', actual: 3, note: 'it is there' },
      { path: '$[1]', actual: null, note: 'it is there' },
    ]);
    const [other] = evaluate({ each: { lessThan: 2 } }, present([1, 3]));
    expect(other?.differences).toEqual([
      { path: '$[1]', actual: 3, expected: 2, note: 'must be: less than 2' },
    ]);
    const [nested] = evaluate({ each: { not: { equals: 3 } } }, present([3]));
    expect(nested?.differences).toEqual([{ path: '$[0]', actual: 3, note: 'must be: not 3' }]);
  });
});

describe('a duration', () => {
  const duration: Found = { there: true, value: 2000, milliseconds: true };

  test.each<[matcher: Matcher, passed: boolean]>([
    [{ equals: '2s' }, true],
    [{ equals: '3s' }, false],
    [{ notEquals: '2s' }, false],
    [{ in: ['1s', '2s'] }, true],
    [{ in: ['1s', 'x'] }, false],
    [{ lessThan: '2.5s' }, true],
    [{ between: ['1s', '1999ms'] }, false],
    [{ equals: 2000 }, true],
  ])('is compared with durations: %j', (matcher, passed) => {
    expect(evaluate(matcher, duration)[0]?.passed).toBe(passed);
  });

  test('a number of anything else is never a text', () => {
    expect(holds({ equals: '2s' }, 2000)).toBe(false);
  });
});
