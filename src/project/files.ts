import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { decodeSource } from '../journey/text.ts';

function upwards(from: string): string[] {
  const above = dirname(from);
  return above === from ? [from] : [from, ...upwards(above)];
}

/** The nearest folder upwards with reqflo.yaml, else the nearest with journeys/, else `from` itself. */
export function findRoot(from: string): string {
  const folders = upwards(from);
  const having = (name: string): string | undefined =>
    folders.find((folder) => existsSync(join(folder, name)));
  return having('reqflo.yaml') ?? having('journeys') ?? from;
}

/** From the repository around a project to the project, with `/`: `services/shop/`; empty where they are one. */
export function repositoryPrefix(root: string): string {
  const repository = upwards(root).find((folder) => existsSync(join(folder, '.git'))) ?? root;
  const path = shownPath(repository, root);
  return path === '' ? '' : `${path}/`;
}

/** A file's path as errors show it: relative to the project, with `/`. */
export function shownPath(root: string, file: string): string {
  return relative(root, file).split(sep).join('/');
}

export type ReadSource =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

export function readSource(root: string, file: string): ReadSource {
  const shown = shownPath(root, file);
  try {
    return decodeSource(shown, readFileSync(file));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    return {
      ok: false,
      diagnostic: { code: 'file-missing', severity: 'error', message: `${shown}: ${why}` },
    };
  }
}

/** Files below a folder with one of these endings, in the order of their paths; none where there is no folder. */
export function listFiles(folder: string, ending: RegExp): readonly string[] {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^\.|^node_modules$/.test(entry.name) ? [] : listFiles(path, ending);
    return ending.test(entry.name) ? [path] : [];
  });
  return [...found].sort();
}
