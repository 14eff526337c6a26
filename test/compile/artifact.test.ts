import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf, encodeArtifact } from '../../src/artifact/canonical.ts';
import { readArtifact } from '../../src/artifact/read.ts';
import { compileAll } from '../../src/cli/journeys.ts';
import { loadProject } from '../../src/project/project.ts';

const root = join(import.meta.dirname, '../../fixtures/journeys');
const folders = readdirSync(root).filter((name) => name.startsWith('valid-'));

async function compileOnly(name: string) {
  const folder = join(root, name);
  const { compiled, diagnostics } = await compileAll(loadProject(folder), folder, []);
  return { folder, artifact: compiled[0]?.artifact, diagnostics };
}

describe('compiling', () => {
  test.each(folders)('%s gives the expected artifact, and no diagnostic', async (name) => {
    const { folder, artifact, diagnostics } = await compileOnly(name);
    expect(diagnostics).toEqual([]);
    if (artifact === undefined) throw new Error('no artifact');
    const pretty = JSON.stringify(JSON.parse(encodeArtifact(artifact)), null, 2);
    await expect(`${pretty}\n`).toMatchFileSnapshot(join(folder, 'artifact.json'));
  });

  test.each(folders)('%s is read back as it was written', async (name) => {
    const { artifact } = await compileOnly(name);
    if (artifact === undefined) throw new Error('no artifact');
    const text = encodeArtifact(artifact);
    expect(readArtifact(text)).toEqual({ ok: true, artifact, digest: digestOf(text) });
  });
});
