import { conditionShape } from './condition.ts';
import { described } from './described.ts';
import { entries, record } from './map-shapes.ts';
import type { Node, TextNode } from './node.ts';
import { outputShape } from './output.ts';
import { number, template, text } from './scalar-shapes.ts';
import { type Infer, keywordsOf, reportAt, type Shape, type Spanned, wrongType } from './shape.ts';

/** `forEach` as written. */
export interface ParsedForEach {
  readonly items: Node;
  readonly as?: TextNode;
  readonly concurrency?: Spanned<number>;
}

const expression = { type: 'string', pattern: '\\$\\{\\{' };

const itemsShape: Shape<Node> = {
  read(node, reading) {
    if (node.kind === 'list' || node.kind === 'map') return node;
    if (node.kind !== 'text') return wrongType(reading, node, 'a list');
    if (node.text.includes('${{')) return node;
    const message = `expected a list, got the text "${node.text}"`;
    return reportAt(reading, 'wrong-type', node.span, message, `an expression stands in \${{ }}`);
  },
  schema: () => ({
    anyOf: [{ type: ['array', 'object'] }, expression],
  }),
};

const loopRecord = record({
  name: 'forEach',
  required: { items: described(itemsShape, 'A list, a map, or an expression that gives one', [1, 2]) },
  optional: {
    as: text('Name of the element in expressions; item when left out'),
    concurrency: number({ integer: true, minimum: 1, maximum: 1000 }, 'Rounds at the same time'),
  },
});

export const forEachShape: Shape<ParsedForEach> = {
  read(node, reading) {
    if (node.kind === 'map') return loopRecord.read(node, reading);
    const items = itemsShape.read(node, reading);
    return items === undefined ? undefined : { items };
  },
  schema: (definitions) => ({
    anyOf: [{ type: 'array' }, expression, loopRecord.schema(definitions)],
  }),
};

const repeatRecord = record({
  name: 'repeat',
  required: {},
  optional: {
    set: described(
      entries(outputShape, 'a map of outputs'),
      'Taken from each answer; the next round reads repeat.NAME',
      { cursor: '$.next' },
    ),
    start: described(
      entries(template(), 'a map of values'),
      'What repeat.NAME is in the first round; null when left out',
      { cursor: '' },
    ),
    until: described(
      conditionShape,
      'It ends when this holds; when left out, when nothing of set is there',
      'size(response.body.items) == 0',
    ),
    max: number({ integer: true, minimum: 1, maximum: 1_000_000 }, 'Rounds at most; 100 when left out'),
  },
});
export type ParsedRepeat = Infer<typeof repeatRecord>;

export const repeatShape: Shape<ParsedRepeat> = {
  read(node, reading) {
    const read = repeatRecord.read(node, reading);
    if (read === undefined || read.node.broken || read.set !== undefined || read.until !== undefined)
      return read;
    const tried = read.node.members.some(({ key }) => key.text === 'set' || key.text === 'until');
    if (tried) return undefined;
    return reportAt(
      reading,
      'missing-key',
      read.node.span,
      'repeat needs "set" or "until", or it never ends',
    );
  },
  schema: (definitions) => ({
    ...keywordsOf(repeatRecord.schema(definitions)),
    anyOf: [{ required: ['set'] }, { required: ['until'] }],
  }),
};
