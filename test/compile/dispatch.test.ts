import { describe, expect, test } from 'vitest';
import type { Artifact } from '../../src/artifact/types.ts';
import { compileJourney } from '../../src/compile/compile.ts';
import { createDispatch } from '../../src/compile/dispatch.ts';
import { resolveEnvironment } from '../../src/compile/environment.ts';
import type { Choice } from '../../src/compile/given.ts';
import { readGiven, splitGiven } from '../../src/compile/given-text.ts';
import { resolveValues } from '../../src/compile/resolve-values.ts';
import { loadProject } from '../../src/project/project.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';
import { expr, writeProject } from '../support/project-folder.ts';

function compile(text: string): Artifact {
  const { artifact, diagnostics } = compileJourney({ file: 'j.yaml', text }, { services: ['shop'] });
  if (artifact === undefined) throw new Error(JSON.stringify(diagnostics));
  return artifact;
}

const shop = compile(`
name: shop
inputs:
  sku: { type: string, default: declared }
  quantity: { type: integer, default: 1, minimum: 1 }
  tags: { type: array, default: [] }
  literal: { default: "$${expr('kept')}" }
variables: { reference: written, limit: 5, list: [1] }
presets:
  loyal: { reference: loyal, limit: 6 }
  later: { reference: later }
cases:
  Both: { sku: case, reference: case }
steps:
  - id: look
    request:
      path: "/${expr('inputs.sku')}"
      auth: { bearer: "${expr('secrets.TOKEN')}" }
      query: { q: "${expr('env.currency')}" }
`);

const calculated = compile(`
name: calculated
inputs: { sku: { type: string, default: A } }
variables: { a: 1, b: "${expr('variables.a + 1')}" }
presets: { raised: { b: "${expr('variables.a + 10')}" }, plain: { b: 5, a: "$${expr('a')}" } }
cases: { Both: { sku: B, b: "${expr('variables.a + 100')}", a: "${expr('secrets.TOKEN + uuid()')}" } }
steps: [{ id: s, set: { sum: "${expr('inputs.sku')} ${expr('variables.b')}" } }]
`);

const choose = (choice: Partial<Choice>): Choice => ({ presets: [], set: [], ...choice });

describe('an expression of a case or preset', () => {
  test('takes the place of the declaration; the run evaluates it', () => {
    const { values } = resolveValues(calculated, [], choose({ case: 'Both', presets: ['raised'] }));
    expect(values).toEqual({
      inputs: { sku: 'B' },
      variables: {},
      redeclared: [
        { name: 'a', value: expr('secrets.TOKEN + uuid()'), at: expect.any(Array) },
        { name: 'b', value: expr('variables.a + 100'), at: expect.any(Array) },
      ],
      origins: { sku: 'case', a: 'case', b: 'case' },
    });
    expect(calculated.needs.secrets).toEqual(['TOKEN']);
  });

  test('gives way to --set, and a later preset wins', () => {
    const set = resolveValues(calculated, [], choose({ case: 'Both', set: ['b=7', `a=${expr('x')}`] }));
    expect(set.values).toMatchObject({ variables: { a: expr('x'), b: '7' } });
    expect(set.values).not.toHaveProperty('redeclared');
    const presets = (...names: string[]) => resolveValues(calculated, [], choose({ presets: names })).values;
    expect(presets('raised', 'plain')).toMatchObject({ variables: { a: expr('a'), b: 5 } });
    expect(presets('plain', 'raised')).toMatchObject({
      variables: { a: expr('a') },
      redeclared: [{ name: 'b' }],
    });
  });
});

describe('where a value comes from', () => {
  const environment = [
    { name: 'sku', value: 'environment', place: { file: 'e', line: 1, column: 1, endLine: 1, endColumn: 2 } },
  ];

  test.each<[string, Partial<Choice>, boolean, Value, string]>([
    ['the declaration', {}, false, 'declared', 'default'],
    ['the environment', {}, true, 'environment', 'environment'],
    ['the case', { case: 'Both' }, true, 'case', 'case'],
    ['--set', { case: 'Both', set: ['sku=a=b'] }, true, 'a=b', '--set'],
  ])('an input: %s', (_, choice, withEnvironment, value, origin) => {
    const { values } = resolveValues(shop, withEnvironment ? environment : [], choose(choice));
    expect(values?.inputs.sku).toBe(value);
    expect(values?.origins.sku).toBe(origin);
  });

  test.each<[string, Partial<Choice>, Value | undefined, string | undefined]>([
    ['nobody', {}, undefined, undefined],
    ['a preset', { presets: ['loyal'] }, 'loyal', 'preset'],
    ['the later preset', { presets: ['loyal', 'later'] }, 'later', 'preset'],
    ['the case', { presets: ['loyal'], case: 'Both' }, 'case', 'case'],
    ['--set', { presets: ['loyal'], case: 'Both', set: ['reference=x'] }, 'x', '--set'],
  ])('a variable: %s', (_, choice, value, origin) => {
    const { values } = resolveValues(shop, [], choose(choice));
    expect(values?.variables.reference).toBe(value);
    expect(values?.origins.reference).toBe(origin);
  });

  test('an escaped expression becomes its text', () => {
    expect(resolveValues(shop, [], choose({})).values?.inputs.literal).toBe(expr('kept'));
  });

  test('text is converted to the declared type, or to that of the literal it replaces', () => {
    const set = ['quantity=12345678901234567890', 'tags=["a"]', 'limit=7', 'list=[2]'];
    const { values } = resolveValues(shop, [], choose({ set }));
    expect(values?.inputs).toMatchObject({ quantity: new ExactNumber('12345678901234567890'), tags: ['a'] });
    expect(values?.variables).toEqual({ limit: 7, list: [2] });
  });

  test.each([
    ['quantity=x', 'input-type'],
    ['quantity=1.5', 'input-type'],
    ['quantity=0', 'input-type'],
    ['tags={}', 'input-type'],
    ['qantity=1', 'unknown-input'],
    ['quantity', 'bad-option'],
    ['=1', 'bad-option'],
  ])('--set %s is refused: %s', (given, code) => {
    const { values, diagnostics } = resolveValues(shop, [], choose({ set: [given] }));
    expect(values).toBeUndefined();
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
  });
});

