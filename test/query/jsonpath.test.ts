import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalValues } from '../../src/query/equal.ts';
import { parseJson } from '../../src/query/json.ts';
import { normalizePath, parseJsonPath } from '../../src/query/jsonpath.ts';
import { queryJsonPath } from '../../src/query/jsonpath-query.ts';
import { isList, isMap, type Value, type ValueMap } from '../../src/query/value.ts';

function json(text: string): Value {
  const parsed = parseJson(text);
  if (!parsed.ok) throw new Error(`${parsed.message} at ${parsed.offset}`);
  return parsed.value;
}

function select(path: string, document: string): readonly Value[] {
  const parsed = parseJsonPath(path);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.path.select(json(document)).map(({ value }) => value);
}

function casesOf(file: string): readonly ValueMap[] {
  const suite = json(readFileSync(file, 'utf8'));
  if (!isMap(suite) || !isList(suite.tests)) throw new Error(`${file} holds no suite`);
  return suite.tests.filter((one) => isMap(one));
}

const cases = casesOf('fixtures/suites/jsonpath-cts/cts.json').map((one) => [String(one.name), one] as const);

function listOf(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : [];
}

describe('the JSONPath compliance suite', () => {
  test('is whole', () => expect(cases.length).toBe(687));

  test.each(cases.filter(([, one]) => one.invalid_selector === true))('refuses: %s', (_, one) => {
    expect(parseJsonPath(String(one.selector)).ok).toBe(false);
  });

  test.each(cases.filter(([, one]) => one.invalid_selector !== true))('selects: %s', (_, one) => {
    const parsed = parseJsonPath(String(one.selector));
    if (!parsed.ok) throw new Error(parsed.message);
    const found = parsed.path.select(one.document ?? null);
    const values = found.map(({ value }) => value);
    const allowed = one.results === undefined ? [one.result ?? null] : listOf(one.results);
    expect(allowed.some((result) => equalValues(values, result))).toBe(true);
    const paths = one.results_paths === undefined ? [one.result_paths ?? null] : listOf(one.results_paths);
    expect(paths).toContainEqual(found.map(({ location }) => normalizePath(location)));
  });
});

describe('exact numbers', () => {
  test('comes out as written', () => {
    expect(select('$.a', '{"a":12345678901234567890}')).toEqual([json('12345678901234567890')]);
    expect(select('$..*', '[1.0,[2e1]]')).toEqual(json('[1.0,[2e1],2e1]'));
  });

  test.each([
    ['@.id == 9007199254740993', [2]],
    ['@.id == 9007199254740992', [1]],
    ['@.id > 9007199254740992', [2]],
    ['@.id >= 9007199254740992', [1, 2]],
    ['@.id < 9007199254740993', [1]],
    ['@.id != 9007199254740993', [1]],
    ['@.id == $[1].id', [2]],
    ['@.n == 1', [1, 2]],
    ['@.n == 1.0', [1, 2]],
  ])('$[?%s]', (filter, expected) => {
    const document = '[{"id":9007199254740992,"n":1,"k":1},{"id":9007199254740993,"n":1.0,"k":2}]';
    expect(select(`$[?${filter}].k`, document)).toEqual(expected);
  });

  test('the number of a member is no object', () => {
    expect(select('$..text', '{"a":1.0}')).toEqual([]);
    expect(select('$.a.*', '{"a":1.0}')).toEqual([]);
  });
});

test.each([
  ['$', true],
  ['$.a.b[0]', true],
  ["$['a'][-1]", true],
  ['$[ "a" ]', true],
  ['$.*', false],
  ['$..a', false],
  ['$[0,1]', false],
  ['$[0:1]', false],
  ['$[?@.a]', false],
])('%s is singular: %s', (text, singular) => {
  expect(parseJsonPath(text)).toMatchObject({ ok: true, path: { text, singular } });
});

test('a shorthand name may hold a hyphen', () => {
  expect(select('$.dist-tags.latest', '{"dist-tags":{"latest":"1.0.0"}}')).toEqual(['1.0.0']);
  expect(select('$..dist-tags', '{"dist-tags":1}')).toEqual([1]);
});

