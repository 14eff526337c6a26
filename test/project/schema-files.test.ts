import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { renderSchemaFiles } from '../../src/project/schema-files.ts';

const folder = join(import.meta.dirname, '../../schema');
const files = renderSchemaFiles();

interface Schema {
  readonly [keyword: string]: unknown;
}

/** Every schema inside a schema, by where it stands; rules that only restrict others are left out. */
function schemasIn(value: unknown, at: string): readonly (readonly [at: string, schema: Schema])[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => schemasIn(item, `${at}/${index}`));
  if (typeof value !== 'object' || value === null) return [];
  const members = Object.entries(value).filter(
    ([name]) => !['examples', 'default', 'dependentSchemas', 'required', 'enum'].includes(name),
  );
  const inner = members.flatMap(([name, member]) => schemasIn(member, `${at}/${name}`));
  return [[at, value as Schema], ...inner];
}

function keysWithoutDescription([at, { additionalProperties, properties }]: readonly [
  string,
  Schema,
]): readonly string[] {
  if (additionalProperties !== false || typeof properties !== 'object' || properties === null) return [];
  const bare = Object.entries(properties).filter(([, schema]) => !('description' in Object(schema)));
  return bare.map(([name]) => `${at}/properties/${name}`);
}

describe('the published schemas', () => {
  test('are all there is in schema/', () => {
    expect(readdirSync(folder).sort()).toEqual(files.map(([name]) => name).sort());
  });

  test.each(files)('%s is up to date (else: npm run schema)', (name, text) => {
    expect(readFileSync(join(folder, name), 'utf8') === text).toBe(true);
  });

  test.each(files)('%s describes every key', (_, text) => {
    const found = schemasIn(JSON.parse(text), '');
    expect(found.length).toBeGreaterThan(20);
    expect(found.flatMap(keysWithoutDescription)).toEqual([]);
  });

  test.each(files)('%s has examples that are valid', (_, text) => {
    const whole = JSON.parse(text) as Schema;
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(whole, 'whole');
    const given = schemasIn(whole, '').filter(([, schema]) => Array.isArray(schema.examples));
    expect(given.length).toBeGreaterThan(3);
    const pointer = (at: string): string => `whole#${at.replaceAll('$', '%24')}`;
    const wrong = given.flatMap(([at, { examples }]) =>
      (examples as unknown[]).flatMap((example) =>
        ajv.validate(pointer(at), example) ? [] : [`${at}: ${JSON.stringify(example)}: ${ajv.errorsText()}`],
      ),
    );
    expect(wrong).toEqual([]);
  });
});
