import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DiagnosticCode, diagnosticCodes } from '../../src/diagnostics/codes.ts';
import type { Severity } from '../../src/diagnostics/diagnostic.ts';
import { journeySchema } from '../../src/journey/journey.ts';
import { operatorNames, valueKinds } from '../../src/journey/matcher.ts';
import { kindNames } from '../../src/journey/step.ts';
import {
  argumentTargets,
  besideTarget,
  certificateFields,
  plainTargets,
  timingPhases,
} from '../../src/journey/target.ts';
import { templatesSchema } from '../../src/journey/template.ts';
import { environmentSchema } from '../../src/project/environment.ts';
import { settingsSchema } from '../../src/project/settings.ts';
import { functions } from '../../src/query/cel-functions.ts';
import { roots } from '../../src/query/cel-tree.ts';
import { filterNames } from '../../src/query/filter.ts';
import { diagnose } from '../support/diagnose.ts';
import { writeProject } from '../support/project-folder.ts';
import { readSections } from './examples.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/language.md'), 'utf8');
const journeys = join(import.meta.dirname, '../../fixtures/journeys');

/** The part under one heading; without one all of the page. */
function sectionOf(heading: string): string {
  if (heading === '') return page;
  return page.split(/^##+ /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
}

/** The page's words in `code`; of the part under one heading, or of all. */
function wordsOf(heading: string): ReadonlySet<string> {
  const part = sectionOf(heading);
  const spans = [...part.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  return new Set(
    spans
      .flatMap((text) => text.split(/[^\w$.-]+|(?<=\w)\.(?=\w)/))
      .flatMap((word) => [word, word.replace(/^\W+|\W+$/g, '')]),
  );
}

/** Words of the examples without a mistake: another test runs them. */
const runningWords: ReadonlySet<string> = new Set(
  readSections(page)
    .flatMap(({ files }) => files.filter(({ errors }) => errors.length === 0))
    .flatMap(({ text }) => text.split(/[^\w$]+/)),
);

function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

/** `.charAt` and `math.abs` by their last names. */
const functionNames = [...functions.keys()].flatMap((name) => name.split('.').filter((part) => part !== ''));

/** Names that expressions know in some places alone. */
const localNames = ['item', 'index', 'repeat', 'values', 'row', 'callbacks'];

/** As the fixture of the code has it. */
async function severityOf(code: DiagnosticCode): Promise<Severity | undefined> {
  const { diagnostics } = await diagnose(join(journeys, code));
  return diagnostics.find((one) => one.code === code)?.severity;
}

const fixtureOfLater = join(journeys, 'not-supported-yet');
const filesOfLater = Object.fromEntries(
  readSections(page)
    .filter(({ title }) => title === 'Not supported yet')
    .flatMap(({ files }) => files.map(({ path, text }) => [path, text] as const)),
);

/** Names of what a project is refused as not supported yet. */
async function refusedIn(folder: string): Promise<readonly string[]> {
  const { diagnostics } = await diagnose(folder);
  const refused = diagnostics.filter(({ code }) => code === 'not-supported-yet');
  const names = refused.flatMap(({ message }) => /"(\w+)"/.exec(message)?.[1] ?? []);
  return [...new Set(names)];
}

describe('the language reference leaves nothing out', () => {
  test.each<[string, string, readonly string[]]>([
    ['key of a journey', '', keysOf(journeySchema())],
    ['key of an environment', '', keysOf(environmentSchema())],
    ['key of reqflo.yaml', '', keysOf(settingsSchema())],
    ['key of a request template', '', keysOf(templatesSchema())],
    ['kind of step', 'Steps', kindNames],
    ['target', 'Targets', [...plainTargets, ...argumentTargets]],
    ['word beside a target', 'Targets', besideTarget],
    ['phase and field of a target', 'Targets', [...timingPhases, ...certificateFields]],
    ['filter', 'Filters', filterNames],
    ['operator', 'Operators', operatorNames],
    ['type and format', 'Operators', valueKinds],
    ['name', 'Values and functions', [...roots, ...localNames]],
    ['function', 'Values and functions', functionNames],
  ])('every %s', (_, heading, names) => {
    const words = wordsOf(heading);
    expect(names.filter((name) => !words.has(name))).toEqual([]);
  });

  test.each<[string, readonly string[]]>([
    ['key of a journey', keysOf(journeySchema())],
    ['key of a request template', keysOf(templatesSchema())],
    ['key of an environment', keysOf(environmentSchema())],
    ['kind of step', kindNames],
    ['target', [...plainTargets, ...argumentTargets]],
    ['operator', operatorNames],
    ['type and format', valueKinds],
    ['filter', filterNames],
  ])('every %s in an example that runs', (_, names) => {
    expect([...new Set(names)].filter((name) => !runningWords.has(name))).toEqual([]);
  });

  test('every diagnostic, once, as what it is', async () => {
    const [, errors = '', warnings = ''] =
      /^## Diagnostics$.*?^\| error \|(.*?)^\| warning \|(.*?)^## /ms.exec(page) ?? [];
    const listed = (text: string, severity: Severity): readonly string[] =>
      [...text.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => `${severity} ${code}`);
    const known = await Promise.all(diagnosticCodes.map(async (code) => `${await severityOf(code)} ${code}`));
    expect([...listed(errors, 'error'), ...listed(warnings, 'warning')].sort()).toEqual(known.sort());
  });

  test('what is refused, and nothing else that is there', async () => {
    const named = [...sectionOf('Not supported yet').matchAll(/^\| [^|]+ \| (.+) \|$/gm)].flatMap(
      ([, row = '']) => [...row.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    );
    const known = await refusedIn(fixtureOfLater);
    expect(known.filter((name) => !named.includes(name))).toEqual([]);
    const refused = await refusedIn(writeProject(filesOfLater));
    expect([...refused].sort()).toEqual([...new Set(named)].sort());
  });

  test('every link leads to a heading', () => {
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });
});
