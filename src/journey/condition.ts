import { assertionShape, type ParsedAssertion } from './assertion.ts';
import { howToList, list } from './map-shapes.ts';
import type { TextNode } from './node.ts';
import { type Shape, wrongType } from './shape.ts';

/** A condition as written: an expression, with or without `${{ }}`, or a list of assertions. */
export type ParsedCondition =
  | { readonly kind: 'expression'; readonly text: TextNode }
  | { readonly kind: 'assertions'; readonly assertions: readonly ParsedAssertion[] };

export const assertionsShape = list(assertionShape, 'a list of assertions');

/** `until` and `when`. */
export const conditionShape: Shape<ParsedCondition> = {
  read(node, reading) {
    if (node.kind === 'text') return { kind: 'expression', text: node };
    if (node.kind !== 'list') {
      return wrongType(reading, node, 'an expression, or a list of assertions', howToList);
    }
    const read = assertionsShape.read(node, reading);
    return read === undefined ? undefined : { kind: 'assertions', assertions: read.items.flat() };
  },
  schema: (definitions) => ({ anyOf: [{ type: 'string' }, assertionsShape.schema(definitions)] }),
};
