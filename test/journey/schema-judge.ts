import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { DiagnosticCode } from '../../src/diagnostics/codes.ts';
import type { Diagnostic, Report } from '../../src/diagnostics/diagnostic.ts';
import type { Source } from '../../src/diagnostics/source.ts';
import { parseJourney } from '../../src/journey/journey.ts';
import { nodeValue } from '../../src/journey/node.ts';
import { parseTemplates } from '../../src/journey/template.ts';
import { parseTree } from '../../src/journey/tree.ts';
import { parseEnvironment } from '../../src/project/environment.ts';
import { schemaFiles } from '../../src/project/schema-files.ts';
import { parseSettings } from '../../src/project/settings.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';

/** The files that have a schema. */
export type Kind = 'journey' | 'environment' | 'templates' | 'settings';

/** The parsers report to `report`; what they read is of no interest here. */
const parsers: Readonly<Record<Kind, (source: Source, report: Report) => unknown>> = {
  journey: parseJourney,
  environment: (source, report) => parseEnvironment('local', source).diagnostics.map(report),
  templates: parseTemplates,
  settings: parseSettings,
};

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validators: Readonly<Record<Kind, ValidateFunction>> = {
  journey: ajv.compile(schemaFiles['journey.schema.json']()),
  environment: ajv.compile(schemaFiles['environment.schema.json']()),
  templates: ajv.compile(schemaFiles['templates.schema.json']()),
  settings: ajv.compile(schemaFiles['reqflo.schema.json']()),
};

/** The text itself is broken: there is no value that a schema could judge. */
function isOfText({ code }: Diagnostic): boolean {
  return code.startsWith('yaml-');
}

/**
 * What the parser refuses and JSON Schema does not see, by rule:
 * - bad-regex: the pattern of a filter, in the syntax of ECMAScript;
 * - invalid-value of a filter's `format`: a small language of its own;
 * - a whole number beyond 2^53.
 */
function isBeyondSchema({ code, message }: Diagnostic): boolean {
  if (code === 'bad-regex') return true;
  return code === 'invalid-value' && /^expected a whole number, got \d{16,}$|format/.test(message);
}

const shapeCodes: readonly DiagnosticCode[] = [
  'unknown-key',
  'missing-key',
  'wrong-type',
  'invalid-value',
  'number-needs-quotes',
  'not-supported-yet',
  'one-of',
  'bad-duration',
  'bad-jsonpath',
  'assertion-target',
];

export function asJson(value: Value): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asJson(member as Value)]));
}

/** What the parser and the schema have against a text. */
export interface Judged {
  readonly text: string;
  readonly parser: readonly string[];
  readonly schema: readonly string[];
}

/** What both say of a text; undefined where there is nothing to compare. */
export function judge(kind: Kind, text: string): Judged | undefined {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => diagnostics.push(diagnostic);
  const source = { file: 'file.yaml', text };
  const tree = parseTree(source, () => {});
  parsers[kind](source, report);
  if (tree === undefined || diagnostics.some(isOfText)) return undefined;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const shown = errors.map(({ code, message, place }) => `${place?.line}: ${code}: ${message}`);
  expect(errors.filter(({ code }) => code !== 'bad-regex' && !shapeCodes.includes(code))).toEqual([]);
  const seen = errors.some((diagnostic) => !isBeyondSchema(diagnostic));
  const validate = validators[kind];
  const valid = validate(asJson(nodeValue(tree)));
  if (errors.length > 0 && !seen) return undefined;
  const faults = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
  return { text, parser: shown, schema: valid ? [] : faults };
}
