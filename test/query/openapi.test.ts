import { beforeAll, describe, expect, test } from 'vitest';
import { compileSchema, loadJsonSchema } from '../../src/query/json-schema.ts';
import { findMedia, findResponse, type OpenApiOperation } from '../../src/query/openapi.ts';
import { findUndocumented } from '../../src/query/openapi-fields.ts';
import { judgeByOpenApi, type OpenApiAnswer } from '../../src/query/openapi-judge.ts';
import { findOperation, findPossible, pathsOf } from '../../src/query/openapi-path.ts';
import { isMap, type Value, type ValueMap } from '../../src/query/value.ts';
import { braced } from './scope.ts';

beforeAll(loadJsonSchema);

describe('the operation of a request', () => {
  const operations = [
    { method: 'GET', path: '/orders/{id}' },
    { method: 'GET', path: '/orders/latest' },
    { method: 'DELETE', path: '/orders/{id}' },
    { method: 'GET', path: '/reports/{name}.pdf' },
    { method: 'GET', path: '/a b/{x}' },
    { method: 'GET', path: '/' },
  ];

  test.each([
    ['GET', '/orders/7', '/orders/{id}'],
    ['get', '/orders/latest', '/orders/latest'],
    ['GET', '/orders/a%2Fb', '/orders/{id}'],
    ['GET', '/reports/june.pdf', '/reports/{name}.pdf'],
    ['GET', '/a%20b/1', '/a b/{x}'],
    ['GET', '/', '/'],
    ['PUT', '/orders/7', undefined],
    ['GET', '/orders/', undefined],
    ['GET', '/orders/7/items', undefined],
    ['GET', '/reports/june_pdf', undefined],
  ])('of %s %s is %s', (method, path, expected) => {
    expect(findOperation(operations, method, [path])?.path).toBe(expected);
  });

  test('a path of a stronger reading wins', () => {
    expect(findOperation(operations, 'GET', ['/nowhere', '/orders/latest'])?.path).toBe('/orders/latest');
  });

  test.each<[string, string, readonly string[], readonly string[]]>([
    ['http://h/api/orders?x=1', 'http://h/api', [], ['/orders', '/api/orders']],
    ['http://h/api', 'http://h/api', [], ['/', '/api']],
    ['http://h/apis/orders', 'http://h/api', [], ['/apis/orders']],
    ['http://h/api/v1/orders', 'http://h/api', ['/v1'], ['/v1/orders', '/api/v1/orders', '/orders']],
    ['http://h', 'http://h', [], ['/']],
  ])('%s below %s', (url, base, basePaths, expected) => {
    expect(pathsOf(url, base, basePaths)).toEqual(expected);
  });

  test.each<[string, readonly string[]]>([
    [`/orders/${braced('inputs.id')}`, ['/orders/{id}', '/orders/latest', '/orders/{id}']],
    [`/orders/A-${braced('inputs.id')}?x=/`, ['/orders/{id}', '/orders/{id}']],
    [`/orders/${braced("'a/b' + '}'")}`, ['/orders/{id}', '/orders/latest', '/orders/{id}']],
    ['/orders/7', ['/orders/{id}', '/orders/{id}']],
    ['orders/latest', ['/orders/{id}', '/orders/latest', '/orders/{id}']],
    ['/v1/orders/7', ['/orders/{id}', '/orders/{id}']],
    ['/v2/orders/7', []],
    ['/june.pdf', ['/reports/{name}.pdf']],
    ['/typo', []],
    ['/latest', ['/orders/latest']],
    [`/orders/${braced('inputs.id')}/items`, []],
  ])('%s may mean %j', (written, expected) => {
    expect(findPossible(operations, written, ['/v1']).map(({ path }) => path)).toEqual(expected);
  });
});

describe('the response and its content', () => {
  test('a status is found by itself, its class, or as the default', () => {
    const all = [{ status: '4XX' }, { status: 'default' }, { status: '404' }];
    const of = (status: number) => findResponse(all, status)?.status;
    expect([of(404), of(410), of(200)]).toEqual(['404', '4XX', 'default']);
    expect(findResponse([{ status: '4xx' }], 410)?.status).toBe('4xx');
    expect(findResponse([{ status: '404' }], 200)).toBeUndefined();
  });

  test('a content type is found by itself, without parameters, or as a range', () => {
    const content = ['*/*', 'text/*', 'application/json; charset=utf-8'].map((type) => ({ type }));
    const of = (type: string) => findMedia(content, type)?.type;
    expect(of('Application/JSON;charset=UTF-8')).toBe('application/json; charset=utf-8');
    expect(of('text/csv')).toBe('text/*');
    expect(of('image/png')).toBe('*/*');
    expect(findMedia([{ type: 'text/*' }], 'image/png')).toBeUndefined();
  });
});

