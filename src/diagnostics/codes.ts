/**
 * Every diagnostic code: a closed list, so that a test can demand a fixture for each.
 * A code is forever; its wording is not.
 */
export const diagnosticCodes = [
  // the text
  'yaml-syntax',
  'yaml-duplicate-key',
  'yaml-merge-key',
  'yaml-unknown-tag',
  'yaml-missing-value',
  'yaml-unquoted-expression',
  'yaml-alias-expansion',
  'not-utf8',
  // its shape
  'unknown-key',
  'missing-key',
  'wrong-type',
  'invalid-value',
  'number-needs-quotes',
  'not-supported-yet',
  'one-of',
  'bad-duration',
  // names
  'invalid-id',
  'duplicate-id',
  'duplicate-journey',
  'unknown-name',
  'unknown-function',
  'unknown-input',
  'unknown-variable',
  'unknown-step',
  'unknown-output',
  'unknown-service',
  'unknown-acceptance',
  'ambiguous-service',
  'forward-reference',
  'unguarded-read',
  'dynamic-name',
  'out-of-scope',
  // small languages
  'bad-expression',
  'bad-jsonpath',
  'bad-regex',
  'assertion-target',
  'failed-send-assertion',
  // values
  'input-type',
  'missing-input',
  'unknown-value',
  'environment-missing',
  'environment-lacks',
  'shell-missing',
  'secret-missing',
  // files and arguments
  'file-missing',
  'unknown-journey',
  'unknown-case',
  'unknown-preset',
  'no-journeys',
  'bad-artifact',
  'bad-option',
  // warnings
  'no-assertions',
  'list-literal',
  'integer-division',
  'unused-input',
  'unused-variable',
  'unused-output',
  'literal-credential',
  'short-secret',
  'step-never-runs',
] as const;

export type DiagnosticCode = (typeof diagnosticCodes)[number];
