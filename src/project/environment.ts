import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { described } from '../journey/described.ts';
import { entries, record } from '../journey/map-shapes.ts';
import { template, text } from '../journey/scalar-shapes.ts';
import { type Infer, type JsonSchema, schemaOf } from '../journey/shape.ts';
import { parseTree } from '../journey/tree.ts';
import { serviceShape } from './service.ts';

const environmentShape = record({
  name: 'an environment',
  required: {},
  optional: {
    $schema: text('Schema for editors'),
    description: text('For people'),
    services: described(
      entries(serviceShape, 'a map of services'),
      'Systems under test, by the names that journeys use',
      { shop: { url: 'https://staging.shop.example/api' } },
    ),
    values: described(entries(template(), 'a map of values'), 'Read as env.NAME', {
      currency: 'EUR',
      build: `\${{ shell.GIT_SHA }}`,
    }),
    inputs: described(
      entries(template(), 'a map of inputs'),
      'Inputs of journeys, where nothing else supplies them',
      { email: 'qa@example.com' },
    ),
  },
});
export type ParsedEnvironment = Infer<typeof environmentShape>;

/** environments/NAME.yaml */
export interface EnvironmentFile {
  readonly name: string;
  readonly source: Source;
  /** Absent where the file is broken. */
  readonly parsed?: ParsedEnvironment;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseEnvironment(name: string, source: Source): EnvironmentFile {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    diagnostics.push(diagnostic);
  };
  const tree = parseTree(source, report);
  const parsed = tree === undefined ? undefined : environmentShape.read(tree, { source, report });
  return { name, source, diagnostics, ...(parsed === undefined ? {} : { parsed }) };
}

export function environmentSchema(): JsonSchema {
  return schemaOf(environmentShape, 'A reqflo environment');
}
