// Types are checked apart (npm run types): this only bundles, and writes declarations of the library entry.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
const bundle = await rolldown({
  input: { cli: 'src/cli/entry.ts', index: 'src/index.ts' },
  platform: 'node',
  external: [],
  transform: { define: { __REQFLO_VERSION__: JSON.stringify(version) } },
});
await bundle.write({
  dir: 'dist',
  format: 'esm',
  minify: true,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.json'], { stdio: 'inherit' });
