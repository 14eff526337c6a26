import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createShop, type Shop } from '../../fixtures/shop/server.mjs';
import { compileAll } from '../../src/cli/journeys.ts';
import type { Person } from '../../src/cli/person.ts';
import { loadProject } from '../../src/project/project.ts';
import { type EchoServer, openEchoServer, openSecureEchoServer } from '../support/echo-server.ts';
import { writeProject } from '../support/project-folder.ts';
import { captureReqflo, type Ended } from '../support/reqflo.ts';
import { selfSigned } from '../support/self-signed.ts';
import { type Example, readSections, type Section } from './examples.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/language.md'), 'utf8');
const sections = readSections(page);
const shared = sections[0]?.files.filter((example) => !isJourney(example)) ?? [];

let shop: Shop;
let echo: EchoServer;
let secure: EchoServer;

beforeAll(async () => {
  const opening = [
    createShop({ password: 'correct-horse' }),
    openEchoServer(),
    openSecureEchoServer(),
  ] as const;
  [shop, echo, secure] = await Promise.all(opening);
});

afterAll(() => Promise.all([shop, echo, secure].map((server) => server.close())));

/** Nobody would read them on the page. */
const certificates = { 'tls/ca.pem': selfSigned.cert, 'tls/client.pem': selfSigned.cert };

function isJourney({ path }: Example): boolean {
  return path.startsWith('journeys/');
}

/** A project of these files, laid over those of the first section. */
function projectOf(files: readonly Example[]): string {
  const shown = [...shared, ...files].map(({ path, text }) => [path, text] as const);
  return writeProject({ ...certificates, ...Object.fromEntries(shown) });
}

const person: Person = { decide: async () => ({ approved: true, by: 'ada', note: 'looks good' }) };

function reqflo(cwd: string, args: readonly string[]): Promise<Ended> {
  const urls = { SHOP_URL: shop.url, ECHO_URL: echo.url, SECURE_URL: secure.url };
  return captureReqflo(args, { cwd, env: { ...urls, CLIENT_KEY: selfSigned.key }, person });
}

/** As `--json` prints it. */
interface Run {
  readonly state: string;
  readonly reason: string | null;
  readonly steps: readonly {
    readonly key: string;
    readonly error: unknown;
    readonly assertions: readonly { readonly passed: boolean }[];
  }[];
}

/** What a person wants to see of an example that does not do what it says. */
function problemsOf(runs: readonly Run[]): string {
  const found = runs.flatMap(({ steps }) =>
    steps.flatMap(({ key, error, assertions }) => [
      ...(error === null ? [] : [{ key, error }]),
      ...assertions.filter(({ passed }) => !passed).map((assertion) => ({ key, ...assertion })),
    ]),
  );
  return found.map((problem) => JSON.stringify(problem)).join('\n');
}

async function codesOf(
  root: string,
  { path }: Example,
  severity: 'error' | 'warning',
): Promise<readonly string[]> {
  const { diagnostics } = await compileAll(loadProject(root), root, [path]);
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

  test.each(journeys)('$name gives the diagnostics that it says', async ({ files, example }) => {
    const root = projectOf(files);
    expect(await codesOf(root, example, 'error')).toEqual([...example.errors].sort());
    expect(await codesOf(root, example, 'warning')).toEqual([...example.warnings].sort());
  });

  test.each(runnable)('$name runs as it says', async ({ files, example }) => {
    const args = ['run', example.path, '--all-cases', '--allow-exec', '--json'];
    const { stdout } = await reqflo(projectOf(files), args);
    const { runs = [] } = JSON.parse(stdout) as { runs?: readonly Run[] };
    const ends = runs.map(({ state, reason }) => ({ state, reason }));
    const state = example.failure === undefined ? 'passed' : 'failed';
    const end = { state, reason: example.failure ?? null };
    expect(ends, problemsOf(runs) || stdout).toEqual(runs.length === 0 ? [end] : runs.map(() => end));
  });

  test.each(commanding)('$title: its commands end as they say', async (section) => {
    const root = projectOf(soundFiles(section));
    for (const { line, args, exitCode } of section.commands) {
      expect({ line, ...(await reqflo(root, args)) }).toMatchObject({ line, exitCode });
    }
  });
});
