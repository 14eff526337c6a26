import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EchoServer, openEchoServer } from '../support/echo-server.ts';
import { expr, writeProject } from '../support/project-folder.ts';
import { captureReqflo, type Ended } from '../support/reqflo.ts';

let echo: EchoServer;
beforeAll(async () => {
  echo = await openEchoServer();
});
afterAll(() => echo.close());

const journey = `name: look
inputs:
  sku: { type: string }
  quantity: { type: integer, default: 1, minimum: 1 }
  status: { type: integer, default: 200 }
steps:
  - id: look
    request:
      method: POST
      path: "/answer/${expr('inputs.sku')}"
      query: { status: "${expr('inputs.status')}" }
      json: { quantity: "${expr('inputs.quantity')}", drawn: "${expr('uuid()')}" }
    outputs: { quantity: $.quantity, drawn: $.drawn } # reqflo-ignore: unused-output
    assertions:
      - status: 200
`;

function project(files: Readonly<Record<string, string>>): string {
  return writeProject({
    'reqflo.yaml': 'environment: local\n',
    'environments/local.yaml': `services: { echo: { url: "${echo.url}" } }\n`,
    'journeys/look.yaml': journey,
    ...files,
  });
}

function run(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return captureReqflo(['run', ...args], { cwd });
}

/** Without what differs from run to run. */
function steady(text: string): string {
  return text
    .replaceAll(echo.url, 'http://echo')
    .replaceAll(/run_[0-9A-Z]{26}/g, 'run_ID')
    .replaceAll(/artifact [0-9a-f]{7}/g, 'artifact 1234567')
    .replaceAll(/seed [0-9a-f]+/g, 'seed 0')
    .replaceAll(/ +\d+(\.\d+)? m?s\b/g, ' 1 ms')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID');
}

const three = 'sku,quantity,status\nA,1,200\nB,2,404\nC,3,200\n';

interface Document {
  readonly runs: readonly {
    readonly row: number | null;
    readonly state: string;
    readonly steps: readonly { readonly outputs: { readonly quantity?: number; readonly drawn?: string } }[];
  }[];
  readonly summary: { readonly runs: number; readonly passed: number; readonly failed: number };
  readonly exitCode: number;
}

function documentOf({ stdout }: Ended): Document {
  return JSON.parse(stdout) as Document;
}

describe('a run for each row', () => {
  test('what failed is shown in full, what passed on a line', async () => {
    const cwd = project({ 'data/rows.csv': three });
    const { exitCode, stdout, stderr } = await run(cwd, 'look', '--data', 'data/rows.csv', '-j', '1');
    expect(exitCode).toBe(1);
    await expect(steady(stdout)).toMatchFileSnapshot('expected/rows.txt');
    expect(stderr).toBe('Nothing was kept. Add --cloud to keep the run and to retry it from a step.\n');
  });

  test.each([
    ['rows.csv', three],
    ['rows.json', '[{"sku": "A"}, {"sku": "B", "quantity": 2, "status": 404}, {"sku": "C", "quantity": 3}]'],
    [
      'rows.ndjson',
      '{"sku": "A"}\n{"sku": "B", "quantity": 2, "status": 404}\n{"sku": "C", "quantity": 3}\n',
    ],
  ])('%s: values of their types, and one document', async (name, text) => {
    const ended = await run(project({ [name]: text }), 'look', '--data', name, '--json');
    const document = documentOf(ended);
    const rows = document.runs.map(({ row, state, steps: [step] }) => [row, state, step?.outputs.quantity]);
    expect(rows.sort()).toEqual([
      [1, 'passed', 1],
      [2, 'failed', 2],
      [3, 'passed', 3],
    ]);
    expect(document).toMatchObject({ summary: { runs: 3, passed: 2, failed: 1 }, exitCode: 1 });
    expect(ended.exitCode).toBe(1);
  });

  test('a row wins over --set, which is said where it has no effect at all', async () => {
    const cwd = project({ 'rows.json': '[{"sku": "A", "quantity": 5}, {"sku": "B"}]' });
    const set = ['--set', 'quantity=7', '--set', 'sku=Z'];
    const ended = await run(cwd, 'look', '--data', 'rows.json', '--json', '-j', '1', ...set);
    expect(documentOf(ended).runs.map(({ steps: [step] }) => step?.outputs.quantity)).toEqual([5, 7]);
    expect(ended.stderr).toContain('--set sku has no effect');
    expect(ended.stderr).not.toContain('--set quantity');
  });

  test('with a seed each row draws its own, and the same again', async () => {
    const cwd = project({ 'rows.csv': 'sku\nA\nB\n' });
    const drawn = async (): Promise<readonly unknown[]> => {
      const { runs } = documentOf(await run(cwd, '--data', 'rows.csv', '--json', '--seed', 'x', '-j', '1'));
      return runs.map(({ steps: [step] }) => step?.outputs.drawn);
    };
    const first = await drawn();
    expect(new Set(first).size).toBe(2);
    expect(await drawn()).toEqual(first);
  });

  test('each row with each case', async () => {
    const cases = `${journey}cases:\n  One: { quantity: 1 }\n  Two: { quantity: 2 }\n`;
    const cwd = project({ 'rows.csv': 'sku\nA\nB\n', 'journeys/look.yaml': cases });
    const { stdout } = await run(cwd, 'look', '--all-cases', '--data', 'rows.csv', '-j', '1');
    const names = [...stdout.matchAll(/✓ look · (.*?) · passed/g)].map(([, name]) => name);
    expect(names).toEqual(['One, row 1', 'Two, row 1', 'One, row 2', 'Two, row 2']);
  });

  test('a row is called by its id, which need not be declared', async () => {
    const cwd = project({ 'rows.csv': 'id,sku\nfirst,A\nsecond,B\n' });
    const args = ['look', '--data', 'rows.csv', '--row-id', 'id', '-j', '1'];
    const { exitCode, stdout } = await run(
      cwd,
      ...args,
      '--reporter',
      'junit=out.xml',
      '--reporter',
      'jsonl',
    );
    expect(exitCode).toBe(0);
    const created = stdout.split('\n').filter((line) => line.includes('"run.created"'));
    expect(created.map((line) => JSON.parse(line).request.row)).toEqual([
      { index: 1, id: 'first' },
      { index: 2, id: 'second' },
    ]);
    const names = [...readFileSync(join(cwd, 'out.xml'), 'utf8').matchAll(/<testcase name="(.*?)"/g)];
    expect(names.map(([, name]) => name)).toEqual(['first', 'second']);
  });
});

