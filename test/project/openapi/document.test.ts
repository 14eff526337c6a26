import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDocument, embedOperations } from '../../../src/project/openapi/document.ts';
import { readDocument } from '../../../src/project/openapi/read.ts';
import { createSchemaConverter } from '../../../src/project/openapi/schemas.ts';
import { serviceDocuments } from '../../../src/project/openapi/services.ts';
import { loadProject } from '../../../src/project/project.ts';
import type { Value } from '../../../src/query/value.ts';
import { writeProject } from '../../support/project-folder.ts';

const encoder = new TextEncoder();

describe('a document', () => {
  const text = `openapi: 3.1.0
servers: [{ url: "https://shop.example/v1/" }, { url: /v1 }, { url: "//h/v2" }, { url: "https://h" }]
paths:
  /a:
    summary: not an operation
    get: { responses: { 200: { description: ok }, x-note: no } }
  /b: { $ref: "#/components/pathItems/B" }
components:
  pathItems:
    B: { post: { responses: { "201": { description: made } } } }
`;

  test('gives its operations, their statuses and the paths of its servers', () => {
    const read = readDocument('shop.yaml', encoder.encode(text));
    if (!read.ok) throw new Error(read.message);
    const { operations, basePaths, version } = read.document;
    expect(version).toBe('3.1');
    expect(basePaths).toEqual(['/v1', '/v2']);
    expect(operations.map(({ method, path, statuses }) => [method, path, statuses])).toEqual([
      ['GET', '/a', ['200']],
      ['POST', '/b', ['201']],
    ]);
  });

  test.each<[string, string]>([
    ['{ "openapi": "3.0.3", "paths": { "/": { "get": {} } } }', '3.0'],
    ['{ "openapi": "3.1.1", "paths": { "/": { "get": {} } } }', '3.1'],
    ['openapi: 3.1\npaths: { /: { get: {} } }', '3.1'],
  ])('%s is one of version %s', (written, version) => {
    const read = readDocument('shop', encoder.encode(written));
    expect(read.ok && read.document.version).toBe(version);
  });

  test.each<[string, string]>([
    ['openapi: 3.2.0', 'this is no OpenAPI document of version 3.0 or 3.1'],
    ['openapi: 3.10.0', 'this is no OpenAPI document of version 3.0 or 3.1'],
    ['[1]', 'this is no OpenAPI document of version 3.0 or 3.1'],
    ['', 'is empty'],
    ['{ "openapi": ', 'this { is not closed'],
    ['openapi: 3.1.0\npaths: { /a: { $ref: "#/nowhere" } }', '"#/nowhere" is not in the document'],
    ['openapi: 3.1.0\npaths: { /a: { $ref: "#/paths/~1a" } }', '"#/paths/~1a" is not in the document'],
  ])('%s is none', (written, message) => {
    const read = readDocument('shop', encoder.encode(written));
    expect(read.ok ? '' : read.message).toContain(message);
  });
});

describe('what is embedded', () => {
  const root: Value = {
    openapi: '3.1.0',
    paths: {
      '/a': { get: { responses: { '200': { $ref: '#/components/responses/A' } } } },
      '/b': { get: { responses: { '200': { content: { 'text/plain': {} } } } } },
    },
    components: {
      responses: { A: { content: { 'application/json': { schema: { $ref: '#/components/schemas/A' } } } } },
      schemas: {
        A: {
          properties: { b: { $ref: '#/components/schemas/B' }, self: { $ref: '#/components/schemas/A' } },
        },
        B: { type: 'string' },
        C: { type: 'string' },
      },
    },
  };

  test('is what the operations refer to, and nothing else', () => {
    const created = createDocument('shop.yaml', root);
    if (!created.ok) throw new Error(created.message);
    const [first] = created.document.operations;
    expect(embedOperations(created.document, first === undefined ? [] : [first])).toEqual({
      ok: true,
      part: {
        file: 'shop.yaml',
        basePaths: [],
        operations: [
          {
            method: 'GET',
            path: '/a',
            responses: [
              { status: '200', content: [{ type: 'application/json', schema: { $ref: '#/$defs/A' } }] },
            ],
          },
        ],
        definitions: {
          A: { properties: { b: { $ref: '#/$defs/B' }, self: { $ref: '#/$defs/A' } } },
          B: { type: 'string' },
        },
      },
    });
  });
});

