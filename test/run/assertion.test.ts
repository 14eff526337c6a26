import { beforeAll, describe, expect, test } from 'vitest';
import type { Assertion } from '../../src/artifact/judgement.ts';
import { loadCss } from '../../src/query/css.ts';
import { loadJsonSchema } from '../../src/query/json-schema.ts';
import { loadXml } from '../../src/query/xml.ts';
import { evaluateAssertion, maskAssertion, placeOf } from '../../src/run/assertion.ts';
import { createMasker } from '../../src/run/mask.ts';
import { braced } from '../query/scope.ts';
import { compile, type Reply } from './journey-run.ts';
import { answeredWith } from './judged.ts';

/** The first assertion of a step, in YAML, judged against an answer. */
function judge(yaml: string, reply: Reply) {
  const artifact = compile(`
steps:
  - id: only
    request: { path: / }
    assertions:
      - ${yaml}
`);
  const [assertion] = artifact.steps[0]?.assertions ?? [];
  if (assertion === undefined) throw new Error('no assertion');
  return evaluateAssertion(artifact, assertion, answeredWith(reply));
}

beforeAll(loadXml);

describe('an assertion', () => {
  test.each<[yaml: string, reply: Reply, text: string, passed: boolean]>([
    ['status: 200', {}, 'status 200', true],
    ['status: [200, 202]', { status: 409 }, 'status in [200,202]', false],
    ['status: { atLeast: 200, lessThan: 300 }', {}, 'status at least 200 less than 300', true],
    ['header: location', {}, 'header location exists', false],
    [
      'header: { location: { startsWith: / } }',
      { headers: [['Location', '/a']] },
      'header location starts with "/"',
      true,
    ],
    ['body: $.id', { json: { id: null } }, '$.id exists', true],
    ['{ body: $.id, is: integer, atLeast: 1 }', { json: { id: 2 } }, '$.id at least 1 is integer', true],
    ['body: { $.id: { not: { equals: 1 } } }', { json: { id: 1 } }, '$.id not 1', false],
    ['text: { length: 2 }', { text: 'ab' }, 'text length 2', true],
    ['duration: { lessThan: 2s }', { ms: 2500 }, 'duration less than 2s', false],
    [`value: "${braced('response.status == 200')}"`, {}, `${braced('response.status == 200')} true`, true],
    [`value: "${braced('response.status')}"`, {}, `${braced('response.status')} true`, false],
  ])('%s', (yaml, reply, text, passed) => {
    expect(judge(yaml, reply)).toMatchObject({ text, passed });
  });

  const html: Reply = { headers: [['content-type', 'text/html']], text: '<h1>Oops</h1>' };
  const xml: Reply = { headers: [['content-type', 'application/xml']], text: '<a><b></a>' };
  test.each<[yaml: string, reply: Reply, note: RegExp]>([
    ['body: { $.error: { exists: false } }', html, /^not there; the body is not JSON/],
    ['body: { $.error: { not: { is: string } } }', html, /^not there; the body is not JSON/],
    ['body: { $.error: { not: { exists: false } } }', html, /^not there; the body is not JSON/],
    ['{ body: $.errors, filter: [count], exists: false }', html, /^not there; the body is not JSON/],
    ['body: { "$.errors[*]": { exists: false } }', html, /^not there; the body is not JSON/],
    ['xpath: { //error: { exists: false } }', xml, /^not there; /],
  ])('%s of what cannot be read fails', (yaml, reply, note) => {
    expect(judge(yaml, reply)).toMatchObject({ passed: false, note: expect.stringMatching(note) });
  });

  test('that the body is no JSON can be said', () => {
    expect(judge('body: { $: { exists: false } }', html)).toMatchObject({ passed: true });
  });

  test.each([
    'body: { $.error: { exists: false } }',
    'body: { $.error: { not: { is: string } } }',
    'xpath: { //error: { exists: false } }',
  ])('%s of no body holds', (yaml) => {
    expect(judge(yaml, { status: 204 })).toMatchObject({ passed: true });
  });

  test('shows expected, actual, path and place', () => {
    expect(judge('body: { $.a: 1 }', { json: { a: 2 } })).toEqual({
      text: '$.a 1',
      passed: false,
      expected: 1,
      actual: 2,
      path: '$.a',
      file: 'journeys/test.yaml',
      line: 8,
      column: 17,
      endLine: 8,
      endColumn: 20,
    });
  });

  test('that holds has nothing to explain', () => {
    const result = judge('{ status: 200, message: never }', {});
    expect(result).not.toHaveProperty('note');
    expect(result).not.toHaveProperty('message');
  });

  test('that fails tells its message, the first operator that does not hold, and that it is soft', () => {
    const result = judge(
      `{ body: $.a, atLeast: 1, atMost: 2, message: "got ${braced('response.body.a')}", soft: true }`,
      {
        json: { a: 3 },
      },
    );
    expect(result).toMatchObject({ passed: false, soft: true, expected: 2, message: 'got 3' });
  });

  test('of an absent value has no actual one', () => {
    const result = judge('body: { $.b: 1 }', { json: { a: 2 } });
    expect(result).toMatchObject({ expected: 1, note: 'not there; the body has: a' });
    expect(result).not.toHaveProperty('actual');
  });

  test('of a structure tells the differing paths from the root of the body', () => {
    const result = judge('body: { $.a: { like: { b: [1] } } }', { json: { a: { b: ['1'] } } });
    expect(result.differences).toEqual([
      { path: '$.a.b[0]', expected: 1, actual: '1', note: 'a string, not a number' },
    ]);
    const value = judge(`{ value: "${braced('response.body')}", equals: { b: 1 } }`, { json: {} });
    expect(value.differences).toEqual([{ path: '$.b', expected: 1, note: 'not there' }]);
  });

  test('that reads what is not there blames its place', () => {
    const read = () => judge(`value: "${braced('response.body.x == 1')}"`, { json: {} });
    expect(read).toThrow('response.body has no "x"');
    expect(read).toThrow(expect.objectContaining({ name: 'ValueError', at: [0, 8, 9, 8, 45] }));
  });
});

