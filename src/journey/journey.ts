import type { Report } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { actorsShape } from './actor.ts';
import { described } from './described.ts';
import { entries, list, record } from './map-shapes.ts';
import type { MapNode } from './node.ts';
import { outputShape } from './output.ts';
import { sharedSettings } from './request.ts';
import { duration, flag, text } from './scalar-shapes.ts';
import { type Infer, type JsonSchema, schemaOf } from './shape.ts';
import { retryShape, stepsShape } from './step.ts';
import { namespacesShape } from './target.ts';
import { parseTree } from './tree.ts';
import { inputsShape, namedValuesShape, variablesShape } from './values.ts';

const defaultsShape = record({
  name: 'defaults',
  required: {},
  optional: {
    ...sharedSettings,
    timeout: described(duration(), "One attempt's; a poll's all", '10s'),
    retry: described(retryShape, 'When a step that fails is tried again', { attempts: 3, delay: '1s' }),
    idempotent: flag('Sending it twice does no harm'),
    actor: text('Whose cookies, auth and headers'),
  },
});
export type ParsedDefaults = Infer<typeof defaultsShape>;

export const journeyShape = record({
  name: 'a journey',
  required: {
    name: described(text(), 'Unique in the project: what the command line calls it by', 'checkout-flow'),
    steps: described(stepsShape, 'What is done, in this order'),
  },
  optional: {
    $schema: text('Schema for editors'),
    description: text('For people'),
    version: described(text(), 'Of the journey; a text, so 1.10 needs quotes', '1.2.0'),
    owner: described(text(), 'Who answers for it', 'payments'),
    tags: described(list(text(), 'a list of tags'), 'Words that run --tag chooses by', ['smoke', 'payments']),
    defaults: described(defaultsShape, "Settings of every request; a step's own wins", { service: 'shop' }),
    inputs: described(inputsShape, 'Supplied anew on every run: by --set, a case, a data row', {
      sku: { type: 'string', default: 'SKU-1' },
    }),
    variables: described(variablesShape, 'Named once, evaluated once, used by every step', {
      reference: `\${{ inputs.email }}-\${{ run.id }}`,
    }),
    presets: described(namedValuesShape, 'Named sets of variables: run --preset NAME', {
      loyal: { reference: 'loyal-customer' },
    }),
    cases: described(namedValuesShape, 'Named sets of inputs and variables: run --case NAME', {
      'Out of stock': { sku: 'SKU-0' },
    }),
    acceptance: described(
      entries(text(), 'a map of acceptance criteria'),
      'Behaviours that this journey proves; steps name them in verifies',
      { 'AC-12': 'A customer can pay for a cart with a card' },
    ),
    actors: described(actorsShape, 'Who sends requests: each has cookies, auth and headers of its own', {
      seller: {},
    }),
    namespaces: described(namespacesShape, 'Prefixes that every XPath may use', { d: 'DAV:' }),
    outputs: described(
      entries(outputShape, 'a map of outputs'),
      'What a journey that calls this one gets from it',
      { orderId: { value: `\${{ steps.pay.outputs.orderId }}` } },
    ),
    cleanup: described(stepsShape, 'Always runs, after the cleanup of the steps'),
  },
  later: ['recovery'],
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
