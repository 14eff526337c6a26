import { beforeAll, describe, expect, test } from 'vitest';
import type { Assertion, OpenApiTarget } from '../../src/artifact/judgement.ts';
import { loadJsonSchema } from '../../src/query/json-schema.ts';
import { type OpenApiRules, standardRules } from '../../src/query/openapi.ts';
import { evaluateAssertion, warningsOf } from '../../src/run/assertion.ts';
import { minimalArtifact } from '../support/minimal-artifact.ts';
import type { Reply } from './journey-run.ts';
import { answeredWith, judgedOf } from './judged.ts';

beforeAll(loadJsonSchema);

const article = {
  type: 'object',
  required: ['sku'],
  properties: { sku: { type: 'string' }, price: { $ref: '#/$defs/Amount' } },
};
const target: OpenApiTarget = {
  kind: 'openapi',
  file: 'openapi/shop.yaml',
  service: 'shop',
  basePaths: [],
  operations: [
    {
      method: 'GET',
      path: '/catalogue/{sku}',
      responses: [{ status: '200', content: [{ type: 'application/json', schema: article }] }],
    },
  ],
  definitions: { Amount: { type: 'number' } },
  rules: standardRules,
};

function judge(reply: Reply, rules: Partial<OpenApiRules> = {}, url = 'http://shop/api/catalogue/A') {
  const assertion: Assertion = {
    at: [0, 1, 1, 1, 2],
    target: { ...target, rules: { ...standardRules, ...rules } },
    matcher: { equals: true },
  };
  const judged = answeredWith(reply, { services: { shop: { url: 'http://shop/api' } } });
  return evaluateAssertion(minimalArtifact(), assertion, { ...judged, sent: { method: 'GET', url } });
}

const json = [['content-type', 'application/json']] as const;
const answer = (value: unknown): Reply => ({ headers: json, text: JSON.stringify(value) });

describe('an answer against its operation', () => {
  test('holds where it is as documented', () => {
    const result = judge(answer({ sku: 'A', price: 1 }));
    expect(result).toMatchObject({ passed: true, text: 'openapi GET /catalogue/{sku}' });
    expect(result).not.toHaveProperty('differences');
  });

  test('every kind of finding is a difference with its severity', () => {
    expect(judge(answer({ price: '1', colour: 'red' }))).toMatchObject({
      passed: false,
      differences: [
        { path: '$', note: 'must have a member "sku"', severity: 'error' },
        { path: "$['price']", note: 'must be a number, not a text', severity: 'error' },
        { path: "$['colour']", note: 'warning: the document does not name it', severity: 'warning' },
      ],
    });
    expect(judge({ ...answer({}), status: 500 })).toMatchObject({
      passed: false,
      differences: [{ path: 'status', expected: ['200'], actual: 500, severity: 'error' }],
    });
    expect(judge({ headers: [['content-type', 'text/html']], text: '<p>' })).toMatchObject({
      passed: false,
      differences: [{ path: 'content-type', expected: ['application/json'], actual: 'text/html' }],
    });
  });

  test('warnings are remarks, and do not fail', () => {
    const result = judge(answer({ sku: 'A', colour: 'red' }));
    expect(result.passed).toBe(true);
    expect(warningsOf(result)).toEqual([
      "openapi GET /catalogue/{sku}: $['colour']: warning: the document does not name it",
    ]);
  });

  test.each<[Partial<OpenApiRules>, boolean, number]>([
    [{ undocumentedField: 'error' }, false, 2],
    [{ undocumentedField: 'ignore' }, false, 1],
    [{ schema: 'warning' }, true, 2],
    [{ schema: 'ignore', undocumentedField: 'ignore' }, true, 0],
  ])('a project may see it otherwise: %j', (rules, passed, count) => {
    const result = judge(answer({ sku: 1, colour: 'red' }), rules);
    expect(result.passed).toBe(passed);
    expect(result.differences ?? []).toHaveLength(count);
  });

  test('a request that is no operation of the document fails', () => {
    expect(judge(answer({}), {}, 'http://shop/api/orders?x=1')).toMatchObject({
      passed: false,
      note: 'openapi/shop.yaml has no operation GET /orders',
    });
  });

  test('where no answer came there is nothing to judge', () => {
    const assertion: Assertion = { at: [0, 1, 1, 1, 2], target, matcher: { equals: true } };
    const result = evaluateAssertion(minimalArtifact(), assertion, judgedOf({}, { error: 'refused' }));
    expect(result).toMatchObject({ passed: false, note: 'no answer came' });
  });
});
