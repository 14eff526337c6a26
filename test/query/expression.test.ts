import { describe, expect, test } from 'vitest';
import { EvaluationError, parseExpression } from '../../src/query/expression.ts';
import { ExactNumber, type Value, type ValueMap } from '../../src/query/value.ts';
import { createScope, evaluate, expression } from './scope.ts';

const exact = (text: string): ExactNumber => new ExactNumber(text);

const values: ValueMap = {
  inputs: {
    quantity: 2,
    price: 0.5,
    whole: exact('10.0'),
    big: exact('12345678901234567890'),
    email: 'ada@x',
  },
  steps: {
    login: { state: 'passed', outputs: { token: 't0' }, response: { status: 200, body: {} } },
    skipped: { state: 'skipped', outputs: {} },
    pay: { state: 'passed', outputs: { total: 12 } },
  },
  response: {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: {
      items: [
        { sku: 'A', n: 1 },
        { sku: 'B', n: exact('2.0') },
      ],
      user: null,
      total: 10,
      constructor: 'member',
      exponent: exact('1e3'),
    },
  },
};

function failure(text: string, given = values): EvaluationError {
  try {
    evaluate(text, given);
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
  throw new Error(`${text} has a value`);
}

describe('numbers', () => {
  test.each<[string, Value]>([
    ['inputs.quantity + 1', 3],
    ['inputs.big', exact('12345678901234567890')],
    ['inputs.big == 12345678901234567890', true],
    ['inputs.big > 12345678901234567889', true],
    ['inputs.big == 12345678901234567891', false],
    ['true ? inputs.big : 0', exact('12345678901234567890')],
    ['inputs.whole', exact('10.0')],
    ['true ? response.body.exponent : 0', exact('1e3')],
    ['[response.body.exponent]', [exact('1e3')]],
    ['response.body.exponent == 1000', true],
    ['inputs.quantity + 1.0', exact('3.0')],
    ['inputs.quantity * inputs.price', exact('1.0')],
    ['inputs.whole / 4', 2.5],
    ['response.body.total / 4', 2],
    ['double(response.body.total) / 4', 2.5],
    ['-7 / 2', -3],
    ['-7 % 2', -1],
    ['7.5 % 2', 1.5],
    ['inputs.quantity < inputs.price', false],
    ['1 == 1.0', true],
    ['[1] == [1.0]', true],
    ['response.body.items.map(i, i.n) == [1.0, 2]', true],
    ['1.0 in [1, 2]', true],
    ['9007199254740993 == 9007199254740992.0', false],
    ['9007199254740993 > 9007199254740992.0', true],
    ['1 == "1"', false],
    ['0.1 + 0.2', 0.1 + 0.2],
    ['1e300 * 10.0', 1e301],
    ['100000000000000000000.0', exact('100000000000000000000.0')],
    ['-0.0', exact('-0.0')],
    ['-9223372036854775807 - 1', exact('-9223372036854775808')],
    ['5u', 5],
    ['18446744073709551615u', exact('18446744073709551615')],
    ['2u * 3u', 6],
  ])('%s is %j', (text, value) => expect(evaluate(text, values)).toEqual(value));

  test.each([
    ['9223372036854775807 + 1', 'the result does not fit into an integer of 64 bits'],
    ['-(-9223372036854775807 - 1)', 'the result does not fit into an integer of 64 bits'],
    ['(-9223372036854775807 - 1) / -1', 'the result does not fit into an integer of 64 bits'],
    ['inputs.big * 1', 'the result does not fit into an integer of 64 bits'],
    ['1 / 0', 'division by zero'],
    ['1 % 0', 'division by zero'],
    ['1.0 / 0', 'the result is Infinity, which is no JSON number'],
    ['[double("nan")]', 'the result is NaN, which is no JSON number'],
    ['18446744073709551615u + 1u', '18446744073709551616 does not fit into a uint'],
    ['1u + 1', 'a uint + an int has no meaning'],
    ['1 < "2"', 'an int and a string have no order'],
    ['-"1"', '-string has no meaning'],
  ])('%s fails', (text, message) => expect(failure(text).message).toBe(message));
});

describe('missing parts', () => {
  test.each<[string, Value | undefined]>([
    ['has(response.body.total)', true],
    ['has(response.body.nope)', false],
    ['has(response.body.nope.deeper.still)', false],
    ['has(response.body.user.name)', false],
    ['has(response.body.user)', true],
    ['has(response.body.items[0].sku)', true],
    ['has(response.body.items[9].sku)', false],
    ['has(response.body["total"])', true],
    ['has(response.body.total.deeper)', false],
    ['has(outputs.x)', false],
    ['has(steps.skipped.outputs.token)', false],
    ['"token" in steps.login.outputs', true],
    ['"token" in steps.skipped.outputs', false],
    ['steps.skipped.outputs.?token', undefined],
    ['steps.login.outputs.?token', 't0'],
    ['steps.skipped.outputs.?token.orValue("none")', 'none'],
    ['response.body.?user.?name.orValue("nobody")', 'nobody'],
    ['response.body.?nope.deeper.still.orValue(1)', 1],
    ['response.body.items[?5].orValue({"sku": "none"}).sku', 'none'],
    ['response.body.items[?0].sku', 'A'],
    ['response.body.constructor', 'member'],
    ['has(response.body.toString)', false],
    ['has(response.body.__proto__)', false],
    ['{"a": steps.skipped.outputs.?token}', { a: null }],
    ['[steps.skipped.outputs.?token]', [null]],
    ['inputs.quantity > 5 ? inputs.email : null', null],
    ['true ? inputs.email : null', 'ada@x'],
    ['response.body.user == null', true],
  ])('%s is %j', (text, value) => expect(evaluate(text, values)).toEqual(value));

  test.each([
    ['steps.pay.outputs.orderId', 'steps.pay.outputs has no "orderId"; it has: total'],
    ['steps.skipped.outputs.token', 'steps.skipped.outputs has no "token"; it is empty'],
    ['steps.login.response.body.nope', 'steps.login.response.body has no "nope"'],
    ['steps.login.response.status.nope', 'steps.login.response.status is an int and has no "nope"'],
    ['steps.login.respons', 'steps.login has no "respons"; it has: state, outputs, response'],
    ['response.body.user.name', 'response.body.user is null and has no "name"'],
    ['response.body.total.x', 'response.body.total is an int and has no "x"'],
    ['response.body.items.sku', 'response.body.items is a list and has no "sku"'],
    ['response.body.items[2].sku', 'response.body.items has no element 2; it has 2'],
    ['response.body.items[-1].sku', 'response.body.items has no element -1; it has 2'],
    ['response.body.items[0].nope + "x"', 'response.body.items[0] has no "nope"; it has: sku, n'],
    ['outputs.token', 'outputs is not there'],
  ])('%s fails', (text, message) => expect(failure(text).message).toBe(message));

  test.each(['response.body.totl', 'true ? response.body.totl : 1'])(
    '%s says where, what and what else',
    (text) => {
      const start = text.indexOf('totl');
      expect(failure(text)).toMatchObject({
        span: { start, end: start + 4 },
        path: 'response.body.totl',
        fix: 'did you mean "total"?',
      });
    },
  );

  test('header names are lower case, and the fix says so', () => {
    const { message, fix } = failure('response.headers["Content-Type"]');
    expect(message).toBe('response.headers has no "Content-Type"; it has: content-type');
    expect(fix).toBe('did you mean "content-type"?');
  });

  test('long records are cut', () => {
    const body = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`name${index}`, index]));
    expect(failure('response.body.x', { response: { body } }).message).toMatch(/name11, and 2 more$/);
  });
});

