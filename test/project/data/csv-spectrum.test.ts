import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openData } from '../../../src/project/data/open-data.ts';

const suite = join(import.meta.dirname, '../../../fixtures/suites/csv-spectrum');
const names = readdirSync(join(suite, 'csvs')).map((file) => file.replace(/\.csv$/, ''));

test('the suite is here', () => {
  expect(names).toHaveLength(12);
});

test.each(names)('csv-spectrum: %s', async (name) => {
  const opened = openData(suite, suite, `csvs/${name}.csv`);
  if (!opened.ok) throw new Error(opened.diagnostic.message);
  const rows: unknown[] = [];
  for await (const item of opened.data.rows()) {
    if (item.kind === 'problem') throw new Error(item.diagnostic.message);
    const cells = [...item.cells].map(([column, cell]) => [column, cell.kind === 'text' ? cell.text : null]);
    rows.push(Object.fromEntries(cells));
  }
  expect(rows).toEqual(expectedOf(name));
});

/** Of a file with one row some hold the row alone. */
function expectedOf(name: string): readonly unknown[] {
  const expected: unknown = JSON.parse(readFileSync(join(suite, 'json', `${name}.json`), 'utf8'));
  if (Array.isArray(expected)) return expected;
  // The suite contradicts itself here (csv-spectrum issue 20): the number in the CSV is another one.
  const mended = name === 'location_coordinates' ? { 'Contact Phone Number': '2095257564' } : {};
  return [{ ...(expected as object), ...mended }];
}