describe('a schema', () => {
  const convert = (version: '3.0' | '3.1', schema: Value, root: Value = {}) => {
    const problems: string[] = [];
    const converter = createSchemaConverter(root, version, problems);
    return { schema: converter.convert(schema), definitions: converter.definitions(), problems };
  };

  test.each<[string, Value, Value]>([
    ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['nullable: false', { type: 'string', nullable: false }, { type: 'string' }],
    [
      'nullable with a choice',
      { type: 'string', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'nullable without a type',
      { nullable: true, allOf: [{ type: 'object' }] },
      { anyOf: [{ allOf: [{ type: 'object' }] }, { type: 'null' }] },
    ],
    ['an exclusive limit', { minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }],
    ['a limit that is not', { maximum: 1, exclusiveMaximum: false }, { maximum: 1 }],
    [
      'what stands beside a reference',
      { properties: { a: { $ref: '#/x', nullable: true } } },
      { properties: { a: { $ref: '#/$defs/x' } } },
    ],
    [
      'members that are named like keywords',
      { properties: { nullable: { type: 'string' }, example: { nullable: true, type: 'string' } } },
      { properties: { nullable: { type: 'string' }, example: { type: ['string', 'null'] } } },
    ],
    [
      'what is only sent',
      { required: ['a', 'b'], properties: { a: { writeOnly: true }, b: {} } },
      { required: ['b'], properties: { a: { writeOnly: true }, b: {} } },
    ],
    ['annotations', { type: 'string', example: 'x', 'x-internal': true }, { type: 'string' }],
  ])('of 3.0: %s', (_, written, expected) => {
    expect(convert('3.0', written, { x: {} }).schema).toEqual(expected);
  });

  test.each<[string, Value, Value]>([
    ['types are a list already', { type: ['string', 'null'] }, { type: ['string', 'null'] }],
    [
      'what stands beside a reference counts',
      { $ref: '#/x', minLength: 1 },
      { $ref: '#/$defs/x', minLength: 1 },
    ],
    ['an exclusive limit is a number', { exclusiveMinimum: 1 }, { exclusiveMinimum: 1 }],
    ['true and false', { items: true, not: false }, { items: true, not: false }],
  ])('of 3.1: %s', (_, written, expected) => {
    expect(convert('3.1', written, { x: {} }).schema).toEqual(expected);
  });

  test('references get names of their own, whatever they point at', () => {
    const root = { components: { schemas: { A: { type: 'string' } } }, A: {}, paths: { '/a': { x: {} } } };
    const refs = ['#/components/schemas/A', '#/A', '#/paths/~1a/x', '#/paths/~1a/x'];
    const { schema, definitions } = convert('3.1', { anyOf: refs.map(($ref) => ({ $ref })) }, root);
    expect(schema).toEqual({
      anyOf: ['A', 'A.2', 'paths.1a.x', 'paths.1a.x'].map((name) => ({ $ref: `#/$defs/${name}` })),
    });
    expect(Object.keys(definitions)).toEqual(['A', 'A.2', 'paths.1a.x']);
  });

  test.each(['#/nowhere', 'other.yaml#/A', 'https://example.com/a.json'])('%s is a problem', ($ref) => {
    expect(convert('3.1', { $ref }).problems).toHaveLength(1);
  });
});

test('a service has the document of reqflo.yaml, else that on which environments agree', () => {
  const project = loadProject(
    writeProject({
      'reqflo.yaml': 'services: { shop: { openapi: shop.yaml } }\n',
      'environments/a.yaml':
        'services: { shop: { openapi: other.yaml }, pay: { openapi: pay.yaml }, mail: { openapi: a.yaml } }\n',
      'environments/b.yaml':
        'services: { pay: { openapi: { file: pay.yaml } }, mail: { openapi: b.yaml }, log: { url: "http://h" } }\n',
    }),
  );
  const rules = { status: 'error', contentType: 'error', schema: 'error', undocumentedField: 'warning' };
  expect(Object.fromEntries(serviceDocuments(project))).toEqual({
    shop: { file: 'shop.yaml', rules },
    pay: { file: 'pay.yaml', rules },
    mail: 'unclear',
  });
});

test('whatever a document holds, it is embedded or refused', () => {
  const text = readFileSync(
    join(import.meta.dirname, '../../../fixtures/journeys/valid-openapi/openapi/shop.yaml'),
    'utf8',
  );
  const lines = text.split('\n');
  const pieces = ['null', '[]', '{}', '7', 'true', '{ $ref: "#/paths" }', '{ $ref: "#" }', '{ allOf: 1 }'];
  const where = fc.nat(lines.length - 1);
  fc.assert(
    fc.property(where, fc.constantFrom(...pieces), fc.boolean(), (at, piece, whole) => {
      const line = lines[at] ?? '';
      const changed = whole ? '' : line.replace(/:.*$/, `: ${piece}`);
      const read = readDocument('shop.yaml', encoder.encode(lines.with(at, changed).join('\n')));
      if (!read.ok) return read.message !== '';
      const embedded = embedOperations(read.document, read.document.operations);
      return embedded.ok || embedded.message !== '';
    }),
    { numRuns: 300 },
  );
});
