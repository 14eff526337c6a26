import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createShop, type Shop } from '../../fixtures/shop/server.mjs';
import { compileAll } from '../../src/cli/journeys.ts';
import { loadProject } from '../../src/project/project.ts';
import { type EchoServer, openEchoServer } from '../support/echo-server.ts';
import { writeProject } from '../support/project-folder.ts';
import { captureReqflo, type Ended } from '../support/reqflo.ts';
import { type Example, readSections, type Section } from './examples.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/language.md'), 'utf8');
const sections = readSections(page);
const shared = sections[0]?.files.filter((example) => !isJourney(example)) ?? [];

let shop: Shop;
let echo: EchoServer;

beforeAll(async () => {
  [shop, echo] = await Promise.all([createShop({ password: 'correct-horse' }), openEchoServer()]);
});

afterAll(() => Promise.all([shop.close(), echo.close()]));

function isJourney({ path }: Example): boolean {
  return path.startsWith('journeys/');
}

/** A project of these files, laid over those of the first section. */
function projectOf(files: readonly Example[]): string {
  return writeProject(Object.fromEntries([...shared, ...files].map(({ path, text }) => [path, text])));
}

function reqflo(cwd: string, args: readonly string[]): Promise<Ended> {
  return captureReqflo(args, { cwd, env: { SHOP_URL: shop.url, ECHO_URL: echo.url } });
}

function codesOf(root: string, { path }: Example, severity: 'error' | 'warning'): readonly string[] {
  const { diagnostics } = compileAll(loadProject(root), root, [path]);
  const found = diagnostics.filter((one) => one.severity === severity).map(({ code }) => code);
  return [...new Set(found)].sort();
}

const examples = sections.flatMap(({ title, files }) =>
  files.map((example) => ({ name: `${title}: ${example.path}`, files, example })),
);
const journeys = examples.filter(({ example }) => isJourney(example));
const runnable = journeys.filter(({ example }) => example.errors.length === 0);
const commanding = sections.filter(({ commands }) => commands.length > 0);

/** Without the examples that do not compile: they would stop every command over all journeys. */
function soundFiles({ files }: Section): readonly Example[] {
  return files.filter(({ errors }) => errors.length === 0);
}

describe('the language reference', () => {
  test.each(sections)('$title: no two examples are one file', ({ files }) => {
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual([...new Set(paths)]);
  });

  test.each(journeys)('$name gives the diagnostics that it says', ({ files, example }) => {
    const root = projectOf(files);
    expect(codesOf(root, example, 'error')).toEqual([...example.errors].sort());
    expect(codesOf(root, example, 'warning')).toEqual([...example.warnings].sort());
  });

  test.each(runnable)('$name runs as it says', async ({ files, example }) => {
    const args = ['run', example.path, '--all-cases', '--json'];
    const { stdout } = await reqflo(projectOf(files), args);
    const { runs } = JSON.parse(stdout) as { runs?: readonly { state: string; reason: string | null }[] };
    const ends = runs?.map(({ state, reason }) => ({ state, reason }));
    const state = example.failure === undefined ? 'passed' : 'failed';
    const end = { state, reason: example.failure ?? null };
    expect({ ends, stdout }).toEqual({ ends: runs?.map(() => end) ?? [end], stdout });
  });

  test.each(commanding)('$title: its commands end as they say', async (section) => {
    const root = projectOf(soundFiles(section));
    for (const { line, args, exitCode } of section.commands) {
      expect({ line, ...(await reqflo(root, args)) }).toMatchObject({ line, exitCode });
    }
  });
});
