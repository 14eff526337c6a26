import type { Diagnostic } from './diagnostic.ts';

export interface SarifOptions {
  readonly version: string;
  /** From the folder that paths are shown against, mostly the repository's, to the project: `services/shop/` or empty. */
  readonly prefix: string;
}

/** Diagnostics as a SARIF 2.1.0 log, as code scanning takes it: one run, a rule a code. */
export function renderSarif(diagnostics: readonly Diagnostic[], { version, prefix }: SarifOptions): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const driver = { name: 'reqflo', version, rules: codes.map((id) => ({ id })) };
  const run = {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    results: diagnostics.map((one) => resultOf(one, codes.indexOf(one.code), prefix)),
  };
  const log = { $schema: schema, version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

function resultOf(diagnostic: Diagnostic, ruleIndex: number, prefix: string): object {
  const { code, severity, message, place, fix } = diagnostic;
  const text = fix === undefined ? message : `${message}: ${fix}`;
  const result = { ruleId: code, ruleIndex, level: severity, message: { text } };
  if (place === undefined) return result;
  const { file, line, column, endLine, endColumn } = place;
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  const artifactLocation = { uri: uriOf(prefix + file) };
  return { ...result, locations: [{ physicalLocation: { artifactLocation, region } }] };
}

/** A relative reference (RFC 3986, 4.2): each segment is encoded. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
