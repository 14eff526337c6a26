import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ListPart, ListSplitter } from '../../../src/project/data/list-splitter.ts';
import { placeOfColumn, placeOfRow, placeOfValue } from '../../../src/project/data/locate.ts';
import { openData } from '../../../src/project/data/open-data.ts';
import type { DataProblem, DataRow } from '../../../src/project/data/row.ts';
import { ExactNumber, type Value } from '../../../src/query/value.ts';
import { writeProject } from '../../support/project-folder.ts';

async function read(name: string, text: string | Uint8Array): Promise<readonly (DataRow | DataProblem)[]> {
  const root = writeProject({});
  writeFileSync(join(root, name), text);
  const opened = openData(root, root, name);
  if (!opened.ok) throw new Error(opened.diagnostic.message);
  const items: (DataRow | DataProblem)[] = [];
  for await (const item of opened.data.rows()) items.push(item);
  return items;
}

async function rowsOf(name: string, text: string): Promise<readonly DataRow[]> {
  const items = await read(name, text);
  return items.map((item) => {
    if (item.kind === 'problem') throw new Error(item.diagnostic.message);
    return item;
  });
}

function valuesOf(row: DataRow): { readonly [name: string]: Value } {
  const cells = [...row.cells].map(([name, cell]) => [name, cell.kind === 'text' ? cell.text : cell.value]);
  return Object.fromEntries(cells) as { readonly [name: string]: Value };
}

const two = [
  { sku: 'A', n: 1 },
  { sku: 'B', n: 2 },
];

