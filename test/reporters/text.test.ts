import { describe, expect, test } from 'vitest';
import { ExactNumber } from '../../src/query/value.ts';
import { foldCommand } from '../../src/reporters/command.ts';
import { layJson, renderJson, renderOutput, renderValue } from '../../src/reporters/json-text.ts';
import { cutEnd, cutMiddle, renderSize, visible, visibleLine, wrapWords } from '../../src/reporters/text.ts';

test.each([
  ['/carts/c_1042/checkout', 12, '/carts…ckout'],
  ['short', 5, 'short'],
  ['😀😀😀😀😀😀', 4, '😀😀…😀'],
])('%s cut to %i characters in the middle', (text, width, cut) => {
  expect(cutMiddle(text, width, '…')).toBe(cut);
});

test('cut at the end', () => {
  expect(cutEnd('cartId = c_1042', 10, '…')).toBe('cartId = …');
});

test('words are never broken', () => {
  expect(wrapWords('one two a-very-long-word three', 8)).toEqual(['one two', 'a-very-long-word', 'three']);
});

test.each([
  ['a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['a\u009bb', 'a\\u009bb'],
  ['a\rb', 'a\\u000db'],
  ['a\u202eb', 'a\\u202eb'],
  ['a\tb', 'a  b'],
])('%j is shown, not obeyed', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('a line stays one line', () => {
  expect(visibleLine('a \r\n  b\nc')).toBe('a b c');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1234, '1.2 kB'],
  [3_400_000, '3.4 MB'],
])('%i bytes: %s', (bytes, text) => {
  expect(renderSize(bytes)).toBe(text);
});

describe('JSON', () => {
  test('numbers stay as they were, bytes are base64, undefined is left out', () => {
    const data = { a: new ExactNumber('1.0'), b: new Uint8Array([1, 2]), c: undefined, d: [null, -0, 'x'] };
    expect(renderJson(data)).toBe('{"a":1.0,"b":"AQI=","d":[null,-0,"x"]}');
  });

  const text = '{"a":[1.0,{"b":"},]\\""}],"c":{},"d":[ ]}';

  test('on one line where it fits', () => {
    expect(layJson(text, 80)).toBe('{ "a": [1.0, { "b": "},]\\"" }], "c": {}, "d": [] }');
  });

  test('a member a line where nothing fits, as JSON.stringify lays it out', () => {
    expect(layJson(text, 0)).toBe(JSON.stringify(JSON.parse(text), null, 2).replace('1,', '1.0,'));
  });

  test('in between, what fits stays together', () => {
    expect(layJson('{"items":[{"sku":"SKU-1"},{"sku":"SKU-2"}]}', 24)).toBe(
      '{\n  "items": [\n    { "sku": "SKU-1" },\n    { "sku": "SKU-2" }\n  ]\n}',
    );
  });

  test.each([
    ['c_1042', 'c_1042'],
    ['two words', '"two words"'],
    ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['f72504e0-4f89-41d3-9a0c-0305e82c3301', 'f72504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['_id', '_id'],
    ['true', '"true"'],
    ['1e5', '"1e5"'],
    ['007', '"007"'],
    ['2026-11-25', '"2026-11-25"'],
    ['12', '"12"'],
    ['', '""'],
    ['***', '***'],
    [12, '12'],
    [{ a: 1 }, '{ "a": 1 }'],
  ])('output %j: %s', (value, shown) => {
    expect(renderOutput(value, 60, '…')).toBe(shown);
  });

  test('a text of any length is shown, and one full of escapes', () => {
    for (const long of ['x'.repeat(60_000_000), '"\\\\'.repeat(5_000_000)]) {
      expect(renderValue({ a: long }, 12, '…')).toHaveLength(12);
      expect(layJson(JSON.stringify([long]), 0)).toBe(`[\n  ${JSON.stringify(long)}\n]`);
    }
  });

  test('bytes are counted', () => {
    expect(renderValue(new Uint8Array(44), 60, '…')).toBe('44 bytes');
  });
});

describe('a folded command', () => {
  const long = (body: string): string =>
    `curl -X POST https://staging.shop.example/carts -H 'a: b -H c' -H "x: \\"$TOKEN\\"" --json '${body}'`;

  test('a short one stays whole', () => {
    expect(foldCommand('curl https://shop.example/')).toEqual(['curl https://shop.example/']);
  });

  test('it is broken before options alone, never inside quotes', () => {
    const body = `{"text":"it'\\''s -H here"}${'x'.repeat(60)}`;
    const lines = foldCommand(long(body));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.map((line) => line.trim().replace(/ \\$/, '')).join(' ')).toBe(long(body));
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}-/);
  });

  test("a word of $'…' is one", () => {
    const word = `$'${"it\\'s -X \\\\".repeat(20)}'`;
    expect(foldCommand(`curl https://shop.example/ --data-raw ${word} -X PUT`)).toEqual([
      'curl https://shop.example/ \\',
      `  --data-raw ${word} \\`,
      '  -X PUT',
    ]);
  });

  test('a line break in a body stays', () => {
    expect(foldCommand("curl --data-raw 'a\nb'").join('\n')).toBe("curl --data-raw 'a\nb'");
  });
});
