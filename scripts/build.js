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

const define = { __REQFLO_VERSION__: JSON.stringify(version) };

async function build(input, output) {
  const bundle = await rolldown({ input, platform: 'node', external: [], transform: { define } });
  await bundle.write({ dir: 'dist', minify: true, ...output });
}

rmSync('dist', { recursive: true, force: true });
// The library, for whoever imports it.
await build(
  { index: 'src/index.ts' },
  { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'library/[name]-[hash].js' },
);
// The program is CommonJS: compiled code of a module cannot be kept and given back to Node 20 (src/cli/launch.ts).
await build(
  { program: 'src/cli/entry.ts' },
  {
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    codeSplitting: { groups: groups.map((group, index) => ({ ...group, priority: groups.length - index })) },
  },
);
await build({ launch: 'src/cli/launch.ts' }, { format: 'cjs', entryFileNames: '[name].cjs' });
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.json'], { stdio: 'inherit' });
