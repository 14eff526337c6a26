import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../src/query/expression.ts';
import { reservedNames } from '../../src/query/reserved-names.ts';
import { parseTemplate, parseText } from '../../src/query/template.ts';
import type { Value, ValueMap } from '../../src/query/value.ts';
import { braced, createScope } from './scope.ts';

function evaluateWith(text: string, locals: readonly string[], values: ValueMap): Value | undefined {
  const parsed = parseExpression(text, { locals });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.expression.evaluate(createScope(values));
}

describe('names that the caller declares', () => {
  test.each<[string, string, ValueMap, Value]>([
    ['item.sku', 'item', { item: { sku: 'SKU-1' } }, 'SKU-1'],
    ['item + 1', 'item', { item: 1 }, 2],
    ['product.?sku.orValue("none")', 'product', { product: {} }, 'none'],
    ['has(item.sku)', 'item', { item: {} }, false],
    ['index * 2', 'index', { index: 3 }, 6],
    ['repeat.cursor == null', 'repeat', { repeat: { cursor: null } }, true],
    ['values.quantity', 'values', { values: { quantity: 2 } }, 2],
    ['row.index', 'row', { row: { index: 7 } }, 7],
    ['callbacks.paid', 'callbacks', { callbacks: { paid: 'https://r/c/1' } }, 'https://r/c/1'],
    ['[1, 2].map(item, item * 2)', 'item', { item: 9 }, [2, 4]],
    ['[1, 2].map(x, item)', 'item', { item: 9 }, [9, 9]],
    ['steps.a.outputs.x[index]', 'index', { index: 1, steps: { a: { outputs: { x: [5, 6] } } } }, 6],
  ])('%s', (text, local, values, result) => expect(evaluateWith(text, [local], values)).toEqual(result));

  test('they are references as roots are', () => {
    const parsed = parseExpression('item.sku == inputs.x && has(item.tag)', { locals: ['item'] });
    expect(parsed.ok && parsed.expression.references).toEqual([
      {
        path: ['item', 'sku'],
        spans: [
          { start: 0, end: 4 },
          { start: 5, end: 8 },
        ],
        guarded: false,
      },
      {
        path: ['inputs', 'x'],
        spans: [
          { start: 12, end: 18 },
          { start: 19, end: 20 },
        ],
        guarded: false,
      },
      {
        path: ['item', 'tag'],
        spans: [
          { start: 28, end: 32 },
          { start: 33, end: 36 },
        ],
        guarded: true,
      },
    ]);
  });

  test('a missing part is told as of a root', () => {
    expect(() => evaluateWith('item.sku', ['item'], { item: { sko: 1 } })).toThrow(
      'item has no "sku"; it has: sko',
    );
    expect(() => evaluateWith('item', ['item'], {})).toThrow('item is not there');
  });

  test.each([
    ['item.sku', 'item is known only inside forEach'],
    ['index', 'index is known only inside forEach and repeat'],
    ['repeat.cursor', 'repeat is known only inside repeat'],
    ['values.sku', 'values is known only in a request template'],
    ['row.index', 'row is known only where a journey runs with a data file'],
    ['callbacks.paid', 'callbacks is known only where a journey waits for a callback'],
    ['product.sku', 'there is no name "product"'],
  ])('%s is unknown elsewhere', (text, message) => {
    const parsed = parseExpression(text, { locals: ['products'] });
    expect(parsed.ok ? [] : parsed.problems).toEqual([
      expect.objectContaining({ kind: 'unknown-name', message }),
    ]);
  });

  test('a mistyped one is shown', () => {
    const parsed = parseExpression('prodct.sku', { locals: ['product'] });
    expect(parsed.ok ? [] : parsed.problems.map(({ fix }) => fix)).toEqual(['did you mean "product"?']);
  });

  test.each(['values', 'repeat', 'callbacks'])('a name of %s cannot be calculated', (local) => {
    const parsed = parseExpression(`${local}[inputs.x]`, { locals: [local] });
    expect(parsed.ok ? [] : parsed.problems.map(({ kind }) => kind)).toEqual(['dynamic-name']);
  });

  test('texts and templates know them too', () => {
    const text = parseText(`/${braced('item.id')}`, { locals: ['item'] });
    const template = parseTemplate({ [braced('item.id')]: [braced('index')] }, { locals: ['item', 'index'] });
    const scope = createScope({ item: { id: 7 }, index: 0 });
    expect(text.ok && text.text.render(scope)).toBe('/7');
    expect(template.ok && template.template.evaluate(scope)).toEqual({ 7: [0] });
    expect(parseText(braced('item.id')).ok).toBe(false);
    expect(parseTemplate([braced('item.id')]).ok).toBe(false);
  });
});

test.each(['steps', 'index', 'math', 'string', 'in', 'package'])('%s is reserved', (name) =>
  expect(reservedNames.has(name)).toBe(true),
);

test('a member that can be had alone is read without its root; a missing one is told with its neighbours', () => {
  const steps: ValueMap = { login: { outputs: { token: 't0' } } };
  const asked: string[] = [];
  const whole = createScope({ steps });
  const scope = {
    ...whole,
    get: (root: string) => {
      asked.push(root);
      return whole.get(root);
    },
    member: (root: string, name: string) =>
      root === 'steps' && Object.hasOwn(steps, name) ? steps[name] : undefined,
  };
  const read = (text: string): Value | undefined => {
    const parsed = parseExpression(text);
    return parsed.ok ? parsed.expression.evaluate(scope) : undefined;
  };
  expect(read('steps.login.outputs.token')).toBe('t0');
  expect(read('steps.login.outputs.token + "!"')).toBe('t0!');
  expect(asked).toEqual([]);
  expect(() => read('steps.login.outputs.tokn')).toThrow('steps.login.outputs has no "tokn"; it has: token');
  expect(() => read('steps.logn')).toThrow('steps has no "logn"; it has: login');
  expect(read('size(steps)')).toBe(1);
});
