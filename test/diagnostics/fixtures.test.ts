import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnosticCodes } from '../../src/diagnostics/codes.ts';
import { renderDiagnostics } from '../../src/diagnostics/render.ts';
import { diagnose } from '../support/diagnose.ts';

const root = join(import.meta.dirname, '../../fixtures/journeys');
const folders = readdirSync(root).filter((name) => !name.startsWith('valid-'));

describe('every diagnostic', () => {
  test.each(folders)('%s says what is wrong, where, and what to do', async (name) => {
    const folder = join(root, name);
    const { diagnostics, sources } = await diagnose(folder);
    const shown = renderDiagnostics(diagnostics, sources).replaceAll(folder, '.');
    await expect(shown).toMatchFileSnapshot(join(folder, 'diagnostics.txt'));
  });

  test.each(diagnosticCodes)('%s has a fixture that shows it', async (code) => {
    const folder = join(root, code);
    expect(existsSync(folder)).toBe(true);
    const { diagnostics } = await diagnose(folder);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
  });

  test('a place is inside its file', async () => {
    const diagnosed = await Promise.all(folders.map((name) => diagnose(join(root, name))));
    const found = folders.flatMap((name, index) => {
      const { diagnostics, sources } = diagnosed[index]!;
      return diagnostics.flatMap(({ code, place }) => {
        const source = sources.find(({ file }) => file === place?.file);
        if (place === undefined || source === undefined) return [];
        const lines = source.text.split('\n');
        const line = lines[place.line - 1];
        const inside = line !== undefined && place.column <= line.length + 1 && place.endLine <= lines.length;
        return inside ? [] : [{ name, code, place }];
      });
    });
    expect(found).toEqual([]);
  });
});
