// Types are checked apart (npm run types): this only bundles, and writes declarations of the library entry.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
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

// What packages load, and this program never uses: undici's HTTP/2 (http/ has its own) and its fetch, for bodies that are
// forms; node:http through undici, for a limit of headers that is always given and for bodies that are its messages;
// all of undici through cheerio, which could fetch documents: it would also make itself the client of Node's own fetch;
// node:child_process through commander, for commands that are programs of their own.
const unused = [
  { file: /undici[\\/]lib[\\/]dispatcher[\\/]client\.js$/, id: './client-h2.js' },
  { file: /undici[\\/]lib[\\/]dispatcher[\\/]client-h1\.js$/, id: '../web/fetch/body.js' },
  { file: /undici[\\/]lib[\\/](?:dispatcher[\\/]client|core[\\/]util)\.js$/, id: 'node:http' },
  { file: /cheerio[\\/]dist[\\/]esm[\\/]index\.js$/, id: 'undici' },
  { file: /commander[\\/]lib[\\/]command\.js$/, id: 'node:child_process' },
];
const leaveOut = {
  name: 'leave-out',
  resolveId: (id, file) =>
    unused.some((one) => one.id === id && one.file.test(file ?? '')) ? `\0left-out-${id}` : undefined,
  load: (id) => (id.startsWith('\0left-out-') ? 'module.exports = {};' : undefined),
};

const define = { __REQFLO_VERSION__: JSON.stringify(version) };

async function build(input, output) {
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: [],
    plugins: [leaveOut],
    transform: { define },
  });
  return bundle.write({ dir: 'dist', minify: true, ...output });
}

/**
 * A script that V8 takes from kept code cannot import() what is not there yet: what is left of that, for Node's own
 * modules, becomes require().
 */
function requireLazily(fileName, code) {
  const required = code.replaceAll(
    /(?<![\w$.])import\((`node:[\w/]+`)\)/g,
    (_, id) => `Promise.resolve().then(()=>require(${id}))`,
  );
  if (/(?<![\w$.])import\(/.test(required))
    throw new Error(`${fileName} has an import() that is not bundled`);
  return required;
}

/** Text of the program in ASCII is read without a decoder, and takes half the memory: launch.ts counts on it. */
function writeAsAscii({ output }) {
  for (const { fileName, code } of output) {
    if (code.includes('undici.globalDispatcher')) throw new Error(`${fileName} changes Node's own fetch`);
    if (/raw`[^`]*[^\0-\x7f`]/.test(code)) throw new Error(`${fileName} has a raw text that is not ASCII`);
    const ascii = requireLazily(fileName, code).replaceAll(
      /[^\0-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    writeFileSync(`dist/${fileName}`, ascii);
  }
}

rmSync('dist', { recursive: true, force: true });
// The library, for whoever imports it.
await build(
  { index: 'src/index.ts' },
  { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'library/[name]-[hash].js' },
);
// The program is CommonJS: compiled code of a module cannot be kept and given back to Node 20 (src/cli/launch.ts).
const program = await build(
  { program: 'src/cli/entry.ts' },
  {
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    codeSplitting: { groups: groups.map((group, index) => ({ ...group, priority: groups.length - index })) },
  },
);
writeAsAscii(program);
await build({ launch: 'src/cli/launch.ts' }, { format: 'cjs', entryFileNames: '[name].cjs' });
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.json'], { stdio: 'inherit' });
