import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeArtifact } from '../../src/artifact/canonical.ts';
import { readArtifact } from '../../src/artifact/read.ts';
import { compileJourney } from '../../src/compile/compile.ts';
import { diagnosticCodes } from '../../src/diagnostics/codes.ts';
import { renderDiagnostics } from '../../src/diagnostics/render.ts';

const root = join(import.meta.dirname, '../../fixtures/journeys');

function readFixtures(wanted: (name: string) => boolean): string[] {
  const folders = readdirSync(root)
    .filter(wanted)
    .map((name) => join(root, name, 'journeys'));
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

const mutated = fc
  .tuple(
    fc.oneof(fc.constantFrom(...valid), fc.constantFrom(...broken)),
    fc.array(change, { maxLength: 4 }),
    fc.option(fc.tuple(fc.nat(), fc.nat(), fc.nat(12))),
  )
  .map(([text, changes, move]) => {
    const moved = move === null ? text : moveLine(text, ...move);
    return changes.reduce(apply, moved);
  });

describe('whatever is written', () => {
  test('diagnostics or an artifact come out, and nothing else', () => {
    const counts = { compiled: 0, refused: 0 };
    fc.assert(
      fc.property(mutated, (text) => {
        const source = { file: 'journeys/mutated.yaml', text };
        const { artifact, diagnostics } = compileJourney(source, {
          services: ['shop'],
          values: ['currency'],
        });
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        for (const { code, place } of diagnostics) {
          expect(diagnosticCodes).toContain(code);
          expect(place?.line).toBeLessThanOrEqual(text.split('\n').length);
        }
        renderDiagnostics(diagnostics, [source]);
        expect(artifact === undefined).toBe(errors.length > 0);
        counts[artifact === undefined ? 'refused' : 'compiled']++;
        if (artifact === undefined) return;
        expect(readArtifact(encodeArtifact(artifact))).toMatchObject({ ok: true, artifact });
      }),
      { numRuns: 2000 },
    );
    expect(counts.compiled).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(500);
  });
});
