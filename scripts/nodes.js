// Runs the demo with the built CLI on Node 20.19, 22 and 24: npm run nodes
// The Nodes come from the npm registry (linux-x64 only, about 190 MB each), into .cache/nodes.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installNode } from './install-node.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const versions = ['20.19.0', '22', '24'];
let failed = 0;

for (const version of versions) {
  const node = await installNode(version);
  const { exitCode, all } = await execa(node, [join(root, 'scripts/demo.js')], { all: true, reject: false });
  const { stdout } = await execa(node, ['--version']);
  process.stdout.write(`${stdout}  ${exitCode === 0 ? 'passed' : 'FAILED'}\n`);
  if (exitCode !== 0) {
    failed += 1;
    process.stdout.write(`${all}\n`);
  }
}
process.stdout.write(`${versions.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
