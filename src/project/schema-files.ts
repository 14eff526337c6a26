import { journeySchema } from '../journey/journey.ts';
import type { JsonSchema } from '../journey/shape.ts';
import { templatesSchema } from '../journey/template.ts';
import { environmentSchema } from './environment.ts';
import { settingsSchema } from './settings.ts';

/** The published schemas (JSON Schema 2020-12), by the names of their files. */
export const schemaFiles = {
  'journey.schema.json': journeySchema,
  'environment.schema.json': environmentSchema,
  'templates.schema.json': templatesSchema,
  'reqflo.schema.json': settingsSchema,
} as const satisfies Readonly<Record<string, () => JsonSchema>>;

/** The name and the text of every file. */
export function renderSchemaFiles(): readonly (readonly [name: string, text: string])[] {
  const files = Object.entries(schemaFiles);
  return files.map(([name, write]) => [name, `${JSON.stringify(write(), undefined, 2)}\n`]);
}
