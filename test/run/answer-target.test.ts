import { beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '../../src/artifact/judgement.ts';
import { loadCss } from '../../src/query/css.ts';
import type { Filter } from '../../src/query/filter.ts';
import { loadJsonSchema } from '../../src/query/json-schema.ts';
import { loadXml } from '../../src/query/xml.ts';
import { resolveTarget } from '../../src/run/target.ts';
import type { Reply } from './journey-run.ts';
import { answeredWith, judgedOf } from './judged.ts';

beforeAll(() => Promise.all([loadXml(), loadCss(), loadJsonSchema()]));

function find(target: Target, reply: Reply, filters: readonly Filter[] = []) {
  const found = resolveTarget(target, answeredWith(reply), filters);
  return found.there ? found.value : found.note;
}

const all: Filter = { kind: 'all' };
const typed = (type: string, text: string): Reply => ({ headers: [['Content-Type', type]], text });

describe('cookie', () => {
  const headers = [
    ['Set-Cookie', 'session=first; Path=/'],
    ['set-cookie', 'session="s=1"; Path=/api; HttpOnly; Max-Age=60'],
    ['Set-Cookie', 'empty='],
  ] as const;

  test.each([
    ['session', 's=1'],
    ['session; Path', '/api'],
    ['session; path', '/api'],
    ['session;HttpOnly', true],
    ['session; Max-Age', '60'],
    ['empty', ''],
    ['Session', 'not there: the answer sets no such cookie'],
    ['session; Secure', 'not there: the cookie has no such attribute'],
  ])('%s is %j', (name, value) => {
    expect(find({ kind: 'cookie', name }, { headers })).toBe(value);
  });

  test('raw it is a header like any other', () => {
    expect(find({ kind: 'header', name: 'set-cookie' }, { headers }, [all])).toHaveLength(3);
  });
});

describe('header', () => {
  const headers = [
    ['Vary', 'a'],
    ['vary', 'b, c'],
  ] as const;

  test('with `all` is the list of its lines', () => {
    expect(find({ kind: 'header', name: 'vary' }, { headers }, [all])).toEqual(['a', 'b, c']);
    expect(find({ kind: 'header', name: 'etag' }, { headers }, [all])).toBe('not there');
  });
});

describe('xpath', () => {
  const xml = typed(
    'application/xml',
    '<d:list xmlns:d="DAV:"><d:a n="1">x</d:a><d:a n="2">y</d:a></d:list>',
  );
  const html = typed('text/html; charset=utf-8', '<ul><li class="a">one<li>two</ul>');
  const xpath = (expression: string): Target => ({ kind: 'xpath', expression, namespaces: [['d', 'DAV:']] });

  test.each([
    ['//d:a', xml, [], 'x'],
    ['//d:a', xml, [all], ['x', 'y']],
    ['//d:a/@n', xml, [all], ['1', '2']],
    ['count(//d:a)', xml, [], 2],
    ["//d:a[2] = 'y'", xml, [], true],
    ['//d:b', xml, [], 'not there'],
    ['//d:b', xml, [all], 'not there'],
    ['//li[2]', html, [], 'two'],
    ["//li[@class='a']", html, [], 'one'],
  ] as const)('%s', (expression, reply, filters, value) => {
    expect(find(xpath(expression), reply, filters)).toEqual(value);
  });

  test('of what is no XML is absent, and says why', () => {
    expect(find(xpath('//a'), typed('application/xml', '<a'))).toMatch(/^not there; /);
  });
});

describe('css', () => {
  const reply = typed('text/html', '<a href="/1">one</a><a href="/2">two</a>');

  test.each([
    [{ kind: 'css', selector: 'a' }, [], 'one'],
    [{ kind: 'css', selector: 'a' }, [all], ['one', 'two']],
    [{ kind: 'css', selector: 'a:last-child', attribute: 'href' }, [], '/2'],
    [{ kind: 'css', selector: 'a', attribute: 'href' }, [all, { kind: 'join', separator: ' ' }], '/1 /2'],
    [{ kind: 'css', selector: 'b' }, [], 'not there'],
    [{ kind: 'css', selector: 'a', attribute: 'id' }, [], 'not there'],
  ] as const)('%j', (target, filters, value) => {
    expect(find(target, reply, filters)).toEqual(value);
  });
});

describe('regex', () => {
  const reply: Reply = { text: 'id=1, id=22, ä' };

  test.each([
    ['id=(\\d+)', [], '1'],
    ['id=\\d+', [], 'id=1'],
    ['id=(\\d+)', [all], ['1', '22']],
    ['\\p{L}$', [], 'ä'],
    ['^x', [], 'nothing matches'],
    ['^x', [all], 'nothing matches'],
  ] as const)('%s', (pattern, filters, value) => {
    expect(find({ kind: 'regex', pattern }, reply, filters)).toEqual(value);
  });
});

describe('bytes and digests', () => {
  test('are of the body as it is', () => {
    const reply: Reply = { bytes: Uint8Array.of(97, 98, 99) };
    expect(find({ kind: 'bytes' }, reply)).toEqual(Uint8Array.of(97, 98, 99));
    expect(find({ kind: 'bytes' }, reply, [{ kind: 'hex' }])).toBe('616263');
    expect(find({ kind: 'md5' }, reply)).toBe('900150983cd24fb0d6963f7d28e17f72');
    expect(find({ kind: 'sha1' }, reply)).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
    expect(find({ kind: 'sha256' }, reply)).toMatch(/^ba7816bf/);
    expect(find({ kind: 'sha512' }, reply)).toMatch(/^ddaf35a1/);
  });
});

describe('the wire', () => {
  const response = {
    url: 'https://shop.example/b',
    redirects: 2,
    httpVersion: '2',
    timing: { dns: 1, tcp: 2, tls: 3, firstByte: 4, total: 5 },
    certificate: {
      subject: 'CN=shop.example',
      issuer: 'CN=ca',
      validFrom: '2026-01-01T00:00:00Z',
      validTo: '2027-01-01T00:00:00Z',
      subjectAltName: 'DNS:shop.example',
      serialNumber: '01',
      fingerprint256: 'AB:CD',
    },
  };

  test.each<[Target, unknown, unknown]>([
    [{ kind: 'url' }, 'https://shop.example/b', 'not known'],
    [{ kind: 'redirects' }, 2, 0],
    [{ kind: 'httpVersion' }, '2', '1.1'],
    [{ kind: 'timing', phase: 'firstByte' }, 4, 'not measured'],
    [{ kind: 'certificate', field: 'subject' }, 'CN=shop.example', 'there was no TLS'],
  ])('%j is %j, or %j', (target, value, without) => {
    expect(find(target, { response })).toBe(value);
    expect(find(target, {})).toBe(without);
  });

  test('timing is compared with durations', () => {
    expect(resolveTarget({ kind: 'timing', phase: 'total' }, answeredWith({ response }))).toMatchObject({
      milliseconds: true,
    });
  });

  test('a certificate has no other fields', () => {
    expect(find({ kind: 'certificate', field: 'toString' }, { response })).toBe('not there');
  });
});

describe('schema', () => {
  test('looks at the body as JSON', () => {
    const target: Target = { kind: 'schema', schema: {} };
    expect(find(target, { json: { a: 1 } })).toEqual({ a: 1 });
    expect(find(target, {})).toBe('not there; the body is empty');
  });
});

describe('output', () => {
  test('is one that this step gave', () => {
    const judged = judgedOf({}, { outputs: { a: 1 } });
    expect(resolveTarget({ kind: 'output', name: 'a' }, judged)).toEqual({ there: true, value: 1 });
    expect(resolveTarget({ kind: 'output', name: 'toString' }, judged)).toEqual({
      there: false,
      note: 'not there: the output was not taken',
    });
  });
});

describe('filters', () => {
  const json = { list: [3, 1, 3], text: ' A ' };
  const body = (path: string): Target => ({ kind: 'body', path });

  test.each<[Target, readonly Filter[], unknown]>([
    [body('$.list'), [{ kind: 'count' }], 3],
    [body('$.list[*]'), [{ kind: 'unique' }, { kind: 'sort' }], [1, 3]],
    [body('$.text'), [{ kind: 'trim' }, { kind: 'lowercase' }], 'a'],
    [body('$.list'), [{ kind: 'nth', index: -2 }], 1],
    [body('$.list'), [{ kind: 'nth', index: 9 }], 'a filter found nothing that it fits'],
    [body('$.text'), [{ kind: 'count' }], 'a filter found nothing that it fits'],
    [body('$.gone'), [{ kind: 'count' }], 'not there; the body has: list, text'],
  ])('%j through %j', (target, filters, value) => {
    expect(find(target, { json }, filters)).toEqual(value);
  });

  test('keep the path of what they were given', () => {
    const found = resolveTarget(body('$.list'), answeredWith({ json }), [{ kind: 'count' }]);
    expect(found).toEqual({ there: true, value: 3, path: '$.list' });
  });
});
