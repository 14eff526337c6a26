import { entries, record } from './map-shapes.ts';
import type { Node } from './node.ts';
import { template, text } from './scalar-shapes.ts';
import { type Infer, keywordsOf, type Reading, reportAt, type Shape, wrongType } from './shape.ts';

/** The bodies of a request, of which it has one. */
export const bodyNames = ['json', 'form', 'multipart', 'text', 'graphql', 'file', 'base64'] as const;
export type BodyName = (typeof bodyNames)[number];

const contentNames = ['file', 'text', 'json', 'base64'] as const;

const partRecord = record({
  name: 'a part',
  required: {},
  optional: {
    file: text('A file of the project'),
    text: text('Text'),
    json: template('JSON'),
    base64: text('Bytes, in base64'),
    filename: text('As the server is told; that of the file when left out'),
    contentType: text('Content-Type of the part'),
  },
});
type PartRecord = Infer<typeof partRecord>;

/** A part of a multipart body: a value, or a record that says what it holds. */
export type ParsedPart =
  | { readonly kind: 'value'; readonly node: Node }
  | {
      readonly kind: 'record';
      readonly content: (typeof contentNames)[number];
      readonly record: PartRecord;
    };

function readRecord(node: Node, reading: Reading): ParsedPart | undefined {
  const read = partRecord.read(node, reading);
  if (read === undefined) return undefined;
  const found = contentNames.filter((name) => read.node.members.some(({ key }) => key.text === name));
  const [content, second] = found;
  if (content !== undefined && second === undefined) return { kind: 'record', content, record: read };
  const span = read.node.members.find(({ key }) => key.text === second)?.key.span ?? node.span;
  return reportAt(reading, 'one-of', span, `a part has one of ${contentNames.join(', ')}`);
}

function readPart(node: Node, reading: Reading): ParsedPart | undefined {
  if (node.kind === 'list') return wrongType(reading, node, 'a part');
  return node.kind === 'map' ? readRecord(node, reading) : { kind: 'value', node };
}

const partShape: Shape<readonly ParsedPart[]> = {
  read(node, reading) {
    const written = node.kind === 'list' ? node.items : [node];
    return written.flatMap((item) => readPart(item, reading) ?? []);
  },
  schema(definitions) {
    const one = {
      anyOf: [
        { type: ['string', 'number', 'boolean', 'null'] },
        {
          ...keywordsOf(partRecord.schema(definitions)),
          oneOf: contentNames.map((name) => ({ required: [name] })),
        },
      ],
    };
    definitions.set('part', one);
    const part = { $ref: '#/$defs/part' };
    return { anyOf: [part, { type: 'array', items: part }] };
  },
};

/** Parts by name, in the order written; a list repeats the name. */
export const multipartShape = entries(partShape, 'a map of parts');

export const graphqlShape = record({
  name: 'graphql',
  required: {},
  optional: { query: text('A GraphQL document'), variables: template('Its variables') },
});
