import { describe, expect, test } from 'vitest';
import { journeySchema } from '../../src/journey/journey.ts';
import type { JsonSchema } from '../../src/journey/shape.ts';
import { templatesSchema } from '../../src/journey/template.ts';
import { environmentSchema } from '../../src/project/environment.ts';
import { settingsSchema } from '../../src/project/settings.ts';

function references(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = '$ref' in schema && typeof schema.$ref === 'string' ? [schema.$ref] : [];
  return [...own, ...Object.values(schema).flatMap(references)];
}

describe('the JSON Schema of a file', () => {
  test.each<[string, () => JsonSchema]>([
    ['a journey', journeySchema],
    ['an environment', environmentSchema],
    ['reqflo.yaml', settingsSchema],
    ['a file of templates', templatesSchema],
  ])('%s: every reference leads somewhere', (_, write) => {
    const schema = write() as { $defs?: Record<string, unknown> };
    const missing = references(schema).filter(
      (ref) => !(ref.replace('#/$defs/', '') in (schema.$defs ?? {})),
    );
    expect(missing).toEqual([]);
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
  });

  test('a journey says what it needs, and closes its maps', () => {
    const schema = journeySchema() as {
      required: unknown;
      additionalProperties: unknown;
      $defs: Record<string, unknown>;
    };
    expect(schema.required).toEqual(['name', 'steps']);
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.$defs)).toEqual(
      expect.arrayContaining(['auth', 'filters', 'matcher', 'steps']),
    );
  });
});
