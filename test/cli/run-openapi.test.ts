import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createShop, type Shop } from '../../fixtures/shop/server.mjs';
import { compileSchema, loadJsonSchema } from '../../src/query/json-schema.ts';
import { resultSchema } from '../../src/reporters/result-schema.ts';
import { writeProject } from '../support/project-folder.ts';
import { captureReqflo, type Ended } from '../support/reqflo.ts';

const root = join(import.meta.dirname, '../../fixtures/shop');
const document = readFileSync(join(root, 'openapi/shop.yaml'), 'utf8');

let shop: Shop;
beforeAll(async () => {
  await loadJsonSchema();
  shop = await createShop();
});
afterAll(() => shop.close());

function project(openapi: string, more: Readonly<Record<string, string>> = {}): string {
  return writeProject({
    'reqflo.yaml': 'environment: local\nservices: { shop: { openapi: openapi/shop.yaml } }\n',
    'environments/local.yaml': `services: { shop: { url: "${shop.url}" } }\n`,
    'openapi/shop.yaml': openapi,
    'journeys/catalogue.yaml': readFileSync(join(root, 'journeys/catalogue.yaml'), 'utf8'),
    ...more,
  });
}

function run(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return captureReqflo(['run', 'catalogue', ...args], { cwd });
}

describe('a journey that holds answers against the document', () => {
  test('passes where the service does as it says', async () => {
    expect((await run(project(document))).exitCode).toBe(0);
  });

  test('fails at the line, with every difference', async () => {
    const { exitCode, stdout } = await run(project(document.replace('type: boolean', 'type: string')));
    expect(exitCode).toBe(1);
    expect(stdout).toContain('journeys/catalogue.yaml:19:9');
    expect(stdout).toContain(
      `$['items'][0]['inStock']   expected "string"   must be a text, not true or false`,
    );
  });

  test('fails where the status is not documented', async () => {
    const { exitCode, stdout } = await run(
      project(document.replace('"404"', '"410"').replace('"404"', '"410"')),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('expected ["200", "410"]   got 404   this status is not documented');
  });

  test('passes with remarks where a field is not documented', async () => {
    const without = document.replace(/ +inStock: .*\n/, '').replace(', inStock]', ']');
    const { exitCode, stdout } = await run(project(without));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/✓ list .* 3 warnings\n/);
    const { stdout: details } = await run(project(without), '--verbose');
    expect(details).toContain(
      "· openapi GET /catalogue: $['items'][0]['inStock']: warning: the document does",
    );
  });
});

describe('--coverage', () => {
  test('says behind the report what was touched', async () => {
    const { exitCode, stdout } = await run(project(document), '--coverage');
    expect(exitCode).toBe(0);
    const [, coverage = ''] = stdout.split(/\n(?=coverage of)/);
    expect(coverage.split('\n').slice(0, 5)).toEqual([
      'coverage of shop · openapi/shop.yaml · 2 of 11 operations, 3 of 24 statuses',
      '',
      '  · POST   /login                 not seen: 200, 401',
      '  ✓ GET    /catalogue             200',
      '  ✓ GET    /catalogue/{sku}       200, 404',
    ]);
  });

  test('is a member of the JSON document, which its schema knows', async () => {
    const narrow = document
      .replace('  /catalogue/{sku}:', '  /articles/{sku}:')
      .replace(/(\/catalogue:[\s\S]*?)"200":/, '$1"201":');
    const cwd = project(narrow, {
      'journeys/catalogue.yaml':
        'name: catalogue\nsteps:\n  - id: list\n    request: { path: /catalogue }\n    assertions: [{ status: 200 }]\n  - id: article\n    request: { path: /catalogue/SKU-1 }\n    assertions: [{ status: 200 }]\n',
    });
    const { stdout } = await run(cwd, '--coverage', '--json', '-j', '1');
    const read = JSON.parse(stdout);
    expect(read.coverage).toMatchObject([
      { service: 'shop', file: 'openapi/shop.yaml', unknown: [{ method: 'GET', path: '/catalogue/SKU-1' }] },
    ]);
    const [list] = read.coverage[0].operations.filter((one: { path: string }) => one.path === '/catalogue');
    expect(list).toEqual({
      method: 'GET',
      path: '/catalogue',
      requests: 1,
      statuses: [{ status: '201', answers: 0 }],
      undocumented: [200],
    });
    const schema = compileSchema(JSON.parse(JSON.stringify(resultSchema)));
    expect(schema.ok && schema.validate(read)).toEqual([]);
  });

  test('needs a document, and runs that end', async () => {
    const without = project(document, { 'reqflo.yaml': 'environment: local\n' });
    const other =
      'name: catalogue\nsteps:\n  - id: a\n    request: { path: / }\n    assertions: [{ status: 404 }]\n';
    const none = await run(
      project(document, { 'reqflo.yaml': '', 'journeys/catalogue.yaml': other }),
      '--coverage',
    );
    expect(none).toMatchObject({ exitCode: 2, stdout: '' });
    expect(none.stderr).toContain('--coverage needs a service with an OpenAPI document');
    expect((await run(without)).exitCode).toBe(2);
    const detached = await run(project(document), '--coverage', '--cloud', '--detach');
    expect(detached).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
