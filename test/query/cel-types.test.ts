import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DeclaredTypes, EvaluationError, parseExpression } from '../../src/query/expression.ts';
import type { Value } from '../../src/query/value.ts';
import { createScope } from './scope.ts';

const inputs = {
  n: 3,
  half: 0.5,
  s: 'text',
  b: true,
  list: [1, 2],
  map: { a: 1 },
  // Not declared: nothing is known of it.
  hidden: 7,
} satisfies { [name: string]: Value };

const types = {
  n: ['int', 'double'],
  half: ['int', 'double'],
  s: ['string'],
  b: ['bool'],
  list: ['list'],
  map: ['map'],
} as const;

const declared: DeclaredTypes = ([root, name, ...rest]) =>
  root === 'inputs' && rest.length === 0 ? types[name as keyof typeof types] : undefined;

function check(text: string) {
  const parsed = parseExpression(text, { locals: ['item'] });
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  return { ...parsed.expression.checkTypes(declared), expression: parsed.expression };
}

describe('what can never be evaluated', () => {
  test.each([
    ['inputs.n + inputs.s', 'an int + a string has no meaning'],
    ['1 + (inputs.s + "a" + 2)', 'a string + an int has no meaning'],
    ['inputs.b < 1', 'a bool and an int have no order'],
    ['-inputs.s', '-string has no meaning'],
    ['!inputs.n', '"!" wants true or false, not an int'],
    ['inputs.s && true', '&& wants true or false, not a string'],
    ['inputs.list ? 1 : 2', 'the condition before "?" wants true or false, not a list'],
    ['"a" in inputs.s', '"in" wants a list or a map on its right, not a string'],
    ['size(inputs.n)', 'size(int) has no meaning'],
    ['inputs.n.startsWith("a")', 'an int has no startsWith()'],
    ['inputs.s.startsWith(1)', 'string.startsWith(int) has no meaning'],
    ['inputs.list.map(x, inputs.n + "a")', 'an int + a string has no meaning'],
    ['[inputs.s * 2]', 'a string * an int has no meaning'],
    ['{"a": size(inputs.b)}', 'size(bool) has no meaning'],
    ['inputs.list[size(true)]', 'size(bool) has no meaning'],
    ['string(inputs.n) + inputs.n', 'a string + an int has no meaning'],
  ])('%s', (text, message) => {
    expect(check(text).faults.map((fault) => fault.message)).toEqual([message]);
  });
});

