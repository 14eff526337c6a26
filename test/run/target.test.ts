import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/artifact/judgement.ts';
import { resolveTarget } from '../../src/run/target.ts';
import { braced } from '../query/scope.ts';
import type { Reply } from './journey-run.ts';
import { answeredWith, judgedOf } from './judged.ts';

function find(target: Target, reply: Reply) {
  return resolveTarget(target, answeredWith(reply));
}

function contentOf(target: Target, reply: Reply) {
  const found = find(target, reply);
  return found.there ? found.value : undefined;
}

function noteOf(target: Target, reply: Reply) {
  const found = find(target, reply);
  return found.there ? undefined : found.note;
}

const body = (path: string): Target => ({ kind: 'body', path });
const header = (name: string): Target => ({ kind: 'header', name });

describe('of an answer', () => {
  test('its status, text and duration', () => {
    expect(contentOf({ kind: 'status' }, { status: 418 })).toBe(418);
    expect(contentOf({ kind: 'text' }, { text: 'a\n' })).toBe('a\n');
    expect(contentOf({ kind: 'text' }, {})).toBe('');
    expect(find({ kind: 'duration' }, { ms: 12.5 })).toEqual({
      there: true,
      value: 12.5,
      milliseconds: true,
    });
  });

  test('a header, its name in any case, what is repeated joined', () => {
    const headers = [
      ['Location', '/carts/1'],
      ['VARY', 'a'],
      ['vary', 'b, c'],
    ] as const;
    expect(contentOf(header('location'), { headers })).toBe('/carts/1');
    expect(contentOf(header('Vary'), { headers })).toBe('a, b, c');
    expect(contentOf(header(braced("'va' + 'ry'")), { headers })).toBe('a, b, c');
    expect(noteOf(header('etag'), { headers })).toBe('not there');
    expect(noteOf(header('locaton'), { headers })).toBe('not there; did you mean "location"?');
  });

  test('attempts are counted, a value is evaluated, and there is no error', () => {
    expect(resolveTarget({ kind: 'attempts' }, judgedOf({}, { attempts: 3 }))).toEqual({
      there: true,
      value: 3,
    });
    const { scope } = judgedOf({ inputs: { n: 2 } });
    const value = (expression: string): unknown =>
      resolveTarget({ kind: 'value', expression: braced(expression) }, judgedOf({}, { scope }));
    expect(value('inputs.n + 1')).toEqual({ there: true, value: 3 });
    expect(value('optional.none()')).toEqual({ there: true, value: null });
    expect(() => value('inputs.m')).toThrow('inputs has no "m"');
    expect(noteOf({ kind: 'error' }, {})).toBe('an answer came');
  });
});

describe('without an answer', () => {
  test.each<Target>([{ kind: 'status' }, { kind: 'text' }, header('a'), body('$')])(
    '%j is absent',
    (target) => {
      expect(resolveTarget(target, judgedOf())).toEqual({ there: false, note: 'no answer came' });
    },
  );

  test('error is the reason, and duration what it took', () => {
    expect(resolveTarget({ kind: 'error' }, judgedOf({}, { error: 'refused' }))).toEqual({
      there: true,
      value: 'refused',
    });
    expect(resolveTarget({ kind: 'duration' }, judgedOf())).toEqual({
      there: false,
      note: 'nothing was sent',
    });
  });
});

describe('body', () => {
  const json = { id: 1, note: null, list: [{ a: 1 }, { a: 2 }, {}], deep: { 'a b': { c: 5 } }, empty: {} };

  test.each<[path: string, value: unknown]>([
    ['$.id', 1],
    ['$.note', null],
    ['$.list[-1]', {}],
    ["$.deep['a b'].c", 5],
    ['$', json],
    ['$.list[*].a', [1, 2]],
    ['$.list[?@.a > 5]', []],
    ['$..c', [5]],
  ])('%s', (path, value) => {
    expect(contentOf(body(path), { json })).toEqual(value);
  });

  test('a query that is not singular gives a list, and says so', () => {
    expect(find(body('$.none[*]'), { json })).toEqual({
      there: true,
      value: [],
      many: true,
      path: '$.none[*]',
    });
    expect(find(body('$.id'), { json })).toEqual({ there: true, value: 1, path: '$.id' });
  });

  test.each<[path: string, note: string]>([
    ['$.ide', 'the body has: id, note, list, deep, empty'],
    ['$.list[3]', '$.list has 3 elements'],
    ['$.list[0].b', '$.list[0] has: a'],
    ['$.id.x', '$.id is no object'],
    ['$.empty.x', '$.empty is an empty object'],
    ["$.deep['a b'].d", '$.deep.a b has: c'],
    ['$.deep["a b"]["d"]', '$.deep.a b has: c'],
    ['$.toString', 'the body has: id, note, list, deep, empty'],
  ])('%s is not there: %s', (path, note) => {
    expect(find(body(path), { json })).toEqual({ there: false, note: `not there; ${note}`, path });
  });

  test('of a list with one element, and of many members, no more is told than helps', () => {
    expect(noteOf(body('$[1]'), { json: [0] })).toBe('not there; the body has 1 element');
    expect(noteOf(body('$[0].b'), { json: [{}] })).toBe('not there; $[0] is an empty object');
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`m${index}`, index]));
    expect(noteOf(body('$.x'), { json: many })).toBe(
      'not there; the body has: m0, m1, m2, m3, m4, m5, m6, m7, …',
    );
    expect(noteOf(body('$.x'), { json: 5 })).toBe('not there; the body is no object');
  });

  test('is JSON whatever the content type, numbers as written', () => {
    const headers = [['Content-Type', 'text/html']] as const;
    expect(contentOf(body('$.a'), { headers, text: '{"a":1}' })).toBe(1);
    expect(contentOf(body('$.a'), { text: '{"a":12345678901234567890}' })).toMatchObject({
      text: '12345678901234567890',
    });
  });

  test('that is not JSON is absent, and the message says why', () => {
    expect(noteOf(body('$.a'), { text: '<html>' })).toMatch(/^not there; the body is not JSON: /);
    expect(noteOf(body('$.a'), { text: ' \n' })).toBe('not there; the body is empty');
    expect(find(body('$.a[*]'), {})).toEqual({
      there: false,
      note: 'not there; the body is empty',
      path: '$.a[*]',
    });
  });

  test.each(['application/jsonl', 'application/x-ndjson; charset=utf-8', 'Application/JSONL'])(
    'of %s is the list of its lines',
    (type) => {
      const headers = [['Content-Type', type]] as const;
      expect(contentOf(body('$'), { headers, text: '{"a":1}\r\n\n2\n' })).toEqual([{ a: 1 }, 2]);
      expect(contentOf(body('$'), { headers, text: '' })).toEqual([]);
      expect(noteOf(body('$'), { headers, text: '1\n{' })).toMatch(
        /^not there; line 2 of the body is not JSON: /,
      );
    },
  );
});
