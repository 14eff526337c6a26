import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expr, writeProject } from '../support/project-folder.ts';
import { captureReqflo } from '../support/reqflo.ts';

const journey = `name: seed
steps:
  - id: seed
    exec: [sh, -c, 'echo "$1" >> seeded; echo "{\\"id\\":7}"', seed, "${expr('inputs.sku')}"]
    outputs: { id: $.id }
    cleanup:
      - id: unseed
        exec: echo "unseeded $ID" >> seeded
  - id: broken
    exec:
      command: echo out; echo "$TOKEN" >&2; exit 3
      env: { TOKEN: "${expr('secrets.SHOP_TOKEN')}" }
inputs: { sku: { type: string, default: SKU-1 } }
`;

function projectOf(files: Readonly<Record<string, string>> = {}): string {
  return writeProject({
    'journeys/seed.yaml': journey,
    'environments/local.yaml': 'values: {}\n',
    ...files,
  });
}

const env = { SHOP_TOKEN: 'hidden-token', PATH: process.env.PATH ?? '' };

describe('a journey with a local command', () => {
  test('is refused, and nothing runs, unless it is allowed', async () => {
    const cwd = projectOf();
    const refused = await captureReqflo(['run', 'seed', '-e', 'local'], { cwd, env });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('step "seed" (journeys/seed.yaml:3:9) is a local command');
    expect(refused.stderr).toContain('--allow-exec');
    expect(() => readFileSync(join(cwd, 'seeded'))).toThrow('ENOENT');
  });

  test('is refused for a shared runner even so', async () => {
    const args = [
      'run',
      'seed',
      '-e',
      'local',
      '--allow-exec',
      '--cloud',
      '--runner',
      'https://runner.example',
    ];
    const refused = await captureReqflo(args, { cwd: projectOf(), env: { ...env, REQFLO_TOKEN: 'token' } });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('a shared runner runs none');
  });

  test('runs in the folder of the project, and is told', async () => {
    const cwd = projectOf();
    const ran = await captureReqflo(['run', 'seed', '-e', 'local', '--allow-exec'], { cwd, env });
    expect(ran.exitCode).toBe(1);
    expect(readFileSync(join(cwd, 'seeded'), 'utf8')).toBe('SKU-1\nunseeded \n');
    expect(ran.stdout).toMatch(/✓ seed +exec sh -c .* exit 0 .*id = 7/);
    expect(ran.stdout).toMatch(/✗ broken +exec echo out; .* exit 3/);
    expect(ran.stdout).toMatch(/exit 3\n +stdout 4 B\n +out\n +stderr 13 B\n +\*\*\*\n/);
    expect(ran.stdout).toMatch(/expected status 0, got 3/);
    expect(ran.stdout + ran.stderr).not.toContain('hidden-token');
  });

  test('is told in the document too', async () => {
    const args = ['run', 'seed', '-e', 'local', '--allow-exec', '--json'];
    const { stdout } = await captureReqflo(args, { cwd: projectOf(), env });
    const [, broken] = JSON.parse(stdout).runs[0].steps;
    expect(broken.command).toEqual({
      text: 'echo out; echo "$TOKEN" >&2; exit 3',
      exitCode: 3,
      stdout: { size: 4, sha256: expect.any(String), text: 'out\n' },
      stderr: { size: 13, sha256: expect.any(String), text: '***\n' },
    });
  });
});