describe('text and types', () => {
  test.each<[string, Value]>([
    ['inputs.email + "!"', 'ada@x!'],
    ['inputs.email + string(inputs.quantity)', 'ada@x2'],
    ['string(2.0)', '2'],
    ['string(true)', 'true'],
    ['type(1) == int && type(1.0) == double && type("") == string', true],
    ['type(null) == null_type && type([]) == list && type({}) == map', true],
    ['type(response.body.total) == type(1)', true],
    ['{"b": 1, "a": {"constructor": 2}}', { b: 1, a: { constructor: 2 } }],
    ['{1: "a", true: "b"}', { '1': 'a', true: 'b' }],
    ['{"__proto__": 1}["__proto__"]', 1],
    ['{1: "a"}[1.0]', 'a'],
    ['[1, "a", null, {"b": []}]', [1, 'a', null, { b: [] }]],
    ['[1] + ["a"]', [1, 'a']],
    ['b"\\xff" + bytes("a")', Uint8Array.of(255, 97)],
    ['"\\U0001F642" > "\\uFFFD"', true],
    ['false < true', true],
    ['cel.bind(x, inputs.quantity * 2, x + x)', 8],
    [
      'response.body.items',
      [
        { sku: 'A', n: 1 },
        { sku: 'B', n: exact('2.0') },
      ],
    ],
    ['inputs.quantity // how many', 2],
  ])('%s is %j', (text, value) => expect(evaluate(text, values)).toEqual(value));

  test('an object keeps the order of its members', () => {
    expect(Object.keys(evaluate('{"z": 1, "constructor": 2, "a": 3}') as object)).toEqual([
      'z',
      'constructor',
      'a',
    ]);
  });

  test.each([
    [
      'inputs.email + inputs.quantity',
      'a string + an int has no meaning',
      'turn it into text with string(…)',
    ],
    [
      '"x" in inputs.email',
      '"in" wants a list or a map on its right, not a string',
      'a text is searched with text.contains(part)',
    ],
    ['inputs.quantity ? 1 : 2', 'the condition before "?" wants true or false, not an int', undefined],
    ['!inputs.quantity', '"!" wants true or false, not an int', undefined],
    ['true && 1', '&& wants true or false, not an int', undefined],
    ['[true, false].all(x, "a")', 'all() wants true or false, not a string', undefined],
    ['int', 'the type int is no value of a field', undefined],
    ['{1.5: 2}', 'a double cannot be a key of a map', undefined],
    ['{"a": 1, "a": 2}', 'the key "a" stands twice in this map', undefined],
    [
      'inputs.quantity.size()',
      'an int has no size()',
      'there is string.size(), bytes.size(), list.size(), map.size()',
    ],
    [
      'inputs.email.orValue("x")',
      'a string has no orValue()',
      'only an optional has it: read with .?name or [?key]',
    ],
  ])('%s fails', (text, message, fix) => {
    const error = failure(text);
    expect([error.message, error.fix]).toEqual([message, fix]);
  });
});

