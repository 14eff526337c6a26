import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { type Node, nodeValue } from '../../src/journey/node.ts';
import { readPlainNumber } from '../../src/journey/number.ts';
import { decodeSource } from '../../src/journey/text.ts';
import { spanInText } from '../../src/journey/text-offset.ts';
import { parseTree } from '../../src/journey/tree.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';

function parse(text: string): { node: Node | undefined; found: Diagnostic[] } {
  const found: Diagnostic[] = [];
  const node = parseTree({ file: 'a.yaml', text }, (diagnostic) => found.push(diagnostic));
  return { node, found };
}

function valueIn(text: string): Value {
  const { node, found } = parse(text);
  if (node === undefined || found.length > 0) throw new Error(JSON.stringify(found));
  return nodeValue(node);
}

describe('YAML 1.2 core', () => {
  test.each<[string, Value]>([
    ['no', 'no'],
    ['yes', 'yes'],
    ['on', 'on'],
    ['true', true],
    ['~', null],
    ['null', null],
    ['2026-01-01', '2026-01-01'],
    ['12:30:45', '12:30:45'],
    ['1_000', '1_000'],
    ['010', 10],
    ['0x1F', 31],
    ['0o17', 15],
    ['+5', 5],
    ['.5', 0.5],
    ['1.10', new ExactNumber('1.10')],
    ['12345678901234567890', new ExactNumber('12345678901234567890')],
    ['"010"', '010'],
    ["'it''s'", "it's"],
    ['"\\u00e9\\U0001F600\\x41"', 'é😀A'],
  ])('%s', (written, value) => {
    expect(valueIn(`a: ${written}\n`)).toEqual({ a: value });
  });

  test('members stay in the order written', () => {
    expect(Object.keys(valueIn('z: 1\na: 2\nm: 3\n') as object)).toEqual(['z', 'a', 'm']);
  });

  test('a member may have an empty name, as in JSON, but not none', () => {
    expect(valueIn('{ "": 1, a: { \'\': 2 } }')).toEqual({ '': 1, a: { '': 2 } });
    expect(parse('{ : 1 }').found.map(({ message }) => message)).toEqual(['a key must be a text']);
  });

  test('a member called __proto__ is a member', () => {
    const value = valueIn('__proto__: 1\na: 2\n') as object;
    expect(Object.entries(value)).toEqual([
      ['__proto__', 1],
      ['a', 2],
    ]);
  });

  test.each(['.inf', '-.inf', '.nan'])('%s is no number of JSON', (written) => {
    expect(readPlainNumber(written)).toBeUndefined();
    expect(parse(`a: ${written}`).found.map(({ code }) => code)).toEqual(['invalid-value']);
  });
});

describe('a place inside a text', () => {
  const marked = 'steps.x';
  test.each([
    ['plain', 'a: pre (steps.x)\n'],
    ['plain over two lines', 'a: pre\n  (steps.x)\n'],
    ['single quotes', "a: 'it''s (steps.x)'\n"],
    ['double quotes', 'a: "b\\tc \\"d\\" \\u00e9 (steps.x)"\n'],
    ['an escape of two units', 'a: "\\U0001F600 (steps.x)"\n'],
    ['double quotes over two lines', 'a: "one\n   two \\\n   three (steps.x)"\n'],
    ['a literal block', 'a: |\n    one\n      two (steps.x)\n    three\n'],
    ['a folded block', 'a: >-\n  one\n  two (steps.x)\n\n  three\n'],
    ['a block with its indent given', 'a: |2\n    one (steps.x)\n'],
  ])('%s', (_, text) => {
    const { node } = parse(text);
    const value = node?.kind === 'map' ? node.members[0]?.value : undefined;
    if (value?.kind !== 'text') throw new Error('no text');
    const start = value.text.indexOf(marked);
    const span = spanInText({ file: 'a.yaml', text }, value, { start, end: start + marked.length });
    expect(text.slice(span.start, span.end)).toBe(marked);
  });
});

describe('the text of a file', () => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('a byte order mark and CRLF are tolerated', () => {
    const read = decodeSource('a.yaml', encode('\uFEFFname: a\r\nb: 1\r\n'));
    expect(read).toEqual({ ok: true, source: { file: 'a.yaml', text: 'name: a\nb: 1\n' } });
  });

  test('what is not UTF-8 is refused where it stands', () => {
    const bytes = new Uint8Array([...encode('a: é\nb: é'), 0xff, ...encode('x\n')]);
    const read = decodeSource('a.yaml', bytes);
    expect(read.ok ? undefined : read.diagnostic.place).toMatchObject({ line: 2, column: 5 });
  });
});
