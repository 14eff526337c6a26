// Opens journeys in yaml-language-server with the schemas of schema/, and asks it what an editor asks: npm run editor
// The server comes from the npm registry, into .cache/editor; it wants a newer Node than this package does.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installInto, installNode } from './install-node.js';

const folder = fileURLToPath(new URL('../.cache/editor', import.meta.url));
const server = join(folder, 'node_modules/yaml-language-server/bin/yaml-language-server');
await installInto(folder, server, ['yaml-language-server@1.25.0']);
const node = await installNode('24');
const { exitCode } = await execa('vitest', ['run', '--config', 'vitest.editor.config.ts'], {
  preferLocal: true,
  stdio: 'inherit',
  reject: false,
  env: { EDITOR_NODE: node, EDITOR_SERVER: server },
});
process.exitCode = exitCode ?? 1;
