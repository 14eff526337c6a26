import { describe, expect, test } from 'vitest';
import { expression } from './scope.ts';

/** `steps.a.outputs.x`, with `!` behind it where it is guarded. */
function references(text: string): readonly string[] {
  return expression(text).references.map(({ path, guarded }) => `${path.join('.')}${guarded ? '!' : ''}`);
}

describe('references', () => {
  test.each([
    ['1 + 2', []],
    ['inputs', ['inputs']],
    ['inputs.a + env.b', ['inputs.a', 'env.b']],
    ['steps.login.outputs.token.size()', ['steps.login.outputs.token']],
    ['steps["login"].outputs["to-ken"]', ['steps.login.outputs.to-ken']],
    ['response.body.items[0].sku', ['response.body.items']],
    ['response.body.items[inputs.i].sku', ['response.body.items', 'inputs.i']],
    ['[inputs.a].map(x, x + inputs.b)', ['inputs.a', 'inputs.b']],
    ['[1].map(inputs, inputs.a)', []],
    ['cel.bind(steps, env.a, steps.b.outputs.c)', ['env.a']],
    ['{inputs.a: inputs.b}', ['inputs.a', 'inputs.b']],
    ['math.abs(inputs.a)', ['inputs.a']],
    ['-inputs.a', ['inputs.a']],
  ])('%s', (text, paths) => expect(references(text)).toEqual(paths));

  test('each name has its place', () => {
    const [found] = expression('1 + steps . login["outputs"].?token').references;
    expect(found?.path).toEqual(['steps', 'login', 'outputs', 'token']);
    expect(found?.spans).toEqual([
      { start: 4, end: 9 },
      { start: 12, end: 17 },
      { start: 18, end: 27 },
      { start: 30, end: 35 },
    ]);
  });
});

describe('guarded', () => {
  test.each([
    ['steps.a.outputs.x', ['steps.a.outputs.x']],
    ['has(steps.a.outputs.x)', ['steps.a.outputs.x!']],
    ['has(steps.a.outputs.x.y)', ['steps.a.outputs.x.y!']],
    ['steps.a.outputs.?x', ['steps.a.outputs.x!']],
    ['steps.a.?outputs.x', ['steps.a.outputs.x!']],
    ['steps.a.outputs.x.?y', ['steps.a.outputs.x.y']],
    ['steps.a.response.?body', ['steps.a.response.body']],
    ['steps.a.?response.body', ['steps.a.response.body!']],
    ['"x" in steps.a.outputs', ['steps.a.outputs!']],
    ['"x" in steps.a.outputs.list', ['steps.a.outputs.list']],
    ['"x" in [steps.a.outputs.x]', ['steps.a.outputs.x']],
    ['has(steps.a.outputs.x) && steps.a.outputs.x > 1', ['steps.a.outputs.x!', 'steps.a.outputs.x!']],
    ['steps.a.outputs.x > 1 && has(steps.a.outputs.x)', ['steps.a.outputs.x!', 'steps.a.outputs.x!']],
    ['has(steps.a.outputs.x) && steps.a.outputs.y > 1', ['steps.a.outputs.x!', 'steps.a.outputs.y!']],
    ['has(steps.a.outputs.x) && steps.b.outputs.y > 1', ['steps.a.outputs.x!', 'steps.b.outputs.y']],
    ['has(steps.a.outputs.x) || steps.a.outputs.x > 1', ['steps.a.outputs.x!', 'steps.a.outputs.x']],
    ['!has(steps.a.outputs.x) || steps.a.outputs.x > 1', ['steps.a.outputs.x!', 'steps.a.outputs.x!']],
    [
      '!(!has(steps.a.outputs.x) || false) && steps.a.outputs.x > 1',
      ['steps.a.outputs.x!', 'steps.a.outputs.x!'],
    ],
    ['has(steps.a.outputs.x) ? steps.a.outputs.x : null', ['steps.a.outputs.x!', 'steps.a.outputs.x!']],
    ['has(steps.a.outputs.x) ? 1 : steps.a.outputs.x', ['steps.a.outputs.x!', 'steps.a.outputs.x']],
    ['steps.a.state == "passed" ? steps.a.outputs.x : 0', ['steps.a.state', 'steps.a.outputs.x!']],
    ['"passed" == steps.a.state ? steps.a.outputs.x : 0', ['steps.a.state', 'steps.a.outputs.x!']],
    ['steps.a.state != "passed" ? 0 : steps.a.outputs.x', ['steps.a.state', 'steps.a.outputs.x!']],
    ['steps.a.state == "failed" ? steps.a.outputs.x : 0', ['steps.a.state', 'steps.a.outputs.x']],
    ['steps.a.state != "skipped" && steps.a.outputs.x', ['steps.a.state', 'steps.a.outputs.x!']],
    ['steps.a.?outputs.x.hasValue() && steps.a.outputs.x', ['steps.a.outputs.x!', 'steps.a.outputs.x!']],
    ['has(steps.a.outputs) && steps.a.outputs.x', ['steps.a.outputs!', 'steps.a.outputs.x']],
    ['[1].map(i, has(steps.a.outputs.x), steps.a.outputs.x)', ['steps.a.outputs.x!', 'steps.a.outputs.x!']],
    ['false && steps.a.outputs.x', ['steps.a.outputs.x!']],
    ['has(response.body[steps.a.outputs.x])', ['response.body!', 'steps.a.outputs.x']],
  ])('%s', (text, paths) => expect(references(text)).toEqual(paths));
});

test.each([
  ['has(steps.a.outputs.x)', ['a']],
  ['has(steps.a.response)', ['a']],
  ['has(steps.a.outputs)', []],
  ['has(inputs.x)', []],
  ['steps.a.state == "passed" && "x" in steps.b.outputs', ['a', 'b']],
  ['steps.a.state == "passed" || steps.b.state == "passed"', []],
  ['(steps.a.state == "passed" && inputs.x) || (inputs.y && steps.a.state == "passed")', ['a']],
  ['!(steps.a.state != "passed" || steps.b.state != "passed")', ['a', 'b']],
  ['!(steps.a.state == "passed")', []],
  ['steps.a.state != "skipped"', ['a']],
  ['inputs.x ? steps.a.state == "passed" : false', ['a']],
  ['inputs.x ? steps.a.state == "passed" : inputs.y', []],
  ['steps.a.outputs.?x.hasValue()', ['a']],
  ['false', []],
])('where %s is true, %j ran', (text, guards) => expect(expression(text).guards).toEqual(guards));

test.each([
  ['response.body.total / 4', [[0, 23]]],
  ['1 + (response.body.total + 1) / 4', [[5, 33]]],
  ['response.body.total / size("abcd")', [[0, 34]]],
  ['[1].map(x, inputs.a / 2)', [[11, 23]]],
  ['double(response.body.total) / 4', []],
  ['response.body.total / 4.0', []],
  ['response.body.total * 1.0 / 4', []],
  ['int(response.body.total) / 4', []],
  ['inputs.a / inputs.b', []],
  ['7 / 2', []],
])('%s divides a value from outside by an integer at %j', (text, places) => {
  expect(expression(text).integerDivisions.map(({ start, end }) => [start, end])).toEqual(places);
});
