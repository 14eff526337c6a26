import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from './sandbox.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin/reqflo.js');

/** Told at the exit: modules of Node, and files of the program, that were loaded since the start. */
const listener = `
const before = new Set(process.moduleLoadList);
const { Script } = require('node:vm');
const files = [];
require('node:vm').Script = class extends Script {
  constructor(text, options) {
    super(text, options);
    files.push(options.filename);
  }
};
process.on('exit', () => {
  const modules = process.moduleLoadList.filter((name) => !before.has(name));
  require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify({ modules, files }));
});
`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ files: { 'listener.cjs': listener } });
});
afterAll(() => sandbox.close());

interface Loaded {
  readonly modules: readonly string[];
  readonly files: number;
  /** Of all files. */
  readonly text: string;
}

async function loadedBy(...args: readonly string[]): Promise<Loaded> {
  const LOADED = join(sandbox.dir, 'loaded.json');
  const { exitCode } = await execa(process.execPath, ['--require', './listener.cjs', bin, ...args], {
    cwd: sandbox.dir,
    env: { ...sandbox.env, LOADED },
    extendEnv: false,
    reject: false,
  });
  expect(exitCode).toBe(0);
  const loaded = JSON.parse(readFileSync(LOADED, 'utf8'));
  const modules = loaded.modules.map((name: string) => name.replace('NativeModule ', ''));
  const texts = loaded.files.map((file: string) => readFileSync(file, 'utf8'));
  return { modules, files: texts.length, text: texts.join('') };
}

/** Of packages that only some runs need: a text that their minified code still has. */
const signs = [
  'xmlMode',
  'XQDY0025',
  'strictTypes',
  'CSV_INVALID_CLOSING_QUOTE',
  'sameSiteContext',
  'dots12',
];

const unused = [
  'http',
  'http2',
  'tls',
  'zlib',
  'child_process',
  'perf_hooks',
  'worker_threads',
  'fs/promises',
  'internal/crypto/webcrypto',
];

test('a run loads neither what only other runs need, nor parts of Node that it has no use for', async () => {
  const { modules, text, files } = await loadedBy('run', 'reads');
  expect(modules).toContain('net');
  expect(modules.filter((name) => unused.includes(name))).toEqual([]);
  expect(text).toContain('llhttp_execute');
  expect(signs.filter((sign) => text.includes(sign))).toEqual([]);
  expect(files).toBeLessThan(10);
});

test('the help loads no journey language, no engine and no client', async () => {
  const { modules, files } = await loadedBy('--help');
  expect(modules).not.toContain('http');
  expect(files).toBeLessThan(5);
});

test('the signs are those of packages in the program', () => {
  const chunks = join(root, 'dist/chunks');
  const all = readdirSync(chunks).map((name) => readFileSync(join(chunks, name), 'utf8'));
  for (const sign of signs) expect(all.filter((text) => text.includes(sign))).toHaveLength(1);
});
