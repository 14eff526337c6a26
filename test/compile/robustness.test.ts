import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeArtifact } from '../../src/artifact/canonical.ts';
import { readArtifact } from '../../src/artifact/read.ts';
import { loadCheckers } from '../../src/compile/checkers.ts';
import { compileJourney } from '../../src/compile/compile.ts';
import { diagnosticCodes } from '../../src/diagnostics/codes.ts';
import { renderDiagnostics } from '../../src/diagnostics/render.ts';
import { readDocument } from '../../src/project/openapi/read.ts';
import type { ProjectFiles } from '../../src/project/project-files.ts';

const root = join(import.meta.dirname, '../../fixtures/journeys');

function readFixtures(wanted: (name: string) => boolean, kind = 'journeys'): string[] {
  const folders = readdirSync(root)
    .filter(wanted)
    .map((name) => join(root, name, kind));
  const files = folders.flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
  return files.map((file) => readFileSync(file, 'utf8')).filter((text) => text.length < 8000);
}

const valid = readFixtures((name) => name.startsWith('valid-'));
const broken = readFixtures((name) => !name.startsWith('valid-'));
const encoder = new TextEncoder();
const template = readFixtures((name) => name === 'valid-template', 'templates')[0] ?? '';
const [login] = valid.filter((text) => text.startsWith('name: login'));

const document = readFileSync(join(root, 'valid-openapi/openapi/shop.yaml'));
const created = readDocument('openapi/shop.yaml', document);
const openApi = created.ok ? created : { ...created, code: 'bad-openapi' as const };

/** Whatever is asked for is there: a certificate, which is text and bytes, one journey, one document, one file of templates. */
function filesWith(text: string): ProjectFiles {
  return {
    readFile: () => ({ ok: true, bytes: encoder.encode('-----BEGIN CERTIFICATE-----') }),
    readOpenApi: () => openApi,
    findJourney: () => ({ ok: true, source: { file: 'journeys/login.yaml', text: login ?? '' } }),
    readTemplates: () => ({ ok: true, source: { file: 'templates/shop.yaml', text } }),
    templateNames: () => ['shop'],
  };
}

const pieces = [
  ...[
    '${{',
    '}}',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '- ',
    '\n',
    '\t',
    '#',
    '&a ',
    '*a',
    '<<: ',
    '!x ',
    '|',
    '>',
  ],
  ...[
    'null',
    '~',
    '0x',
    '.inf',
    '$',
    '$.',
    '$[',
    'steps.',
    'has(',
    '? ',
    '\u0000',
    '\uD800',
    '😀',
    '\\',
    '__proto__: 1\n',
  ],
  ...[
    'if: ',
    'id: a',
    'parallel: ',
    'cleanup: ',
    'value: ',
    'status: ',
    'body: ',
    'not: ',
    'length: ',
    'retry: ',
    'until: ',
    'use: shop/add-item',
    'journey: login',
    'forEach: ',
    'repeat: ',
    'steps: ',
    'set: ',
    'filter: ',
    'schema: ',
    'file: ',
  ],
];

type Change = { readonly at: number; readonly length: number; readonly put: string };

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(8000),
  length: fc.oneof(fc.nat(3), fc.nat(80)),
  put: fc.oneof(fc.constantFrom(...pieces), fc.constant(''), fc.string({ maxLength: 4 })),
});

function apply(text: string, { at, length, put }: Change): string {
  const start = at % (text.length + 1);
  return text.slice(0, start) + put + text.slice(start + length);
}

function moveLine(text: string, from: number, to: number, indent: number): string {
  const lines = text.split('\n');
  const [line = ''] = lines.splice(from % lines.length, 1);
  lines.splice(to % (lines.length + 1), 0, ' '.repeat(indent) + line.trimStart());
  return lines.join('\n');
}

function mutate(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...texts),
      fc.array(change, { maxLength: 4 }),
      fc.option(fc.tuple(fc.nat(), fc.nat(), fc.nat(12))),
    )
    .map(([text, changes, move]) => {
      const moved = move === null ? text : moveLine(text, ...move);
      return changes.reduce(apply, moved);
    });
}

type Result = 'compiled' | 'refused';

function check(text: string, services: readonly string[], files: ProjectFiles): Result {
  const source = { file: 'journeys/mutated.yaml', text };
  const project = { services, values: ['currency'], files };
  const { artifact, diagnostics, sources } = compileJourney(source, project);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  for (const { code, place } of diagnostics) {
    expect(diagnosticCodes).toContain(code);
    const of = sources.find(({ file }) => file === place?.file);
    expect(place?.line).toBeLessThanOrEqual(of?.text.split('\n').length ?? 0);
  }
  renderDiagnostics(diagnostics, sources);
  expect(artifact === undefined).toBe(errors.length > 0);
  if (artifact === undefined) return 'refused';
  expect(readArtifact(encodeArtifact(artifact))).toMatchObject({ ok: true, artifact });
  return 'compiled';
}

/** `npm run fuzz` checks many times as many. */
const times = Number(process.env.FUZZ_TIMES ?? 1);

function count(texts: fc.Arbitrary<string>, numRuns: number, checkOne: (text: string) => Result) {
  const counts = { compiled: 0, refused: 0 };
  fc.assert(
    fc.property(texts, (text) => {
      counts[checkOne(text)] += 1;
    }),
    { numRuns: numRuns * times },
  );
  return counts;
}

beforeAll(() => loadCheckers(['xpath css schema:']));

describe('whatever is written', () => {
  test('into a journey: diagnostics or an artifact come out, and nothing else', () => {
    const texts = fc.oneof(mutate(valid), mutate(broken));
    const counts = count(texts, 2000, (text) => check(text, ['shop'], filesWith(template)));
    expect(counts.compiled).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(500);
  });

  test('into a template: the same', () => {
    const user = valid.find((text) => text.startsWith('name: template')) ?? '';
    const counts = count(mutate([template]), 500, (text) => check(user, ['shop', 'other'], filesWith(text)));
    expect(counts.compiled).toBeGreaterThan(10);
    expect(counts.refused).toBeGreaterThan(100);
  });
});
