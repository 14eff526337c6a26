// The tests, and a closing line that any CI reads: N passed, N failed.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { execa } from 'execa';

const report = '.cache/vitest.json';
mkdirSync('.cache', { recursive: true });
rmSync(report, { force: true });
const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const { exitCode } = await execa('vitest', [...args, ...process.argv.slice(2)], {
  preferLocal: true,
  stdio: 'inherit',
  reject: false,
});
const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
// A file that does not load has no failed test, only a failed suite.
const failed = numFailedTests === 0 && exitCode !== 0 ? Math.max(1, numFailedTestSuites) : numFailedTests;
process.stdout.write(`${numPassedTests} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
