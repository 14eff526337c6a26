import type { Report } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { entries, list, record } from './map-shapes.ts';
import type { MapNode } from './node.ts';
import { laterSettings, sharedSettings } from './request.ts';
import { duration, flag, text } from './scalar-shapes.ts';
import { type Infer, type JsonSchema, schemaOf } from './shape.ts';
import { retryShape, stepsShape } from './step.ts';
import { parseTree } from './tree.ts';
import { inputsShape, namedValuesShape, variablesShape } from './values.ts';

const defaultsShape = record({
  name: 'defaults',
  required: {},
  optional: {
    ...sharedSettings,
    timeout: duration("One attempt's; a poll's all"),
    retry: retryShape,
    idempotent: flag('Sending it twice does no harm'),
  },
  later: [...laterSettings, 'actor'],
});
export type ParsedDefaults = Infer<typeof defaultsShape>;

export const journeyShape = record({
  name: 'a journey',
  required: { name: text('Unique in the project'), steps: stepsShape },
  optional: {
    $schema: text('Schema for editors'),
    description: text('For people'),
    version: text('Of the journey, like "1.2.0"'),
    owner: text('Who answers for it'),
    tags: list(text(), 'a list of tags'),
    defaults: defaultsShape,
    inputs: inputsShape,
    variables: variablesShape,
    presets: namedValuesShape,
    cases: namedValuesShape,
    acceptance: entries(text(), 'a map of acceptance criteria'),
    cleanup: stepsShape,
  },
  later: ['actors', 'namespaces', 'recovery', 'outputs'],
});
export type Journey = Infer<typeof journeyShape>;

/** A journey as far as it could be read, and its tree, which is there even where the journey is not. */
export interface ParsedJourney {
  readonly journey?: Journey;
  readonly root?: MapNode;
}

/** Text → Journey. Every mistake is reported; no journey: the text or its outline is broken. */
export function parseJourney(source: Source, report: Report): ParsedJourney {
  const tree = parseTree(source, report);
  if (tree === undefined) return {};
  const journey = journeyShape.read(tree, { source, report });
  return { ...(journey === undefined ? {} : { journey }), ...(tree.kind === 'map' ? { root: tree } : {}) };
}

export function journeySchema(): JsonSchema {
  return schemaOf(journeyShape, 'A reqflo journey');
}