describe('rows', () => {
  test.each([
    ['d.json', '[{"sku": "A", "n": 1},\n {"sku": "B", "n": 2}]\n', two],
    ['d.json', ' [ ] ', []],
    ['d.json', '[{"a": "],}[{\\"\\\\"}]', [{ a: '],}[{"\\' }]],
    ['d.json', '[{"a": [1, {"b": [2]}]}]', [{ a: [1, { b: [2] }] }]],
    ['d.ndjson', '{"sku": "A", "n": 1}\n\n{"sku": "B", "n": 2}', two],
    ['d.jsonl', '{"sku": "A", "n": 1}\r\n{"sku": "B", "n": 2}\r\n', two],
    ['d.jsonl', '', []],
    ['d.csv', 'sku , n\nA,1\n', [{ sku: 'A', n: '1' }]],
    ['d.CSV', '\ufeffsku,n\r\n\r\nA,1\r\n\r\n', [{ sku: 'A', n: '1' }]],
    [
      'd.csv',
      'sku,n\rA,1\rB,\r',
      [
        { sku: 'A', n: '1' },
        { sku: 'B', n: '' },
      ],
    ],
    [
      'd.csv',
      'a,__proto__\n1, 2 ',
      [
        Object.fromEntries([
          ['a', '1'],
          ['__proto__', ' 2 '],
        ]),
      ],
    ],
    ['d.csv', 'sku,n\n', []],
    ['d.csv', '', []],
  ])('%s: %j', async (name, text, expected) => {
    expect((await rowsOf(name, text)).map(valuesOf)).toEqual(expected);
  });

  test('numbers of JSON are kept as they are written', async () => {
    const [row] = await rowsOf('d.json', '[{"big": 12345678901234567890, "price": 1.10}]');
    expect(valuesOf(row!)).toEqual({
      big: new ExactNumber('12345678901234567890'),
      price: new ExactNumber('1.10'),
    });
  });

  test('a file larger than what is read at once', async () => {
    const note = 'ä€𝄞 '.repeat(50);
    const rows = Array.from({ length: 1000 }, (_, n) => ({ n: String(n), note }));
    const csv = `n,note\n${rows.map(({ n }) => `${n},"${note}"\n`).join('')}`;
    expect((await rowsOf('d.csv', csv)).map(valuesOf)).toEqual(rows);
    expect((await rowsOf('d.json', JSON.stringify(rows))).map(valuesOf)).toEqual(rows);
    const lines = await rowsOf('d.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    expect(lines.map(valuesOf)).toEqual(rows);
    expect(lines.at(-1)).toMatchObject({ index: 1000, piece: { line: 1000 } });
  });
});

describe('where things stand', () => {
  const spot = ({ line, column, endLine, endColumn }: ReturnType<typeof placeOfRow>): string =>
    `${line}:${column}-${endLine}:${endColumn}`;

  test.each([
    ['d.csv', 'a,b\n\n"x\ny",z\n1,"2"\n', 'b', ['3:1-3:3 4:4-4:5 1:3-1:4', '5:1-5:6 5:3-5:6 1:3-1:4']],
    ['d.csv', 'a,b\r\n"x\r\ny",z\r\n', 'b', ['2:1-2:3 3:4-3:5 1:3-1:4']],
    [
      'd.json',
      '[{"a": 1,\n  "b": true},\n\n {"b":\n"x" }]',
      'b',
      ['1:2-1:10 2:8-2:12 2:3-2:6', '4:2-4:7 5:1-5:4 4:3-4:6'],
    ],
    ['d.jsonl', '{"a":1,"b":22}\n{"b":3}\n', 'b', ['1:1-1:15 1:12-1:14 1:8-1:11', '2:1-2:8 2:6-2:7 2:2-2:5']],
    ['d.jsonl', '{"a":1}', 'b', ['1:1-1:8 1:1-1:8 1:1-1:8']],
  ])('%s: %j, column %s', async (name, text, column, expected) => {
    const rows = await rowsOf(name, text);
    const places = rows.map((row) =>
      [placeOfRow('d', row), placeOfValue('d', row, column), placeOfColumn('d', row, column)]
        .map(spot)
        .join(' '),
    );
    expect(places).toEqual(expected);
  });
});

describe('what is wrong', () => {
  test.each([
    [
      'd.csv',
      'a,b\n1\n1,2\n1,2,3\n',
      ['2:1 row 1 has 1 value for 2 columns', 'row 2', '4:1 row 3 has 3 values for 2 columns'],
    ],
    ['d.csv', 'a,a, \n1,2,3', ['1:3 column "a" is here twice', '1:5 column 3 has no name']],
    ['d.csv', 'a,b\n1,2\n3,"4\n5,6', ['row 1', '3:1 a quote is opened in this row, and never closed']],
    ['d.csv', 'a,b\n"1"x,2\n3,4', ['2:4 row 1 has text behind a closing quote', 'row 2']],
    ['d.csv', '"a"b\n1', ['1:4 the line of columns has text behind a closing quote']],
    ['d.json', '', ['1:1 a JSON data file is a list of objects']],
    ['d.json', '\n {"a": 1}', ['2:2 a JSON data file is a list of objects']],
    ['d.json', '[{"a": 1},\n', ['row 1', '2:1 the list is not closed']],
    ['d.json', '[{"a": 1}, {"b": ', ['row 1', '1:12 the list is not closed']],
    ['d.json', '[{"a": 1}, ]', ['row 1', '1:12 a row is missing here: there is a comma too many']],
    ['d.json', '[{"a": 1}] x', ['row 1', '1:12 something stands behind the list']],
    [
      'd.json',
      '[{"a": 1},\n 7, {"b" 2}, {}]',
      ['row 1', '2:2 row 2 must be an object, got number', '2:10 row 3 is not JSON: expected ":"', 'row 4'],
    ],
    [
      'd.jsonl',
      '{"a": 1}\n[1]\n\n{"a": tru}\n{}',
      ['row 1', '2:1 row 2 must be an object, got array', '4:7 row 3 is not JSON: expected a value', 'row 4'],
    ],
    ['d.csv', new Uint8Array([97, 10, 98, 10, 0xff]), ['3:1 d.csv is not UTF-8']],
    ['d.jsonl', new Uint8Array([0x22, 0xc3]), ['1:2 d.jsonl is not UTF-8']],
  ])('%s: %j', async (name, text, expected) => {
    const items = await read(name, text);
    expect(
      items.map((item) => {
        if (item.kind === 'row') return `row ${item.index}`;
        const { place, message } = item.diagnostic;
        return `${place?.line}:${place?.column} ${message}`;
      }),
    ).toEqual(expected);
  });

  test.each([
    ['missing.csv', 'file-missing'],
    ['rows.xlsx', 'bad-option'],
    ['rows', 'bad-option'],
    ['folder.csv', 'file-missing'],
  ])('no data file: %s', (name, code) => {
    const root = writeProject({ 'folder.csv/inside.csv': 'a\n' });
    expect(openData(root, root, name)).toMatchObject({ ok: false, diagnostic: { code } });
  });

  test('a row without an end is not read to the end of the file', async () => {
    const long = 'x'.repeat(2_000_100);
    for (const [name, text] of [
      ['d.csv', `a\n"${long}\n1\n`],
      ['d.json', `[{"a": "${long}`],
      ['d.jsonl', `{"a": "${long}`],
    ] as const) {
      const items = await read(name, text);
      expect(items).toMatchObject([{ kind: 'problem', diagnostic: { code: 'bad-data' } }]);
      expect(JSON.stringify(items)).toContain('longer than 2 MB');
    }
  });
});

test('a list is split the same wherever its text is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.object()),
      fc.array(fc.nat({ max: 40 })),
      fc.boolean(),
      (values, cuts, spaced) => {
        const text = JSON.stringify(values, undefined, spaced ? 1 : 0);
        const splitter = new ListSplitter();
        const parts: ListPart[] = [];
        let at = 0;
        for (const cut of [...cuts, text.length]) {
          parts.push(...splitter.push(text.slice(at, at + cut)));
          at += cut;
        }
        expect(splitter.finish()).toBeUndefined();
        const lines = text.split('\n');
        const texts = parts.map(({ piece }) => piece.text);
        expect(texts.map((one) => JSON.parse(one))).toEqual(JSON.parse(text));
        for (const { piece } of parts) {
          const rest = [lines[piece.line - 1]!.slice(piece.column - 1), ...lines.slice(piece.line)].join(
            '\n',
          );
          expect(rest.startsWith(piece.text)).toBe(true);
        }
      },
    ),
  );
});