describe('logic', () => {
  test.each<[string, Value]>([
    ['false && response.body.nope', false],
    ['response.body.nope && false', false],
    ['true || response.body.nope', true],
    ['response.body.nope || true', true],
    ['1 && false', false],
    ['[1, 2, 3].exists(x, x / 0 == 1 || x == 3)', true],
    ['[0, 1].exists(x, 1 / x == 1)', true],
    ['[0, 2].all(x, 1 / x == 1)', false],
    ['[].all(x, x)', true],
    ['[].exists(x, x)', false],
    ['[1, 2, 2].exists_one(x, x == 1)', true],
    ['[1, 2, 2].existsOne(x, x == 2)', false],
    ['[1, 2, 3].filter(x, x > 1)', [2, 3]],
    ['[1, 2, 3].map(x, x > 1, x * 10)', [20, 30]],
    ['{"a": 1, "b": 2}.map(k, k)', ['a', 'b']],
    ['{"a": 1}.exists(k, k == "a")', true],
    ['[[1, 2], [3]].map(x, x.map(y, y + size(x)))', [[3, 4], [4]]],
    ['[1].map(inputs, inputs + 1)', [2]],
    ['[3, 1, 2].sortBy(x, -x)', [3, 2, 1]],
    ['optional.of(1).optMap(x, x + 1).value()', 2],
    ['optional.none().optMap(x, x + 1).hasValue()', false],
    ['optional.of(1).optFlatMap(x, optional.none()).or(optional.of(5)).value()', 5],
  ])('%s is %j', (text, value) => expect(evaluate(text, values)).toEqual(value));

  test.each([
    '[0, 1].map(x, 1 / x)',
    '[0, 1].exists_one(x, 1 / x == 1)',
    'true && response.body.nope',
    '1.all(x, x)',
  ])('%s fails', (text) => expect(failure(text)).toBeInstanceOf(EvaluationError));
});

