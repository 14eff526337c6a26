import { describe, expect, test } from 'vitest';
import { writeProject } from '../support/project-folder.ts';
import { captureReqflo, type Ended } from '../support/reqflo.ts';

const step =
  'steps:\n  - id: one\n    request: { url: "http://127.0.0.1:1/" }\n    assertions: [{ status: 200 }]\n';
const files = {
  'reqflo.yaml': 'environment: local\n',
  'environments/local.yaml': 'values: { a: 1 }\n',
  'journeys/buy.yaml': `name: buy\ndescription: Buys a kettle\ntags: [smoke]\ninputs: { sku: { default: A } }\ncases:\n  Kettle: { sku: A }\n  Two mugs: { sku: B }\n${step.replace(':1/', `:1/\${{ inputs.sku }}`)}`,
  'journeys/ping.yaml': `name: ping\n${step}`,
};

function run(...args: readonly string[]): Promise<Ended> {
  return captureReqflo(['run', ...args], { cwd: writeProject(files) });
}

describe('run --list', () => {
  test('names journeys, tags and cases, and sends nothing', async () => {
    expect(await run('--list')).toEqual({
      exitCode: 0,
      stdout: 'buy  [smoke]  Buys a kettle\n  --case "Kettle"\n  --case "Two mugs"\nping\n',
      stderr: '',
    });
  });

  test('of a case that one alone', async () => {
    const { stdout } = await run('buy', '--list', '--case', 'Two mugs');
    expect(stdout).toBe('buy  [smoke]  Buys a kettle\n  --case "Two mugs"\n');
  });

  test('as JSON', async () => {
    const { exitCode, stdout } = await run('--list', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      journeys: [
        {
          journey: 'buy',
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          description: 'Buys a kettle',
          tags: ['smoke'],
          cases: ['Kettle', 'Two mugs'],
        },
        {
          journey: 'ping',
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          description: null,
          tags: [],
          cases: [],
        },
      ],
      exitCode: 0,
    });
  });
});

test.each<[args: readonly string[], told: RegExp]>([
  [['buy', '--list', '--case', 'Ketle'], /there is no case "Ketle"\n {2}did you mean "Kettle"\?/],
  [['--list', '--jsonl'], /--list runs nothing/],
  [['--list', '--reporter', 'junit=a.xml'], /--list runs nothing/],
  [['--list', '-o', 'a.json'], /--list runs nothing/],
  [['buy', '--all-cases', '--case', 'Kettle'], /--all-cases and --case exclude each other/],
  [['--detach'], /--detach needs a runner/],
  [['--cloud', '--detach', '--fail-fast'], /--fail-fast needs somebody who follows/],
  [['--cloud', '--detach', '--coverage'], /--coverage needs the runs to their ends/],
  [['--runner', 'http://127.0.0.1:1'], /--runner is of a run on a runner/],
  [['--reporter', 'junit='], /--reporter junit= names no file\n {2}write junit=FILE/],
  [['-o', 'journeys'], /journeys cannot be written: it is a folder/],
  [['-o', 'reqflo.yaml/a.json'], /reqflo\.yaml\/a\.json cannot be written: there is a file in its place/],
  [['--row-id', 'a'], /--row-id needs a data file/],
  [['--ignore-unknown-columns'], /--ignore-unknown-columns needs a data file/],
])('%j is refused', async (args, told) => {
  const { exitCode, stdout, stderr } = await run(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(told);
});
