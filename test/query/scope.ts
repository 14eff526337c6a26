import fc from 'fast-check';
import { type Expression, parseExpression, type Scope } from '../../src/query/expression.ts';
import { nodeDigests } from '../../src/query/node-digests.ts';
import { parseText } from '../../src/query/template.ts';
import type { Value, ValueMap } from '../../src/query/value.ts';

/** Draws that say what was drawn, and in which order. */
export function createScope(values: ValueMap, drawn: string[] = []): Scope {
  return {
    get: (root) => (Object.hasOwn(values, root) ? values[root] : undefined),
    digests: nodeDigests,
    draws: {
      uuid() {
        drawn.push('uuid');
        return `uuid-${drawn.length}`;
      },
      random(min, max) {
        drawn.push(`random ${min} ${max}`);
        return max;
      },
      now() {
        drawn.push('now');
        return Date.UTC(2024, 4, 1, 12, 0, 0, 250);
      },
    },
  };
}

export function expression(text: string): Expression {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problems.map(({ message }) => message).join('; ')}`);
  return parsed.expression;
}

export function evaluate(text: string, values: ValueMap = {}): Value | undefined {
  return expression(text).evaluate(createScope(values));
}

/** `$` and `{{ text }}`, which the linter would take for a template literal gone wrong. */
export function braced(text: string): string {
  return `\${{ ${text} }}`;
}

export function text(source: string) {
  const parsed = parseText(source);
  if (!parsed.ok) throw new Error(`${source}: ${parsed.problems.map(({ message }) => message).join('; ')}`);
  return parsed.text;
}

/** Texts with what breaks texts: quotes, escapes, braces, control signs, lone surrogates. */
export const anyText: fc.Arbitrary<string> = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', '"', "'", '\\', '{', '}', '$', '/', '\n', '\u0000', '\u2028', 'é', '🙂', '\ud83d'),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
});