describe('nothing is sent', () => {
  test.each([
    [['--data', 'rows.csv'], 2, 'error[unknown-column]: there is no input or variable "skuu"'],
    [['--data', 'rows.csv', '--row-id', 'nix'], 2, 'rows.csv has no column "nix" (--row-id)'],
    [['--data', 'none.csv'], 2, 'error[file-missing]: there is no file none.csv'],
    [['--data', 'empty.csv'], 7, 'error[no-rows]: empty.csv has no rows'],
    [['--row-id', 'sku'], 2, 'error: --row-id needs a data file'],
    [['--ignore-unknown-columns'], 2, 'error: --ignore-unknown-columns needs a data file'],
    [['--data', 'rows.csv', '-j', '0'], 2, 'error: --concurrency takes a whole number from 1, not "0"'],
  ])('%j: %i', async (args, code, text) => {
    const cwd = project({ 'rows.csv': 'sku,skuu\nA,B\n', 'empty.csv': 'sku\n' });
    const { exitCode, stderr, stdout } = await run(cwd, 'look', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(text);
  });

  test('the last of many rows is looked at before the first is run', async () => {
    const rows = `sku,quantity\n${'A,1\n'.repeat(5000)}Z,0\n`;
    const { exitCode, stdout, stderr } = await run(
      project({ 'rows.csv': rows }),
      'look',
      '--data',
      'rows.csv',
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(
      'row 5001, column "quantity" must be at least 1, got 0\n  rows.csv:5002:3\n  5002 │ Z,0',
    );
  });

  test('columns that are not known may be left out', async () => {
    const cwd = project({ 'rows.csv': 'sku,skuu\nA,B\n' });
    expect((await run(cwd, 'look', '--data', 'rows.csv', '--ignore-unknown-columns')).exitCode).toBe(0);
  });
});

test('more runs than are worth a line each are counted', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => `S${n},${n % 20 === 7 ? 404 : 200}`);
  const cwd = project({ 'rows.csv': `sku,status\n${rows.join('\n')}\n` });
  const { exitCode, stdout } = await run(cwd, 'look', '--data', 'rows.csv');
  expect(exitCode).toBe(1);
  expect(stdout.match(/^ {2}✓ look · row/gm)).toBeNull();
  expect(stdout.match(/^✗ look: 1 of 1 assertions? failed/gm)).toHaveLength(3);
  expect(stdout).toMatch(/\n60 runs · 57 passed, 3 failed · .*\n$/);
});

test('of very many failures only the first are shown in full', async () => {
  const cwd = project({ 'rows.csv': `sku,status\n${'A,404\n'.repeat(30)}` });
  const { stdout } = await run(cwd, 'look', '--data', 'rows.csv', '-j', '3');
  expect(stdout.match(/again by hand/g)).toHaveLength(20);
  expect(stdout.match(/^ {2}✗ look · row \d+ · look: .* · run_\w+ · /gm)).toHaveLength(10);
});

test('fail-fast begins no more runs', async () => {
  const rows = `sku,status\nA,200\nB,404\n${'C,200\n'.repeat(20)}`;
  const ended = await run(
    project({ 'rows.csv': rows }),
    '--data',
    'rows.csv',
    '--json',
    '-j',
    '1',
    '--fail-fast',
  );
  expect(documentOf(ended)).toMatchObject({ summary: { runs: 2, passed: 1, failed: 1 }, exitCode: 1 });
  expect(ended.stderr).toBe('20 of 22 runs were not begun\n');
});

test('several journeys at once', async () => {
  const other = journey
    .replace('name: look', 'name: other')
    .replace('sku: { type: string }', 'sku: { default: A }');
  const cwd = project({ 'journeys/look.yaml': other.replace('other', 'look'), 'journeys/other.yaml': other });
  const { exitCode, stdout } = await run(cwd, '-j', '2');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\n2 runs · 2 passed\n$/);
});
