import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { renderGithub } from '../../src/diagnostics/github.ts';
import { renderSarif } from '../../src/diagnostics/sarif.ts';

const place = { file: 'journeys/a, b: ü.yaml', line: 3, column: 5, endLine: 3, endColumn: 9 };

const unknown: Diagnostic = {
  code: 'unknown-output',
  severity: 'error',
  message: 'step "login" has no output "tokn"',
  place,
  fix: 'did you mean "token"?',
};
const unused: Diagnostic = {
  code: 'unused-input',
  severity: 'warning',
  message: '100% of nothing:\r\nreads it',
  place: { ...place, endLine: 4, endColumn: 1 },
};
const placeless: Diagnostic = { code: 'no-journeys', severity: 'error', message: 'there is no journey here' };

describe('SARIF', () => {
  test('results with their rules and regions', () => {
    const log = JSON.parse(
      renderSarif([unknown, placeless, unused], { version: '1.2.3', prefix: 'sub dir/' }),
    );
    expect(log).toEqual({
      $schema: expect.stringMatching(/sarif-schema-2\.1\.0\.json$/),
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'reqflo',
              version: '1.2.3',
              rules: [{ id: 'no-journeys' }, { id: 'unknown-output' }, { id: 'unused-input' }],
            },
          },
          columnKind: 'utf16CodeUnits',
          results: [
            {
              ruleId: 'unknown-output',
              ruleIndex: 1,
              level: 'error',
              message: { text: 'step "login" has no output "tokn": did you mean "token"?' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'sub%20dir/journeys/a%2C%20b%3A%20%C3%BC.yaml' },
                    region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 },
                  },
                },
              ],
            },
            { ruleId: 'no-journeys', ruleIndex: 0, level: 'error', message: { text: placeless.message } },
            expect.objectContaining({ ruleId: 'unused-input', ruleIndex: 2, level: 'warning' }),
          ],
        },
      ],
    });
  });

  test('a project without a flaw is a log without results', () => {
    const { runs } = JSON.parse(renderSarif([], { version: '1', prefix: '' }));
    expect(runs).toMatchObject([{ tool: { driver: { rules: [] } }, results: [] }]);
  });
});

describe('annotations of GitHub', () => {
  test('errors first, what would be taken for syntax escaped', () => {
    expect(renderGithub([unused, unknown, placeless], 'sub/').split('\n')).toEqual([
      '::error file=sub/journeys/a%2C b%3A ü.yaml,line=3,endLine=3,col=5,endColumn=9,title=unknown-output::step "login" has no output "tokn"%0Adid you mean "token"?',
      '::error title=no-journeys::there is no journey here',
      '::warning file=sub/journeys/a%2C b%3A ü.yaml,line=3,endLine=4,title=unused-input::100%25 of nothing:%0D%0Areads it',
      '2 errors, 1 warning',
      '',
    ]);
  });

  test('how many are not shown on the step', () => {
    const text = renderGithub([...Array.from({ length: 13 }, () => unknown), unused], '');
    expect(text).toMatch(/\n13 errors, 1 warning; 3 of them only here\n$/);
  });

  test('nothing where nothing is wrong', () => {
    expect(renderGithub([], '')).toBe('');
  });
});
