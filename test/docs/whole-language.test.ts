import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DiagnosticCode, diagnosticCodes } from '../../src/diagnostics/codes.ts';
import type { Severity } from '../../src/diagnostics/diagnostic.ts';
import { journeySchema } from '../../src/journey/journey.ts';
import { operatorNames, valueKinds } from '../../src/journey/matcher.ts';
import { laterSettings } from '../../src/journey/request.ts';
import { laterKinds } from '../../src/journey/step.ts';
import { argumentTargets, laterBeside, laterTargets, plainTargets } from '../../src/journey/target.ts';
import { environmentSchema } from '../../src/project/environment.ts';
import { settingsSchema } from '../../src/project/settings.ts';
import { functions, laterFunctions } from '../../src/query/cel-functions.ts';
import { roots } from '../../src/query/cel-tree.ts';
import { diagnose } from '../support/diagnose.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/language.md'), 'utf8');
const journeys = join(import.meta.dirname, '../../fixtures/journeys');

/** The page's words in `code`; of the part under one heading, or of all. */
function wordsOf(heading = ''): ReadonlySet<string> {
  const part = page.split(/^##+ /m).find((one) => one.startsWith(`${heading}\n`)) ?? page;
  const spans = [...part.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  return new Set(
    spans
      .flatMap((text) => text.split(/[^\w$.-]+|(?<=\w)\.(?=\w)/))
      .flatMap((word) => [word, word.replace(/^\W+|\W+$/g, '')]),
  );
}

function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

/** `.charAt` and `math.abs` by their last names. */
const functionNames = [...functions.keys()].flatMap((name) => name.split('.').filter((part) => part !== ''));

/** As the fixture of the code has it. */
async function severityOf(code: DiagnosticCode): Promise<Severity | undefined> {
  const { diagnostics } = await diagnose(join(journeys, code));
  return diagnostics.find((one) => one.code === code)?.severity;
}

describe('the language reference leaves nothing out', () => {
  test.each<[string, string, readonly string[]]>([
    ['key of a journey', '', keysOf(journeySchema())],
    ['key of an environment', '', keysOf(environmentSchema())],
    ['key of reqflo.yaml', '', keysOf(settingsSchema())],
    ['target', 'Targets', [...plainTargets, ...argumentTargets]],
    ['operator', 'Operators', operatorNames],
    ['type and format', 'Operators', valueKinds],
    ['name', 'Values and functions', [...roots]],
    ['function', 'Values and functions', functionNames],
    ['kind of step that is not there yet', 'Not supported yet', laterKinds],
    ['setting that is not there yet', 'Not supported yet', laterSettings],
    ['target that is not there yet', 'Not supported yet', [...laterTargets, ...laterBeside]],
    ['function that is not there yet', 'Not supported yet', [...laterFunctions]],
  ])('every %s', (_, heading, names) => {
    const words = wordsOf(heading);
    expect(names.filter((name) => !words.has(name))).toEqual([]);
  });

  test('every diagnostic, once, as what it is', async () => {
    const [, errors = '', warnings = ''] =
      /^## Diagnostics$.*?^\| error \|(.*?)^\| warning \|(.*?)^## /ms.exec(page) ?? [];
    const listed = (text: string, severity: Severity): readonly string[] =>
      [...text.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => `${severity} ${code}`);
    const known = await Promise.all(diagnosticCodes.map(async (code) => `${await severityOf(code)} ${code}`));
    expect([...listed(errors, 'error'), ...listed(warnings, 'warning')].sort()).toEqual(known.sort());
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