describe('--set texts', () => {
  test.each([
    ['a=b', { name: 'a', text: 'b' }],
    ['a=', { name: 'a', text: '' }],
    ['a=b=c', { name: 'a', text: 'b=c' }],
    ['a', undefined],
    ['=b', undefined],
  ])('%s', (given, split) => {
    expect(splitGiven(given)).toEqual(split);
  });

  test.each<[string, Parameters<typeof readGiven>[1], Value]>([
    ['7', 'string', '7'],
    ['7', undefined, '7'],
    ['7', 'integer', 7],
    [' 7 ', 'number', 7],
    ['1.0', 'number', new ExactNumber('1.0')],
    ['0x7', 'number', '0x7'],
    ['', 'number', ''],
    ['true', 'boolean', true],
    ['TRUE', 'boolean', 'TRUE'],
    ['{"a":1}', 'object', { a: 1 }],
    ['[1', 'array', '[1'],
  ])('%j as %s', (text, type, value) => {
    expect(readGiven(text, type)).toEqual(value);
  });
});

describe('an environment at dispatch', () => {
  const files = {
    'reqflo.yaml':
      'environment: local\nsecrets: { dotenv: .env }\nservices: { shop: { headers: { X-Tenant: all, x-b: b }, timeout: 5s, idempotencyHeader: X-Key } }\n',
    'environments/local.yaml': [
      `services: { shop: { url: "http://${expr('shell.HOST')}/api/", headers: { x-tenant: qa, x-s: "${expr('secrets.TENANT')}" } } }`,
      `values: { currency: "${expr('shell.CURRENCY')}", port: "${expr('int(shell.PORT) + 1')}", mixed: "${expr('shell.HOST')}-${expr('secrets.TENANT')}" }`,
      'inputs: { sku: from-environment }',
      '',
    ].join('\n'),
    '.env': 'TENANT=tenant-secret\n',
  };
  const shell = { HOST: 'localhost:1', CURRENCY: expr('x'), PORT: '80', TOKEN: 'shell-token' };

  test('layers merge, the shell is resolved and escaped, secrets stay', () => {
    const { resolved, diagnostics } = resolveEnvironment(loadProject(writeProject(files)), undefined, shell);
    expect(diagnostics).toEqual([]);
    expect(resolved?.environment).toEqual({
      name: 'local',
      services: {
        shop: {
          url: 'http://localhost:1/api',
          headers: [
            ['x-b', 'b'],
            ['x-tenant', 'qa'],
            ['x-s', expr('secrets.TENANT')],
          ],
          timeoutMs: 5000,
          idempotencyHeader: 'X-Key',
        },
      },
      values: { currency: `$${expr('x')}`, port: 81, mixed: `localhost:1-${expr('secrets.TENANT')}` },
    });
  });

  test('a dispatch holds values, environment and the secrets that are needed', () => {
    const project = loadProject(writeProject(files));
    const { dispatch, diagnostics } = createDispatch(shop, project, 'local', choose({ case: 'Both' }), shell);
    expect(diagnostics).toEqual([]);
    expect(dispatch).toMatchObject({
      case: 'Both',
      inputs: { sku: 'case', quantity: 1 },
      secrets: { TOKEN: 'shell-token', TENANT: 'tenant-secret' },
      environment: { name: 'local' },
    });
  });

  test('the only environment is taken where none is named', () => {
    const root = writeProject({ 'reqflo.yaml': '', 'environments/one.yaml': 'values: {}\n' });
    expect(resolveEnvironment(loadProject(root), undefined, {}).resolved?.environment.name).toBe('one');
  });

  test('a project without environments has an empty one', () => {
    const root = writeProject({ 'reqflo.yaml': 'services: { shop: { url: "http://localhost" } }\n' });
    const { resolved } = resolveEnvironment(loadProject(root), undefined, {});
    expect(resolved?.environment).toEqual({
      name: 'none',
      services: { shop: { url: 'http://localhost', headers: [] } },
      values: {},
    });
  });

  test('services called like members of every object are lacked, too', () => {
    const artifact = { ...shop, needs: { services: ['constructor'], values: ['toString'], secrets: [] } };
    const root = writeProject({ 'reqflo.yaml': '', 'environments/one.yaml': 'values: {}\n' });
    const { diagnostics } = createDispatch(artifact, loadProject(root), 'one', choose({}), {});
    expect(diagnostics.map(({ code }) => code)).toEqual(['environment-lacks', 'environment-lacks']);
  });
});
