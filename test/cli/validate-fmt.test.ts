import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeProject } from '../support/project-folder.ts';
import { captureReqflo, type Ended } from '../support/reqflo.ts';

const good =
  'name: ping\nsteps:\n  - id: ping\n    request: { url: "http://127.0.0.1/" }\n    assertions:\n      - status: 200\n';
const bad = good.replace('status: 200', 'statuss: 200');

function reqflo(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return captureReqflo(args, { cwd });
}

describe('validate --format', () => {
  test.each([
    [['--format', 'json'], '"code": "'],
    [['--json'], '"code": "'],
    [['--format', 'sarif'], '"uri": "services/shop/journeys/ping.yaml"'],
    [['--format', 'github'], '::error file=services/shop/journeys/ping.yaml,line=6,endLine=6,col=9,'],
  ])('%j, on stdout', async (args, text) => {
    const repository = writeProject({ 'services/shop/journeys/ping.yaml': bad });
    mkdirSync(join(repository, '.git'));
    const { exitCode, stdout, stderr } = await reqflo(join(repository, 'services/shop'), 'validate', ...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(stdout).toContain(text);
  });

  test('pretty is for people', async () => {
    const { stdout, stderr } = await reqflo(
      writeProject({ 'journeys/ping.yaml': bad }),
      'validate',
      '--format',
      'pretty',
    );
    expect(stdout).toBe('');
    expect(stderr).toContain('journeys/ping.yaml:6:9\n');
  });

  test.each([
    [['--format', 'sarf'], 'error: there is no format "sarf"\n  did you mean "sarif"?\n'],
    [['--json', '--format', 'sarif'], 'error: --json and --format sarif exclude each other\n'],
  ])('%j is refused', async (args, text) => {
    const { exitCode, stderr } = await reqflo(
      writeProject({ 'journeys/ping.yaml': good }),
      'validate',
      ...args,
    );
    expect(exitCode).toBe(2);
    expect(stderr).toBe(text);
  });
});

describe('fmt', () => {
  const rough = good.replace('name: ping', 'name:   ping');

  test('formats what is not in the style, and says which', async () => {
    const cwd = writeProject({
      'reqflo.yaml': 'environment:  local\n',
      'environments/local.yaml': 'values: { a: 1 }\n',
      'journeys/good.yaml': good,
      'journeys/deep/rough.yml': rough,
      'journeys/windows.yaml': good.replaceAll('\n', '\r\n'),
      'data/other.yaml': 'a:   1\n',
    });
    chmodSync(join(cwd, 'journeys/deep/rough.yml'), 0o640);
    const first = await reqflo(cwd, 'fmt');
    expect(first).toEqual({
      exitCode: 0,
      stdout: 'reqflo.yaml\njourneys/deep/rough.yml\njourneys/windows.yaml\n',
      stderr: '5 files, 3 formatted\n',
    });
    expect(readFileSync(join(cwd, 'journeys/deep/rough.yml'), 'utf8')).toBe(good);
    expect(readFileSync(join(cwd, 'journeys/windows.yaml'), 'utf8')).toBe(good);
    expect(readFileSync(join(cwd, 'data/other.yaml'), 'utf8')).toBe('a:   1\n');
    expect(statSync(join(cwd, 'journeys/deep/rough.yml')).mode & 0o777).toBe(0o640);
    expect(await reqflo(cwd, 'fmt', '--check')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '5 files, 0 not in the canonical style\n',
    });
  });

  test('--check writes nothing, and ends with 1', async () => {
    const cwd = writeProject({ 'journeys/a.yaml': rough });
    expect(await reqflo(cwd, 'fmt', '--check')).toEqual({
      exitCode: 1,
      stdout: 'journeys/a.yaml\n',
      stderr: '1 file, 1 not in the canonical style\n',
    });
    expect(readFileSync(join(cwd, 'journeys/a.yaml'), 'utf8')).toBe(rough);
  });

  test.each(['journeys/a.yaml', 'journeys', 'ping'])(
    '%s names a file, a folder or a journey',
    async (name) => {
      const cwd = writeProject({ 'journeys/a.yaml': rough });
      expect(await reqflo(cwd, 'fmt', name)).toMatchObject({ exitCode: 0, stdout: 'journeys/a.yaml\n' });
    },
  );

  test('a file that is broken stays, and the others are formatted', async () => {
    const cwd = writeProject({ 'journeys/a.yaml': 'a: [1\n', 'journeys/b.yaml': rough });
    const { exitCode, stdout, stderr } = await reqflo(cwd, 'fmt');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: 'journeys/b.yaml\n' });
    expect(stderr).toContain('error[yaml-syntax]');
    expect(readFileSync(join(cwd, 'journeys/a.yaml'), 'utf8')).toBe('a: [1\n');
  });

  test.each([
    ['nothing', 2, 'error[no-journeys]'],
    ['data.json', 2, 'data.json is not YAML by its name'],
    ['.', 7, 'there is no YAML file here'],
  ])('%s: %i', async (name, code, text) => {
    const { exitCode, stderr } = await reqflo(writeProject({ 'data.json': '{}' }), 'fmt', name);
    expect(exitCode).toBe(code);
    expect(stderr).toContain(text);
  });
});
