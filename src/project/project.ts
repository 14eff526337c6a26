import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type EnvironmentFile, parseEnvironment } from './environment.ts';
import { findRoot, listFiles, readSource, shownPath } from './files.ts';
import { noSettings, parseSettings, type Settings } from './settings.ts';

/** The files around the journeys, read once. */
export interface Project {
  /** Absolute. */
  readonly root: string;
  readonly settings: Settings;
  readonly environments: readonly EnvironmentFile[];
  /** What is wrong with reqflo.yaml; each environment holds its own. */
  readonly diagnostics: readonly Diagnostic[];
}

function loadSettings(root: string, report: (diagnostic: Diagnostic) => void): Settings {
  const file = join(root, 'reqflo.yaml');
  if (!existsSync(file)) return noSettings;
  const read = readSource(root, file);
  if (read.ok) return parseSettings(read.source, report);
  report(read.diagnostic);
  return noSettings;
}

function loadEnvironment(root: string, file: string): EnvironmentFile {
  const name = basename(file).replace(/\.[^.]+$/, '');
  const read = readSource(root, file);
  if (read.ok) return parseEnvironment(name, read.source);
  return { name, source: { file: shownPath(root, file), text: '' }, diagnostics: [read.diagnostic] };
}

/** The project around a folder: its settings and environments. Journeys are looked up when they are needed. */
export function loadProject(folder: string): Project {
  const root = findRoot(folder);
  const diagnostics: Diagnostic[] = [];
  const settings = loadSettings(root, (diagnostic) => diagnostics.push(diagnostic));
  const files = listFiles(join(root, 'environments'), /\.(?:ya?ml|json)$/);
  return { root, settings, environments: files.map((file) => loadEnvironment(root, file)), diagnostics };
}

/** Services that reqflo.yaml or any environment knows. */
export function serviceNames(project: Project): readonly string[] {
  const shared = project.settings.services.entries;
  const given = project.environments.flatMap(({ parsed }) => parsed?.services?.entries ?? []);
  return [...new Set([...shared, ...given].map(({ key }) => key.text))];
}

/** Values that any environment gives; undefined where the project has no environment. */
export function valueNames(project: Project): readonly string[] | undefined {
  if (project.environments.length === 0) return undefined;
  const given = project.environments.flatMap(({ parsed }) => parsed?.values?.entries ?? []);
  return [...new Set(given.map(({ key }) => key.text))];
}
