import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decodeSource } from '../../src/journey/text.ts';
import type { Kind } from './schema-judge.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesUnder(path);
    return kindOf(path) === undefined ? [] : [path];
  });
}

function kindOf(path: string): Kind | undefined {
  if (!/\.(?:ya?ml|json)$/.test(path)) return undefined;
  if (basename(path) === 'reqflo.yaml') return 'settings';
  const folders: readonly (readonly [string, Kind])[] = [
    ['journeys', 'journey'],
    ['environments', 'environment'],
    ['templates', 'templates'],
  ];
  return folders.find(([name]) => basename(dirname(path)) === name)?.[1];
}

/** A file of the fixtures. */
export interface Sample {
  readonly kind: Kind;
  readonly name: string;
  readonly text: string;
}

export const samples: readonly Sample[] = filesUnder(fixtures).flatMap((path) => {
  const kind = kindOf(path);
  const decoded = decodeSource(path, readFileSync(path));
  if (kind === undefined || !decoded.ok) return [];
  return [{ kind, name: path.slice(fixtures.length + 1), text: decoded.source.text }];
});