describe('what is never equal', () => {
  test.each([
    ['inputs.n == "3"', 'a number is never equal to a string', 'write 3'],
    ['"x" != inputs.half', 'a string is never equal to a number', undefined],
    ['inputs.list.map(x, inputs.b == 1)', 'a bool is never equal to a number', undefined],
    ['(inputs.b ? inputs.s : inputs.list) == 1', 'a string or a list is never equal to a number', undefined],
  ])('%s', (text, message, fix) => {
    expect(check(text).unequal).toMatchObject([{ message, fix }]);
  });

  test.each([
    ...[
      'inputs.n == 3.0',
      'inputs.n == 3u',
      'inputs.s == null',
      'null != inputs.list',
      'inputs.hidden == "7"',
    ],
    ...['(inputs.b ? inputs.s : 1) == 2', 'inputs.?n == 1', 'inputs.list[0] == "1"', '{} == inputs.map'],
  ])('but for all that is known %s may be', (text) => {
    expect(check(text).unequal).toEqual([]);
  });

  test('is not equal when it is evaluated', () => {
    let refused = 0;
    fc.assert(
      fc.property(expressions(true), expressions(true), (one, other) => {
        const text = `(${one}) == (${other})`;
        const inner = check(one).unequal.length + check(other).unequal.length;
        if (check(text).unequal.length === inner) return;
        refused += 1;
        try {
          expect(evaluate(text)).toBe(false);
        } catch (error) {
          if (!(error instanceof EvaluationError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(refused).toBeGreaterThan(200);
  });
});

describe('what may be evaluated', () => {
  test.each([
    ['inputs.n + 1', ['int', 'double']],
    ['inputs.n / 2.0', ['double']],
    ['inputs.s + string(inputs.n)', ['string']],
    ['inputs.n == "x"', ['bool']],
    ['inputs.b ? inputs.s : 1', ['string', 'int']],
    ['size(inputs.list) > 1', ['bool']],
    ['inputs.list[0] + "a"', undefined],
    ['inputs.map.a + 1', undefined],
    ['inputs.hidden + 1', undefined],
    ['inputs.hidden * 1.5', ['double']],
    ['1.5 * inputs.hidden + 2', ['double']],
    ['steps.a.outputs.b + 1', undefined],
    ['inputs.list.map(s, s + "a")', undefined],
    ['item + 1', undefined],
    ['dyn(inputs.n) + "a"', undefined],
    ['has(inputs.n)', ['bool']],
    ['inputs.?n.orValue("a")', undefined],
    ['[1]', ['list']],
    ['timestamp("2026-01-01T00:00:00Z") + duration("1h")', ['timestamp']],
    ['math.abs(inputs.half)', ['int', 'double']],
  ])('%s', (text, expected) => {
    const { types, faults } = check(text);
    expect(faults).toEqual([]);
    expect(types && new Set(types)).toEqual(expected && new Set<string>(expected));
  });
});

const leaf = fc.constantFrom(
  ...['1', '1.5', '"a"', 'true', 'null', '[1]', '{"a": 1}', 'b"a"'],
  ...Object.keys(inputs).map((name) => `inputs.${name}`),
);
/** Expressions; without branches all of one is evaluated. */
function expressions(branches: boolean): fc.Arbitrary<string> {
  const operators = ['+', '-', '*', '/', '%', '==', '<', '>=', 'in', ...(branches ? ['&&', '||'] : [])];
  return fc.letrec<{ expression: string }>((tie) => {
    const part = tie('expression');
    const choice = fc.tuple(part, part, part).map(([a, b, c]) => `(${a} ? ${b} : ${c})`);
    return {
      expression: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.tuple(part, fc.constantFrom(...operators), part).map(([a, op, b]) => `(${a} ${op} ${b})`),
        fc.tuple(fc.constantFrom('!', '-'), part).map(([op, a]) => `${op}(${a})`),
        fc
          .tuple(fc.constantFrom('size', 'string', 'int', 'double', 'type'), part)
          .map(([name, a]) => `${name}(${a})`),
        fc
          .tuple(part, fc.constantFrom('contains', 'startsWith', 'split'), part)
          .map(([a, name, b]) => `(${a}).${name}(${b})`),
        ...(branches ? [choice] : []),
      ),
    };
  }).expression;
}

function evaluate(text: string): Value | undefined {
  const parsed = parseExpression(text);
  return parsed.ok ? parsed.expression.evaluate(createScope({ inputs })) : undefined;
}

test('what is refused fails when it is evaluated', () => {
  let refused = 0;
  fc.assert(
    fc.property(expressions(false), (text) => {
      if (check(text).faults.length === 0) return;
      refused += 1;
      expect(() => evaluate(text)).toThrow(EvaluationError);
    }),
    { numRuns: 2_000 },
  );
  expect(refused).toBeGreaterThan(200);
});

test('of the types that are told one is the type that comes', () => {
  let told = 0;
  fc.assert(
    fc.property(expressions(true), (text) => {
      const { types, faults } = check(text);
      if (faults.length > 0 || types === undefined) return;
      try {
        evaluate(text);
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        return;
      }
      told += 1;
      const isOf = (type: string) => evaluate(`type(${text}) == ${type === 'null' ? 'null_type' : type}`);
      expect(types.some(isOf)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
  expect(told).toBeGreaterThan(200);
});
