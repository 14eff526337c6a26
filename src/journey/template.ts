import type { Report } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { assertionsShape } from './condition.ts';
import { described } from './described.ts';
import { type Entry, entries, record } from './map-shapes.ts';
import type { Node } from './node.ts';
import { outputShape } from './output.ts';
import { requestShape } from './request.ts';
import { text } from './scalar-shapes.ts';
import { type Infer, type JsonSchema, keywordsOf, schemaOf } from './shape.ts';
import { parseTree } from './tree.ts';
import { inputsShape } from './values.ts';

const templateShape = record({
  name: 'a request template',
  required: {},
  optional: {
    description: text('For people'),
    values: described(inputsShape, 'What the template must be given, or may', {
      sku: { type: 'string', required: true },
    }),
    request: described(requestShape, 'The request; what a step writes beside use is laid over it'),
    outputs: described(entries(outputShape, 'a map of outputs'), 'Outputs of the step that it becomes', {
      total: '$.total',
    }),
    assertions: described(assertionsShape, 'What must hold of the answer', [{ status: 201 }]),
  },
});
export type ParsedTemplate = Infer<typeof templateShape>;

const templatesShape = entries(templateShape, 'a map of request templates');

/** templates/NAME.yaml → its request templates, in the order written. Every mistake is reported. */
export function parseTemplates(source: Source, report: Report): readonly Entry<ParsedTemplate>[] {
  const tree = parseTree(source, report);
  const read = tree === undefined ? undefined : templatesShape.read(withoutSchema(tree), { source, report });
  return read?.entries ?? [];
}

function withoutSchema(tree: Node): Node {
  if (tree.kind !== 'map') return tree;
  return { ...tree, members: tree.members.filter(({ key }) => key.text !== '$schema') };
}

export function templatesSchema(): JsonSchema {
  const editor = { type: 'object', properties: { $schema: { description: 'Schema for editors' } } };
  const schema = keywordsOf(schemaOf(templatesShape, 'Request templates of reqflo'));
  return { ...schema, ...editor };
}
