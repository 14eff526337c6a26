import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Found, type LanguageClient, type Position, startLanguageServer } from './language-client.ts';

const root = join(import.meta.dirname, '../..');
const checkout = readFileSync(join(root, 'fixtures/shop/journeys/checkout-flow.yaml'), 'utf8');

let client: LanguageClient;

beforeAll(async () => {
  const { EDITOR_NODE: node = process.execPath, EDITOR_SERVER: server = '' } = process.env;
  client = startLanguageServer(node, [server, '--stdio']);
  const capabilities = { textDocument: { publishDiagnostics: {}, hover: { contentFormat: ['markdown'] } } };
  await client.request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    capabilities,
  });
  client.notify('initialized', {});
  const settings = {
    yaml: { completion: true, hover: true, validate: true, schemaStore: { enable: false } },
  };
  client.notify('workspace/didChangeConfiguration', { settings });
});
afterAll(() => client.close());

let documents = 0;

interface Opened {
  readonly uri: string;
  readonly at: Position;
  readonly found: readonly Found[];
}

/** Opens a journey with its schema named as the reference names it; `|` is where the cursor stands. */
async function open(text: string, schema = 'journey'): Promise<Opened> {
  documents += 1;
  const uri = pathToFileURL(join(root, `fixtures/shop/journeys/open-${documents}.yaml`)).href;
  const whole = `# yaml-language-server: $schema=../../../schema/${schema}.schema.json\n${text}`;
  const before = whole.split('|', 1)[0] ?? '';
  const lines = before.split('\n');
  const at = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  const found = client.diagnosticsOf(uri);
  const document = { uri, languageId: 'yaml', version: 1, text: whole.replace('|', '') };
  client.notify('textDocument/didOpen', { textDocument: document });
  return { uri, at, found: await found };
}

async function complete(text: string, schema?: string): Promise<readonly string[]> {
  const { uri, at } = await open(text, schema);
  const answer = await client.request('textDocument/completion', { textDocument: { uri }, position: at });
  return (answer as { items: readonly { label: string }[] }).items.map(({ label }) => label);
}

async function hover(text: string): Promise<string> {
  const { uri, at } = await open(text);
  const answer = await client.request('textDocument/hover', { textDocument: { uri }, position: at });
  return (answer as { contents: { value: string } } | null)?.contents.value ?? '';
}

function withCursor(before: string): string {
  expect(checkout).toContain(before);
  return checkout.replace(before, `|${before}`);
}

describe('an editor with yaml-language-server', () => {
  test('has nothing against a whole journey', async () => {
    const { found } = await open(checkout);
    expect(found).toEqual([]);
  });

  test.each([
    ['a journey', 'name: a\nsteps: []\n|', ['cases', 'cleanup', 'defaults', 'inputs', 'variables']],
    [
      'a step',
      'name: a\nsteps:\n  - id: one\n    |',
      ['request', 'assertions', 'outputs', 'poll', 'forEach'],
    ],
    ['a request', 'name: a\nsteps:\n  - id: one\n    request:\n      |', ['path', 'json', 'auth', 'headers']],
    [
      'an assertion',
      'name: a\nsteps:\n  - id: one\n    assertions:\n      - |',
      ['status', 'header', 'body'],
    ],
    [
      'a matcher of a header',
      'name: a\nsteps:\n  - id: one\n    assertions:\n      - header:\n          etag:\n            |',
      ['startsWith', 'exists'],
    ],
    [
      'a matcher',
      'name: a\nsteps:\n  - id: one\n    assertions:\n      - status:\n          |',
      ['atLeast', 'not'],
    ],
    ['a kind of auth', 'name: a\ndefaults:\n  auth:\n    |\nsteps: []\n', ['basic', 'bearer', 'apiKey']],
    ['a word', 'name: a\ndefaults:\n  retry:\n    backoff: |\nsteps: []\n', ['constant', 'exponential']],
  ])('completes the keys of %s', async (_, text, wanted) => {
    const labels = await complete(text);
    expect(labels).toEqual(expect.arrayContaining(wanted));
  });

  test.each([
    ['an environment', 'environment', 'services:\n  shop:\n    |', ['url', 'headers', 'timeout']],
    ['reqflo.yaml', 'reqflo', 'runner:\n  |', ['url', 'idleTimeout']],
    ['templates', 'templates', 'add-item:\n  |', ['request', 'values', 'assertions']],
  ])('completes the keys of %s', async (_, schema, text, wanted) => {
    expect(await complete(text, schema)).toEqual(expect.arrayContaining(wanted));
  });

  test.each([
    ['a key of the journey', 'acceptance:', 'Behaviours that this journey proves'],
    ['a key of a step', 'assertions:', 'What must hold of the answer'],
    ['a key of a request', 'idempotencyKey:', 'A key that stays the same when the step is sent again'],
    ['a target', 'header:', 'A header of the answer'],
    ['an operator', 'startsWith:', 'A text begins so'],
    ['a setting of poll', 'every:', 'Pause between two looks'],
  ])('explains %s', async (_, key, sentence) => {
    expect(await hover(withCursor(key))).toContain(sentence);
  });

  test.each([
    ['an unknown key', 'tags:', 'tag:', 'Property tag is not allowed'],
    ['a wrong type', 'tags: [smoke, payments]', 'tags: smoke', 'Incorrect type. Expected "array"'],
    ['an unknown operator', 'startsWith: /carts/', 'startWith: /carts/', 'Property startWith is not allowed'],
    ['no target', 'status: [204, 404]', 'soft: true', 'Missing property "status"'],
    [
      'two targets',
      'header: { location:',
      'header: etag\n        body: { location:',
      'only one must validate',
    ],
    ['an unknown filter', 'cartId: $.id', 'cartId: { body: $.id, filter: [frst] }', 'Valid values: "first"'],
    ['an unknown kind of auth', 'auth: { bearer:', 'auth: { bearr:', 'Property bearr is not allowed'],
    ['a number that needs quotes', 'version: 1.2.0', 'version: 1.2', 'Incorrect type. Expected "string"'],
  ])('underlines %s', async (_, right, wrong, message) => {
    expect(checkout).toContain(right);
    const { found } = await open(checkout.replace(right, wrong));
    const line = checkout.slice(0, checkout.indexOf(right)).split('\n').length;
    expect(found.map(({ message: said, range }) => [range.start.line, said])).toContainEqual([
      line,
      expect.stringContaining(message),
    ]);
  });
});
