// Types are checked apart (npm run types): this only bundles, and writes declarations of the library entry.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

// Every file costs a start about a millisecond: what a run needs is few of them. Each group takes along what its
// modules import, unless one above has it; what is imported with import() stays apart.
const groups = [
  { name: 'program', test: /src[\\/]cli[\\/]main\.ts$/ },
  { name: 'core', test: /src[\\/](?:artifact[\\/]read|run[\\/](?:engine|fold)|worker[\\/]drive)\.ts$/ },
  { name: 'http', test: /src[\\/]http[\\/]effects\.ts$/ },
  {
    name: 'compile',
    test: /src[\\/](?:cli[\\/](?:journeys|print-diagnostics)|compile[\\/](?:compile|dispatch)|project[\\/]project)\.ts$/,
  },
  {
    name: 'run',
    test: /src[\\/](?:cli[\\/]commands[\\/]run|reporters[\\/](?:pretty|json)|backends[\\/]local)\.ts$/,
  },
];

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
  codeSplitting: { groups: groups.map((group, index) => ({ ...group, priority: groups.length - index })) },
});
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.json'], { stdio: 'inherit' });