test('length() counts characters', () => {
  expect(select('$[?length(@) == 1]', '["🙂","ab",[1]]')).toEqual(['🙂', [1]]);
});

test('descends as deep as JSON may nest', () => {
  expect(select('$..a', `${'['.repeat(499)}{"a":1}${']'.repeat(499)}`)).toEqual([1]);
});

test('selects from very long lists', () => {
  const long = `[${Array.from({ length: 200_000 }, (_, index) => index).join(',')}]`;
  expect(select('$[?@ >= 199999]', long)).toEqual([199_999]);
});

test.each([
  ['', 0, 'a query starts with "$"'],
  ['a', 0, 'a query starts with "$"'],
  ['$.', 2, 'the query ends where a name, an index or * must follow'],
  ['$.a.', 4, 'the query ends where a name, an index or * must follow'],
  ['$..', 3, 'the query ends after "..", where a name, [ or * must follow'],
  ['$.a[', 4, 'unclosed bracketed selection'],
  ['$[01]', 2, 'leading zero in index selector'],
  ['$.a ', 4, 'blanks after the query'],
  ['$[1 2]', 4, 'expected ",", found "an index"'],
  ['$[?@.a ==]', 9, undefined],
  ['$[?nope(@)]', 3, "no such function 'nope'"],
])('%j is refused at %i', (text, offset, message) => {
  const parsed = parseJsonPath(text);
  expect(parsed).toMatchObject(
    message === undefined ? { ok: false, offset } : { ok: false, offset, message },
  );
});

test('nothing but an answer comes out of any text', () => {
  const word = fc.constantFrom(
    '$',
    '.',
    '..',
    'a',
    '[',
    ']',
    '(',
    ')',
    '?',
    '@',
    '*',
    ',',
    ':',
    '0',
    '-1',
    '"',
    "'",
    '\\',
    ' ',
    '&&',
    '==',
    'length',
    '1e5',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const parsed = parseJsonPath(`$${words.join('')}`);
      if (parsed.ok) parsed.path.select([{ a: [1, 'x'] }]);
      else expect(parsed.message).not.toMatch(/TOKEN_|undefined/);
    }),
    { numRuns: 2000 },
  );
});

test('a filter nested without end is refused', () => {
  expect(parseJsonPath(`$[?${'('.repeat(9000)}@.a${')'.repeat(9000)}]`)).toMatchObject({ ok: false });
  expect(parseJsonPath(`$${'.a[*]'.repeat(9000)}`)).toMatchObject({ ok: false, offset: 20_000 });
});

test('the short way to plain paths finds what the library finds', () => {
  const segment = fc.constantFrom('.a', '.b', '[0]', '[-1]', '[5]', "['a']", '["b"]');
  const document = json('{"a":[{"b":1.0,"a":[2]},{"b":"x"}],"b":{"a":null}}');
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 4 }), (segments) => {
      const text = `$${segments.join('')}`;
      const plain = parseJsonPath(text);
      const general = queryJsonPath(text);
      if (!plain.ok || !general.ok) throw new Error(text);
      const values = general.select(document).map(({ value }) => value);
      expect(plain.path.select(document).map(({ value }) => value)).toEqual(values);
    }),
  );
});

test.each([
  ["$['it\\'s']", `{"it's":1}`, "$['it\\'s']"],
  ['$["it\'s"]', `{"it's":1}`, "$['it\\'s']"],
  ['$["\\n"]', '{"\\n":1}', "$['\\n']"],
  ['$.*', '{"\\u0001\\\\":1}', "$['\\u0001\\\\']"],
  ['$.a[-1]', '{"a":[1,2]}', "$['a'][1]"],
])('%s has a normalized path', (path, document, normalized) => {
  const parsed = parseJsonPath(path);
  if (!parsed.ok) throw new Error(parsed.message);
  const found = parsed.path.select(json(document));
  expect(found.map(({ location }) => normalizePath(location))).toEqual([normalized]);
});
