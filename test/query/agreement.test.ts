import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EvaluationError, parseExpression } from '../../src/query/expression.ts';
import { ExactNumber, numberFrom, type Value } from '../../src/query/value.ts';
import { createScope } from './scope.ts';

const cel = new Environment();

/** Typed expressions of the part of CEL in which the library's own evaluator is exact. */
const typed = fc.letrec<{ int: string; bool: string; text: string }>((tie) => ({
  int: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n }).map(String),
    fc.integer({ min: 0, max: 9 }).map(String),
    fc
      .tuple(tie('int'), fc.constantFrom('+', '-', '*', '/', '%'), tie('int'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('bool'), tie('int'), tie('int')).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
    tie('text').map((text) => `size(${text})`),
  ),
  bool: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('true', 'false'),
    fc
      .tuple(tie('int'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('int'))
      .map((parts) => parts.join(' '))
      .map((one) => `(${one})`),
    fc
      .tuple(tie('bool'), fc.constantFrom('&&', '||', '==', '!='), tie('bool'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('bool').map((one) => `!${one}`),
    fc
      .tuple(tie('text'), fc.constantFrom('contains', 'startsWith', 'endsWith'), tie('text'))
      .map(([a, name, b]) => `${a}.${name}(${b})`),
    fc.tuple(tie('int'), tie('int'), tie('int')).map(([a, b, c]) => `(${a} in [${b}, ${c}])`),
    fc
      .tuple(tie('int'), tie('int'), fc.constantFrom('all', 'exists', 'exists_one'))
      .map(([a, b, name]) => `[${a}, ${b}].${name}(x, x / 2 > 1)`),
  ),
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('""', '"a"', "'ab'", '"aba"'),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + ${b})`),
    tie('int').map((one) => `string(${one})`),
  ),
}));

/** The library's result, as a value; undefined where it fails. */
function libraryResult(text: string): Value | undefined {
  try {
    const result: unknown = cel.evaluate(text);
    return typeof result === 'bigint' ? numberFrom(result.toString()) : (result as Value);
  } catch {
    return undefined;
  }
}

function ownResult(text: string): Value | undefined {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problems[0]?.message}`);
  try {
    return parsed.expression.evaluate(createScope({}));
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

test('an independent evaluator gives the same, error for error', () => {
  fc.assert(
    fc.property(fc.oneof(typed.int, typed.bool, typed.text), (text) => {
      expect(ownResult(text)).toEqual(libraryResult(text));
    }),
    { numRuns: 2000 },
  );
});

test('nothing but a value, a problem or an evaluation error comes out of any text', () => {
  const word = fc.constantFrom(
    ...[
      'inputs',
      '.',
      '.?',
      'a',
      'steps',
      'outputs',
      'has',
      '(',
      ')',
      '[',
      ']',
      '[?',
      '{',
      '}',
      ',',
      ':',
      '?',
    ],
    ...[
      '&&',
      '||',
      '!',
      '-',
      '+',
      '/',
      '==',
      '<',
      'in',
      '1',
      '2.5',
      '3u',
      '"x"',
      'b"y"',
      'null',
      'true',
      'r"z"',
    ],
    ...[
      'x',
      'map',
      'filter',
      'all',
      'size',
      'string',
      'timestamp',
      'duration',
      'optional',
      'none',
      'math',
      'abs',
    ],
    ...['cel', 'bind', 'orValue', 'format', 'now', 'uuid', 'type', 'int', ' ', '//', '\n', '}}', '\\', '🙂'],
  );
  const scope = createScope({
    inputs: { a: [1, new ExactNumber('2.0'), null, { x: 'y' }] },
    steps: { a: {} },
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 14 }), (words) => {
      const text = words.join('');
      const parsed = parseExpression(text);
      if (!parsed.ok) {
        for (const { span } of parsed.problems) {
          expect(0 <= span.start && span.start <= span.end && span.end <= text.length).toBe(true);
        }
        return;
      }
      try {
        parsed.expression.evaluate(scope);
      } catch (error) {
        expect(error).toBeInstanceOf(EvaluationError);
      }
    }),
    { numRuns: 10_000 },
  );
});
