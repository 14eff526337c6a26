import { entries } from './map-shapes.ts';
import type { Node } from './node.ts';
import { type Shape, wrongType } from './shape.ts';

/** A value on the wire: text, number, boolean, null (left out), or a list that repeats the name. */
export const wireValue: Shape<Node> = {
  read(node, reading) {
    if (node.kind !== 'map') return node;
    return wrongType(reading, node, 'a text, a number, true, false, null or a list');
  },
  schema: () => ({ type: ['string', 'number', 'boolean', 'null', 'array'] }),
};
export const wireEntries = entries(
  wireValue,
  'a map of names and values',
  'like { name: value, other: value }',
);
