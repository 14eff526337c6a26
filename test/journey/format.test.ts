import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Formatted, formatYaml } from '../../src/journey/format.ts';
import { expr } from '../support/project-folder.ts';

function format(text: string): Formatted {
  return formatYaml({ file: 'a.yaml', text });
}

function textOf(text: string): string {
  const formatted = format(text);
  if (formatted.kind !== 'formatted') throw new Error(formatted.kind);
  return formatted.text;
}

const long = 'x'.repeat(70);

describe('the canonical style', () => {
  test.each([
    [
      'spaces',
      'a:   1\nb:\n    -   c\n    - {d: 1,e: [ 2,3 ]}\n',
      'a: 1\nb:\n  - c\n  - { d: 1, e: [2, 3] }\n',
    ],
    ['lists are indented', 'a:\n- 1\n-\n  b: 2\n', 'a:\n  - 1\n  - b: 2\n'],
    ['one empty line', '\n\na: 1\n\n\n\nb: 2\n\n', 'a: 1\n\nb: 2\n'],
    ['quotes stay', `a: 'x'\nb: "y"\nc: z\n`, `a: 'x'\nb: "y"\nc: z\n`],
    [
      'numbers stay',
      'a: 010\nb: 0x1F\nc: 1.10\nd: 1E3\ne: 12345678901234567890\n',
      'a: 010\nb: 0x1F\nc: 1.10\nd: 1E3\ne: 12345678901234567890\n',
    ],
    ['words stay', 'a: ~\nb: no\nc: True\nd: null\n', 'a: ~\nb: no\nc: True\nd: null\n'],
    ['anchors stay', 'a: &x { b: 1 }\nc: *x\n', 'a: &x { b: 1 }\nc: *x\n'],
    ['blocks stay', 'a: |-\n    one\n     two\nb: >\n  folded\n', 'a: |-\n  one\n   two\nb: >\n  folded\n'],
    ['a long text stays on its line', `a: ${long} ${long}\n`, `a: ${long} ${long}\n`],
    [
      'a long expression too',
      `a: "${expr(`'${long}' + '${long}'`)}"\n`,
      `a: "${expr(`'${long}' + '${long}'`)}"\n`,
    ],
    ['what fits is on one line', 'a: { b: 1,\n  c: 2 }\n', 'a: { b: 1, c: 2 }\n'],
    [
      'what does not fit is a block',
      `a: { b: ${long}, c: { d: ${long} } }\n`,
      `a:\n  b: ${long}\n  c: { d: ${long} }\n`,
    ],
    ['JSON', '{"a": [1, 2], "b": null}\n', '{ "a": [1, 2], "b": null }\n'],
  ])('%s', (_, text, expected) => {
    expect(textOf(text)).toBe(expected);
    expect(textOf(expected)).toBe(expected);
  });

  test.each([
    ['# top\n\n# second\na: 1   # one\n# between\nb: # below\n    # own line\n  - 1 # item\n# end\n'],
    ['a: { b: 1, # one\n  c: 2 } # two\n'],
    ['steps: # reqflo-ignore: no-assertions\n  - id: a # here\n\n    # there\n    b: 1\n'],
  ])('every comment of %j', (text) => {
    const comments = (yaml: string): readonly string[] => yaml.match(/#.*/g) ?? [];
    expect(comments(textOf(text))).toEqual(comments(text));
    expect(textOf(textOf(text))).toBe(textOf(text));
  });

  test('a comment behind a key stays on its line', () => {
    expect(textOf('a:   # of a\n  - 1\nb:    # of b\n    c: 1\n')).toBe(
      'a: # of a\n  - 1\nb: # of b\n  c: 1\n',
    );
  });

  test.each(['a: [1', 'a: 1\na: 2\n', '<<: { a: 1 }\n', '', 'a: !x 1\n'])(
    '%j is told to be broken',
    (text) => {
      expect(format(text)).toMatchObject({ kind: 'broken', diagnostics: [{ severity: 'error' }] });
    },
  );
});

test('every journey that is right is formatted, and the same again', () => {
  const root = join(import.meta.dirname, '../../fixtures');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  const results = files.map((file) =>
    format(readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n')),
  );
  expect(results.filter(({ kind }) => kind === 'refused')).toEqual([]);
  const texts = results.flatMap((one) => (one.kind === 'formatted' ? [one.text] : []));
  expect(texts.length).toBeGreaterThan(50);
  expect(texts.filter((text) => textOf(text) !== text)).toEqual([]);
});

test('whatever is written is formatted to the same values', () => {
  // A merge key is refused, whatever it holds.
  const key = fc.string({ minLength: 1 }).filter((name) => name !== '<<');
  const values = [
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  ];
  fc.assert(
    fc.property(fc.object({ key, values, maxDepth: 3 }), fc.boolean(), (map, isFlow) => {
      const text = stringify(map, isFlow ? { collectionStyle: 'flow' } : {});
      // Values are compared by the formatter itself, which refuses what it would change.
      expect(format(text).kind).toBe('formatted');
    }),
  );
});