describe('undocumented fields', () => {
  const definitions: ValueMap = {
    Node: { type: 'object', properties: { id: {}, next: { $ref: '#/$defs/Node' } } },
    Loop: { allOf: [{ $ref: '#/$defs/Loop' }, { properties: { a: {} } }] },
    Open: { properties: { a: {} }, additionalProperties: true },
  };

  test.each<[string, Value, Value, readonly string[]]>([
    ['a member', { properties: { a: {} } }, { a: 1, b: 2 }, ["$['b']"]],
    [
      'deep in lists',
      { properties: { a: { items: { properties: { b: {} } } } } },
      { a: [{ b: 1 }, { c: 1 }] },
      ["$['a'][1]['c']"],
    ],
    ['behind references', { $ref: '#/$defs/Node' }, { next: { next: { x: 1 } } }, ["$['next']['next']['x']"]],
    [
      'allOf adds up',
      { allOf: [{ properties: { a: {} } }, { properties: { b: {} } }] },
      { a: 1, b: 1, c: 1 },
      ["$['c']"],
    ],
    [
      'any branch counts',
      { oneOf: [{ properties: { a: {} } }, { properties: { b: {} } }] },
      { a: 1, b: 1 },
      [],
    ],
    ['a schema that leads into itself', { $ref: '#/$defs/Loop' }, { a: 1, b: 1 }, ["$['b']"]],
    ['what says it is open', { $ref: '#/$defs/Open' }, { a: 1, b: 1 }, []],
    ['what says nothing of members', { type: 'object' }, { a: 1 }, []],
    ['what is no object', { properties: { a: {} } }, [{ b: 1 }], []],
    ['names of Object.prototype', { properties: { a: {} } }, { constructor: 1 }, ["$['constructor']"]],
  ])('%s', (_, schema, value, expected) => {
    expect(findUndocumented(value, schema, definitions)).toEqual(expected);
  });
});

describe('judging an answer', () => {
  const definitions: ValueMap = {
    Order: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
  };
  const schemas = {
    definitions,
    compile(schema: Value) {
      const compiled = compileSchema(isMap(schema) ? { ...schema, $defs: definitions } : schema);
      if (!compiled.ok) throw new Error(compiled.message);
      return compiled;
    },
  };
  const operation: OpenApiOperation = {
    method: 'GET',
    path: '/orders/{id}',
    responses: [
      { status: '200', content: [{ type: 'application/json', schema: { $ref: '#/$defs/Order' } }] },
      { status: '204', content: [] },
    ],
  };
  const answered = (more: Partial<OpenApiAnswer> = {}): OpenApiAnswer => ({
    method: 'GET',
    status: 200,
    contentType: 'application/json; charset=utf-8',
    size: 1,
    json: () => ({ ok: true, value: { id: 1 } }),
    ...more,
  });
  const body = (value: Value): Partial<OpenApiAnswer> => ({ json: () => ({ ok: true, value }) });

  test.each<[string, Partial<OpenApiAnswer>, readonly (readonly [kind: string, path: string])[]]>([
    ['what is documented', {}, []],
    ['another status', { status: 500 }, [['status', 'status']]],
    ['another content type', { contentType: 'text/html' }, [['contentType', 'content-type']]],
    ['no content type', { contentType: undefined }, [['contentType', 'content-type']]],
    [
      'no body where one is documented',
      { contentType: undefined, size: 0 },
      [['contentType', 'content-type']],
    ],
    ['a body where none is documented', { status: 204 }, [['contentType', 'content-type']]],
    ['no body where none is documented', { status: 204, contentType: undefined, size: 0 }, []],
    ['an answer to HEAD', { method: 'HEAD', contentType: undefined, size: 0 }, []],
    ['what does not fit the schema', body({ id: '1' }), [['schema', "$['id']"]]],
    [
      'fields beside those of the schema',
      body({ total: 1 }),
      [
        ['schema', '$'],
        ['undocumentedField', "$['total']"],
      ],
    ],
    ['what is not JSON', { json: () => ({ ok: false, message: 'no' }) }, [['schema', '$']]],
  ])('%s', (_, more, expected) => {
    const found = judgeByOpenApi(operation, answered(more), schemas);
    expect(found.map(({ kind, path }) => [kind, path])).toEqual(expected);
  });

  test('a finding says what was expected and what came', () => {
    expect(judgeByOpenApi(operation, answered({ status: 500 }), schemas)).toEqual([
      {
        kind: 'status',
        path: 'status',
        message: 'this status is not documented',
        expected: ['200', '204'],
        actual: 500,
      },
    ]);
  });
});