describe('draws', () => {
  test.each([
    ['[uuid(), string(random(1, 6)), uuid()]', ['uuid', 'random 1 6', 'uuid']],
    ['"%s%s".format([uuid(), string(now())])', ['uuid', 'now']],
    ['{uuid(): now()}', ['uuid', 'now']],
    ['inputs.?x.orValue(uuid())', ['uuid']],
    ['optional.of(1).orValue(random(1, 2))', []],
    ['true || uuid() == ""', []],
    ['false ? uuid() : string(random(0, 1))', ['random 0 1']],
  ])('%s draws in order, and what is needed', (text, order) => {
    const drawn: string[] = [];
    expression(text).evaluate(createScope({ inputs: {} }, drawn));
    expect(drawn).toEqual(order);
  });

  test('give values', () => {
    expect(evaluate('random(1, 6)')).toBe(6);
    expect(evaluate('uuid()')).toBe('uuid-1');
    expect(evaluate('now()')).toBe('2024-05-01T12:00:00.250Z');
    expect(evaluate('now() + duration("1h")')).toBe('2024-05-01T13:00:00.250Z');
  });

  test.each(['random(2, 1)', 'random(1, 9007199254740993)'])('%s fails', (text) =>
    expect(failure(text).message).toMatch(/wants a lower and a higher integer below 2\^53$/),
  );
});

