// Writes the JSON Schemas of the project's files, for editors, into schema/: npm run schema
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, '.cache/schema-files.mjs');

// Node 20 reads no TypeScript, and the bundles of dist have no entry for this.
const bundle = await rolldown({ cwd: root, input: 'src/project/schema-files.ts', platform: 'node' });
await bundle.write({ file: built, format: 'esm' });
const { renderSchemaFiles } = await import(pathToFileURL(built).href);

const folder = join(root, 'schema');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, text] of renderSchemaFiles()) writeFileSync(join(folder, name), text);