test('a place without its source has no file', () => {
  expect(
    placeOf({ ...compile('steps: [{ id: only, request: { path: / } }]'), sources: [] }, [0, 1, 2, 3, 4]).file,
  ).toBe('');
});

describe('masking', () => {
  const place = { file: 'a.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 };

  test('covers every part of a result', () => {
    const masker = createMasker();
    masker.add('hunter22');
    const masked = maskAssertion(masker, {
      text: 'header x "hunter22"',
      passed: false,
      expected: 'hunter22',
      actual: ['a hunter22'],
      note: 'hunter22',
      message: 'hunter22!',
      differences: [
        { path: '$.hunter22', expected: 'hunter22', actual: { a: 'hunter22' }, note: 'hunter22' },
        { path: '$.a' },
      ],
      ...place,
    });
    expect(JSON.stringify(masked)).not.toContain('hunter22');
    expect(masked.differences?.[1]).toEqual({ path: '$.a' });
  });

  test('comes before a long text is cut: no half of a secret stays at the edge', () => {
    const masker = createMasker();
    masker.add('hunter22');
    for (let length = 140; length < 165; length += 1) {
      const { text } = maskAssertion(masker, {
        text: `${'x'.repeat(length)}hunter22 and more`,
        passed: true,
        ...place,
      });
      expect(text).not.toContain('hu');
      expect(text.length).toBeLessThanOrEqual(160);
    }
  });

  test('leaves what is not there out', () => {
    expect(maskAssertion(createMasker(), { text: 'a', passed: true, ...place })).toEqual({
      text: 'a',
      passed: true,
      ...place,
    });
  });
});

test('an assertion whose value is no text is called a value', () => {
  const artifact = compile('steps: [{ id: only, request: { path: / } }]');
  const assertion: Assertion = {
    at: [0, 1, 1, 1, 2],
    target: { kind: 'value', expression: 5 },
    matcher: { equals: 5 },
  };
  expect(evaluateAssertion(artifact, assertion, answeredWith({})).text).toBe('value 5');
});

describe('a schema', () => {
  beforeAll(loadJsonSchema);

  const schema = 'schema: { type: object, required: [id], properties: { id: { type: integer } } }';

  test('judges by itself, and tells every difference', () => {
    expect(judge(schema, { json: { id: 1 } })).toMatchObject({ text: 'schema', passed: true });
    expect(judge(schema, { json: { id: 'x' } })).toMatchObject({
      passed: false,
      differences: [{ path: "$['id']", note: expect.stringContaining('integer') }],
    });
  });

  test('of what is no JSON says why', () => {
    expect(judge(schema, { text: '<' })).toMatchObject({
      passed: false,
      note: expect.stringMatching(/^not there; the body is not JSON/),
    });
  });
});

describe('in words', () => {
  beforeAll(() => Promise.all([loadXml(), loadCss()]));

  test.each([
    ['cookie: { session: x }', 'cookie session "x"'],
    ['xpath: { //a: x }', 'xpath //a "x"'],
    ['css: { a.b: x }', 'css a.b "x"'],
    ['regex: { a+: x }', 'regex a+ "x"'],
    ['timing: { total: { lessThan: 1s } }', 'timing total less than "1s"'],
    ['certificate: { subject: x }', 'certificate subject "x"'],
    ['redirects: 2', 'redirects 2'],
    ['sha256: { startsWith: x }', 'sha256 starts with "x"'],
  ])('%s', (yaml, text) => {
    expect(judge(yaml, { text: '<a/>', headers: [['Content-Type', 'text/html']] })).toMatchObject({
      text,
      passed: false,
    });
  });
});