describe('what does not parse', () => {
  test.each([
    ['', [0, 0], 'an expression is missing'],
    ['inputs.', [7, 7], 'expected a name, got the end'],
    ['inputs[', [7, 7], 'the expression ends too early'],
    ['1 +', [3, 3], 'the expression ends too early'],
    ['(1', [2, 2], 'expected ")", got the end'],
    ['"abc', [0, 4], 'unterminated string'],
    ['a = 1', [2, 3], 'unexpected character: ='],
    ['has(inputs)', [4, 10], 'has() wants something that is read, like has(steps.login.outputs.token)'],
    ['[1].map(1, 2)', [8, 9], 'map(var, transform) invalid predicate iteration variable'],
    ['[1].sortBy(1, 2)', [11, 12], "sortBy() wants a variable's name first"],
    ['inputs.x.matches("(")', [17, 20], 'wrong pattern: unterminated group'],
  ])('%j', (text, [start, end], message) => {
    const problems = [{ kind: 'syntax', message, span: { start, end } }];
    expect(parseExpression(text)).toMatchObject({ ok: false, problems });
  });

  test.each([
    ['input.x', 'unknown-name', [0, 5], 'there is no name "input"', 'did you mean "inputs"?'],
    ['has(input.x)', 'unknown-name', [4, 9], 'there is no name "input"', 'did you mean "inputs"?'],
    ['input.?x', 'unknown-name', [0, 5], 'there is no name "input"', 'did you mean "inputs"?'],
    ['item.sku', 'unknown-name', [0, 4], 'item is known only inside forEach', undefined],
    ['size()', 'unknown-function', [0, 4], 'size() takes 1 argument, not 0', undefined],
    ['"a".replace("b")', 'unknown-function', [4, 11], 'replace() takes 2 or 3 arguments, not 1', undefined],
    [
      '(inputs.x).trimm()',
      'unknown-function',
      [11, 16],
      'there is no function trimm()',
      'did you mean trim()?',
    ],
    ['trim("a")', 'unknown-function', [0, 4], 'there is no function trim()', 'write x.trim()'],
    ['inputs.x.int()', 'unknown-function', [9, 12], 'there is no function int()', 'write int(x)'],
    ['math.max(1)', 'unknown-function', [5, 8], 'there is no function math.max()', undefined],
    ['sha3(inputs.x)', 'unknown-function', [0, 4], 'there is no function sha3()', 'did you mean sha1()?'],
    [
      'hmac("sha3", "k", "v")',
      'syntax',
      [5, 11],
      'hmac() knows md5, sha1, sha256, sha512, not "sha3"',
      undefined,
    ],
    [
      'file(inputs.path)',
      'dynamic-name',
      [5, 16],
      'the path of file() cannot be calculated',
      'write the path itself: file("data/order.json")',
    ],
    [
      'steps[inputs.x].state',
      'dynamic-name',
      [6, 14],
      'a name of steps cannot be calculated',
      'write the name itself: steps.NAME',
    ],
    [
      'steps.a.outputs[inputs.x]',
      'dynamic-name',
      [16, 24],
      'a name of steps.a.outputs cannot be calculated',
      'write the name itself: steps.a.outputs.NAME',
    ],
    [
      'steps.a.outputs.?b == optional.of(inputs["a" + "b"])',
      'dynamic-name',
      [41, 50],
      'a name of inputs cannot be calculated',
      'write the name itself: inputs.NAME',
    ],
    [
      'has(inputs[env.x])',
      'dynamic-name',
      [11, 16],
      'a name of inputs cannot be calculated',
      'write the name itself: inputs.NAME',
    ],
  ])('%s', (text, kind, [start, end], message, fix) => {
    const problem = { kind, message, span: { start, end } };
    expect(parseExpression(text)).toMatchObject({
      ok: false,
      problems: [fix === undefined ? problem : { ...problem, fix }],
    });
  });

  test.each([
    ['a = 1', 'to compare, write =='],
    ['a === 1', 'to compare, write =='],
    ['a <> "a = b"', 'for what is not equal, write !='],
    ['a == 1 and b', 'write &&'],
    ['a == 1 OR b', 'write ||'],
    ['not a', 'write !'],
    ['a ?? b', 'write a.?b.orValue(c)'],
    ['a?.b', 'what may be missing is read with a.?b'],
    ['a == `x`', 'a text stands in "…" or \'…\''],
    ['a.map(x => x)', 'a function stands in a macro: list.map(x, x.id)'],
    ['a == "=" +', undefined],
    ['(a >= 1 && b != 2', undefined],
  ])('of %s the fix is told', (text, fix) => {
    const parsed = parseExpression(text);
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.fix)).toEqual([fix]);
  });

  test.each([
    ['inputs.a.length()', 'write size(x)'],
    ['len(inputs.a)', 'write size(x)'],
    ['inputs.a.toUpperCase()', 'write x.upperAscii()'],
    ['parseInt(inputs.a)', 'write int(x)'],
  ])('of the function in %s, too', (text, fix) => {
    const parsed = parseExpression(text);
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.fix)).toEqual([fix]);
  });

  test('all problems are told at once', () => {
    const parsed = parseExpression('input.x + md4(secret.y)');
    expect(parsed.ok ? [] : parsed.problems.map(({ span }) => span.start)).toEqual([0, 10, 14]);
  });

  test('calculated names below a fixed one are fine', () => {
    expect(evaluate('response.body.items[inputs.i].sku', { ...values, inputs: { i: 1 } })).toBe('B');
    expect(evaluate('steps.login.outputs["token"]', values)).toBe('t0');
  });

  test.each([
    ['20,001 characters', `"${'a'.repeat(19_999)}"`],
    ['65 levels', `${'('.repeat(70)}1${')'.repeat(70)}`],
    ['thousands of signs', '-'.repeat(19_000)],
    ['thousands of operands', `1${'+1'.repeat(9_900)}`],
    ['thousands of members', `inputs${'.a'.repeat(9_000)}`],
  ])('%s are too much, or have a value', (_, text) => {
    const parsed = parseExpression(text);
    if (!parsed.ok) return expect(parsed.problems[0]?.message).toMatch(/nested|longer|ends too early/);
    expect(parsed.expression.evaluate(createScope(values))).toBe(9_901);
  });
});
