import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import type { Script } from 'node:vm';
import { optimiseAgain } from '../http/optimiser-flags.ts';
import { createPack, openPack, type Pack } from './code-pack.ts';

/** Compiled code of the program's files, kept from one start to the next. */
export interface CodeCache {
  find(file: string): Buffer | undefined;
  /** To be told of every script. If the code of one is new, that of all is kept, with what was compiled until the end. */
  made(file: string, script: Script): void;
}

// Commands that start often have packs of their own: one needs other functions than another. A worker does what a run does.
const packs = new Map([
  ['run', 'run'],
  ['worker', 'run'],
  ['runner', 'runner'],
  ['validate', 'validate'],
]);

const unusedForMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Node's own cache (module.enableCompileCache) is not in Node 20, and saves a third of this one: it is for
 * modules that are loaded one by one. Undefined where nothing is to be kept.
 * @param build whatever is another with another program.
 */
export function openCodeCache(command: string | undefined, build: string): CodeCache | undefined {
  const folder = folderOf(process.env);
  if (folder === undefined) return undefined;
  const tag = cachedDataVersionTag();
  const key = createHash('sha256').update(`${build} ${process.version} ${process.arch} ${tag}`).digest('hex');
  const name = packs.get(command ?? '') ?? 'other';
  const file = join(folder, `${name}-${key.slice(0, 16)}.pack`);
  const known = openOwn(file);
  const scripts = new Map<string, Script>();
  let isNew = false;
  process.once('exit', () => {
    if (!isNew) return;
    // V8 takes code only under the flags that it was made under.
    optimiseAgain();
    if (cachedDataVersionTag() !== tag) return;
    const parts = [...scripts].map(([name, script]) => [name, script.createCachedData()] as const);
    keep(folder, file, createPack(new Map([...readAll(known), ...parts])));
  });
  return {
    find: (file) => known?.read(basename(file)),
    made(file, script) {
      scripts.set(basename(file), script);
      // Code that was refused for flags set since then fits the next start no better.
      const refused = script.cachedDataRejected === true && cachedDataVersionTag() === tag;
      if (refused || script.cachedDataRejected === undefined) isNew = true;
    },
  };
}

function readAll(pack: Pack | undefined): readonly (readonly [string, Buffer])[] {
  return (pack?.names ?? []).flatMap((name) => {
    const part = pack?.read(name);
    return part === undefined ? [] : [[name, part] as const];
  });
}

type Variables = { readonly [name: string]: string | undefined };

function folderOf(variables: Variables): string | undefined {
  // Coverage of code from a cache is not exact.
  if (variables.NODE_DISABLE_COMPILE_CACHE || variables.NODE_V8_COVERAGE) return undefined;
  const above = cachesOf(variables);
  return isAbsolute(above) ? join(above, 'reqflo', 'code') : undefined;
}

/** Where the user's caches are, by the custom of the system. */
function cachesOf({ XDG_CACHE_HOME, LOCALAPPDATA }: Variables): string {
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === 'win32') return LOCALAPPDATA ?? '';
  try {
    return join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  } catch {
    return '';
  }
}

/** Code is run: what somebody else could have written is not taken. It stays open: what is put in its place is another. */
function openOwn(file: string): Pack | undefined {
  try {
    const opened = openSync(file, 'r');
    const { uid, mode, size } = fstatSync(opened);
    const foreign = process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0);
    if (foreign) return undefined;
    return openPack((position, length) => {
      const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - position)));
      return bytes.subarray(0, readSync(opened, bytes, 0, bytes.length, position));
    });
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written is none: nobody is told. */
function keep(folder: string, file: string, pack: Buffer): void {
  const written = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    create(folder);
    writeFileSync(written, pack, { mode: 0o600 });
    renameSync(written, file);
    forgetOld(folder);
  } catch {
    removeIfThere(written);
  }
}

// Not `recursive`, which makes a home that is not there, and never ends in /proc.
function create(folder: string): void {
  for (const part of [join(folder, '../..'), join(folder, '..'), folder]) {
    if (!existsSync(part)) mkdirSync(part, { mode: 0o700 });
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It could not be written, and cannot be removed.
  }
}

/** Of other versions, mostly; one that is still in use is made again. */
function forgetOld(folder: string): void {
  const oldest = Date.now() - unusedForMs;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (statSync(file).mtimeMs < oldest) rmSync(file);
  }
}
