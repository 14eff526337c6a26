import { beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../../src/query/json.ts';
import { compileSchema, type Finding, loadJsonSchema } from '../../src/query/json-schema.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';

beforeAll(() => loadJsonSchema());

function json(text: string): Value {
  const parsed = parseJson(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
}

function validate(schema: string, document: string): readonly Finding[] {
  const compiled = compileSchema(json(schema));
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.validate(json(document));
}

describe('what is valid', () => {
  test.each([
    ['{"type": "integer"}', '10.0'],
    ['{"type": "integer"}', '1e400'],
    ['{"type": "number"}', '1e-400'],
    ['{"const": 12345678901234567890}', '12345678901234567890'],
    ['{"const": {"a": [1.0]}}', '{"a": [1]}'],
    ['{"enum": [1.0, "a"]}', '1'],
    ['{"maximum": 12345678901234567890}', '12345678901234567890.0'],
    ['{"multipleOf": 0.01}', '4.35'],
    ['{"multipleOf": 0.01}', '1e400'],
    ['{"uniqueItems": true}', '[12345678901234567890, 12345678901234567891]'],
    ['{"uniqueItems": false}', '[1, 1]'],
    ['{"minLength": 2.0}', '"ab"'],
    ['{"format": "no-such-format", "x-note": 1}', '"x"'],
    ['{"properties": {"__proto__": {"type": "integer"}}}', '{"__proto__": 2.0}'],
    ['{"propertyNames": {"const": "0"}}', '{"0": 7}'],
    ['{"$ref": "https://json-schema.org/draft/2020-12/schema"}', '{"type": "string"}'],
    ['{"type": "object", "additionalProperties": {"$ref": "#"}}', '{"a": {"b": {}}}'],
    ['true', '1'],
  ])('%s holds for %s', (schema, document) => expect(validate(schema, document)).toEqual([]));
});

describe('what is not', () => {
  test.each<[string, string, Finding]>([
    [
      '{"type": "integer"}',
      '1.5',
      { path: '$', message: 'must be an integer, not 1.5', expected: 'integer' },
    ],
    [
      '{"type": "integer"}',
      '12345678901234567890.5',
      { path: '$', message: 'must be an integer, not 12345678901234567890.5', expected: 'integer' },
    ],
    [
      '{"type": "integer"}',
      '1e-400',
      { path: '$', message: 'must be an integer, not 1e-400', expected: 'integer' },
    ],
    [
      '{"type": ["string", "null"]}',
      '{}',
      { path: '$', message: 'must be a text or null, not an object', expected: ['string', 'null'] },
    ],
    [
      '{"const": 12345678901234567890}',
      '12345678901234567891',
      {
        path: '$',
        message: 'must be 12345678901234567890',
        expected: new ExactNumber('12345678901234567890'),
      },
    ],
    ['{"enum": [1, "a"]}', '"1"', { path: '$', message: 'must be one of 1, "a"', expected: [1, 'a'] }],
    [
      '{"properties": {"n": {"exclusiveMaximum": 12345678901234567890}}}',
      '{"n": 12345678901234567890}',
      {
        path: "$['n']",
        message: 'must be less than 12345678901234567890',
        expected: new ExactNumber('12345678901234567890'),
      },
    ],
    ['{"items": {"minimum": 1}}', '[1, 0.5]', { path: '$[1]', message: 'must be at least 1', expected: 1 }],
    ['{"items": {"maximum": 1}}', '[1, 1.5]', { path: '$[1]', message: 'must be at most 1', expected: 1 }],
    ['{"exclusiveMinimum": 1}', '1.0', { path: '$', message: 'must be more than 1', expected: 1 }],
    [
      '{"multipleOf": 7}',
      '12345678901234567890',
      { path: '$', message: 'must be a multiple of 7', expected: 7 },
    ],
    ['{"uniqueItems": true}', '[1, 2, 1.0]', { path: '$', message: 'must not hold equal elements' }],
    ['{"required": ["id"]}', '{}', { path: '$', message: 'must have a member "id"' }],
    [
      '{"additionalProperties": false}',
      '{"a/b~c": 1}',
      { path: "$['a/b~c']", message: 'must not be there: the schema does not name it' },
    ],
    [
      '{"properties": {"a/b~c": {"items": {"type": "null"}}}}',
      '{"a/b~c": ["x"]}',
      { path: "$['a/b~c'][0]", message: 'must be null, not a text', expected: 'null' },
    ],
    ['{"properties": {"0": false}}', '{"0": 1}', { path: "$['0']", message: 'must not be there' }],
    [
      '{"propertyNames": {"pattern": "^a"}}',
      '{"b": 1}',
      { path: "$['b']", message: 'its name must match pattern "^a"', expected: '^a' },
    ],
    ['{"format": "email"}', '"x"', { path: '$', message: 'must match format "email"', expected: 'email' }],
    [
      '{"minLength": 3}',
      '"🙂🙂"',
      { path: '$', message: 'must not have fewer than 3 characters', expected: 3 },
    ],
    [
      '{"if": {"type": "number"}, "then": {"minimum": 3}}',
      '1',
      { path: '$', message: 'must be at least 3', expected: 3 },
    ],
    ['{"not": {"const": 3.0}}', '3', { path: '$', message: 'must not be valid' }],
    [
      '{"unevaluatedProperties": false}',
      '{"a": 1}',
      { path: "$['a']", message: 'must not be there: the schema does not name it' },
    ],
    [
      '{"$defs": {"p": {"maximum": 5.0}}, "$ref": "#/$defs/p"}',
      '6.0',
      { path: '$', message: 'must be at most 5.0', expected: new ExactNumber('5.0') },
    ],
    ['{"prefixItems": [{"const": 1}]}', '[2]', { path: '$[0]', message: 'must be 1', expected: 1 }],
    [
      '{"$ref": "#"}',
      '1',
      { path: '$', message: 'must not nest so deeply, or the schema leads into itself' },
    ],
    ['false', '1', { path: '$', message: 'must not be there' }],
  ])('%s does not hold for %s', (schema, document, finding) =>
    expect(validate(schema, document)).toEqual([finding]),
  );

  test('everything is found', () => {
    const schema =
      '{"required": ["a", "b"], "properties": {"c": {"type": "string"}}, "additionalProperties": false}';
    expect(
      validate(schema, '{"c": 1, "d": 2}')
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['$', '$', "$['c']", "$['d']"]);
  });
});

describe('dialects', () => {
  test.each([
    [
      'http://json-schema.org/draft-07/schema#',
      '"items": [{"const": 1}], "additionalItems": {"maximum": 5.0}',
      '[1, 6]',
    ],
    [
      'http://json-schema.org/draft-07/schema',
      '"definitions": {"a": {"multipleOf": 3}}, "items": {"$ref": "#/definitions/a"}',
      '[3, 4]',
    ],
    ['https://json-schema.org/draft/2019-09/schema', '"items": [true, {"const": 1}]', '[2, 2]'],
    ['https://json-schema.org/draft/2020-12/schema', '"prefixItems": [true, {"const": 1}]', '[2, 2]'],
  ])('%s', (dialect, rest, document) => {
    expect(validate(`{"$schema": "${dialect}", ${rest}}`, document)).toEqual([
      expect.objectContaining({ path: '$[1]' }),
    ]);
  });
});

describe('what is no schema', () => {
  test.each([
    ['5', 'a schema is an object, true or false', '$'],
    [
      '{"type": "objec"}',
      'must be one of "array", "boolean", "integer", "null", "number", "object", "string"',
      "$['type']",
    ],
    [
      '{"properties": {"a": {"minimum": "1"}}}',
      'must be a number, not a text',
      "$['properties']['a']['minimum']",
    ],
    ['{"multipleOf": 0.0}', 'must be more than 0', "$['multipleOf']"],
    ['{"minLength": 1.5}', 'must be an integer, not 1.5', "$['minLength']"],
    [
      '{"allOf": [{"properties": {"a": {"pattern": "("}}}]}',
      /unterminated group/i,
      "$['allOf'][0]['properties']['a']['pattern']",
    ],
    [
      '{"items": {"$ref": "https://example.com/x.json"}}',
      '"https://example.com/x.json" is not in this schema, and nothing is fetched',
      "$['items']['$ref']",
    ],
    [
      '{"anyOf": [{"$ref": "#/$defs/a"}]}',
      '"#/$defs/a" is not in this schema, and nothing is fetched',
      "$['anyOf'][0]['$ref']",
    ],
    [
      '{"$schema": "http://json-schema.org/draft-04/schema#"}',
      /^this dialect is not supported; there is https/,
      "$['$schema']",
    ],
    ['{"$async": true}', 'is no keyword', "$['$async']"],
  ])('%s', (schema, message, path) => {
    const compiled = compileSchema(json(schema));
    expect(compiled).toEqual({
      ok: false,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      path,
    });
  });

  test('schemas with one identifier do not meet', () => {
    const first = compileSchema({
      $id: 'https://example.com/a',
      $defs: { x: { $id: 'x', const: 1 } },
      $ref: 'x',
    });
    const second = compileSchema({
      $id: 'https://example.com/a',
      $defs: { x: { $id: 'x', const: 2 } },
      $ref: 'x',
    });
    expect(first.ok && first.validate(1)).toEqual([]);
    expect(second.ok && second.validate(2)).toEqual([]);
  });
});
