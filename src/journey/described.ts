import type { Value } from '../query/value.ts';
import { keywordsOf, type Shape } from './shape.ts';

/** The same shape with what an editor shows at its key: a sentence, and values as a person would write them. */
export function described<T>(shape: Shape<T>, description: string, ...examples: readonly Value[]): Shape<T> {
  return {
    read: (node, reading) => shape.read(node, reading),
    schema(definitions) {
      const rules = keywordsOf(shape.schema(definitions));
      return { ...rules, description, ...(examples.length === 0 ? {} : { examples }) };
    },
  };
}
