import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';
import { type CodeCache, openCodeCache } from './code-cache.ts';

type Load = (id: string) => unknown;
type Wrapped = (exports: unknown, require: Load, module: { exports: unknown }, filename: string) => void;

/** Called by bin/reqflo.js: runs the program, with the code that an earlier start compiled where there is some. */
export function launch(): void {
  const file = join(import.meta.dirname, 'program.cjs');
  // It names its chunks, and their names have the hash of what they hold: this text stands for all of them.
  const build = createHash('sha256').update(readFileSync(file)).digest('hex');
  const program = createLoader(file, openCodeCache(process.argv[2], build))(file);
  void (program as { run(): Promise<void> }).run();
}

/** Loads CommonJS files as Node does, but for how they are compiled. */
function createLoader(start: string, cache: CodeCache | undefined): (file: string) => unknown {
  const require = createRequire(start);
  const modules = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const wrapped: Wrapped = compile(file, cache).runInThisContext();
    wrapped(
      module.exports,
      (id) => (id.startsWith('.') ? load(join(dirname(file), id)) : require(id)),
      module,
      file,
    );
    return module.exports;
  };
  return load;
}

function compile(file: string, cache: CodeCache | undefined): Script {
  // The build writes ASCII. In one line with the file's first: places in a stack stay as they are.
  const text = `(function (exports, require, module, __filename) {${readFileSync(file, 'latin1')}\n})`;
  const cachedData = cache?.find(file);
  const script = new Script(text, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });
  cache?.made(file, script);
  return script;
}
