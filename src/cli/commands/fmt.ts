import { readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Source } from '../../diagnostics/source.ts';
import { formatYaml } from '../../journey/format.ts';
import { listFiles, readSource } from '../../project/files.ts';
import { findJourney } from '../../project/journeys.ts';
import { loadProject, type Project } from '../../project/project.ts';
import type { Io } from '../io.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { DiagnosedStop, Stop } from '../stop.ts';

export interface FmtOptions {
  /** Writes nothing; ends with 1 where a file is not in the canonical style. */
  readonly check?: boolean;
}

/** Brings YAML files into the canonical style, and prints the paths of those that were not. */
export function fmtCommand(names: readonly string[], options: FmtOptions, io: Io): number {
  const project = loadProject(io.cwd);
  const found = names.length === 0 ? filesOf(project) : names.flatMap((name) => filesFor(project, name, io));
  const files = [...new Set(found)];
  if (files.length === 0) throw new Stop(7, 'there is no YAML file here');
  const results = files.map((file) => formatFile(project, file, options.check !== true, io));
  const changed = results.filter((result) => result === 'changed').length;
  const what = options.check === true ? 'not in the canonical style' : 'formatted';
  io.stderr.write(`${files.length} ${files.length === 1 ? 'file' : 'files'}, ${changed} ${what}\n`);
  if (results.includes('broken')) return 2;
  return options.check === true && changed > 0 ? 1 : 0;
}

const yaml = /\.ya?ml$/;

/** What people write of a project, absolute. */
function filesOf({ root }: Project): readonly string[] {
  const settings = join(root, 'reqflo.yaml');
  const folders = ['journeys', 'environments', 'templates'].map((name) => join(root, name));
  const own = statSync(settings, { throwIfNoEntry: false }) === undefined ? [] : [settings];
  return [...own, ...folders.flatMap((folder) => listFiles(folder, yaml))];
}

/** An argument is a file, a folder, or the name of a journey. */
function filesFor(project: Project, name: string, io: Io): readonly string[] {
  const path = resolve(io.cwd, name);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return listFiles(path, yaml);
  const file = stats === undefined ? journeyFile(project, name, io) : path;
  if (!yaml.test(file))
    throw new Stop(2, `${name} is not YAML by its name`, 'fmt formats .yaml and .yml files');
  return [file];
}

function journeyFile(project: Project, name: string, io: Io): string {
  const found = findJourney(project, io.cwd, name);
  if (!found.ok) throw new DiagnosedStop(2, found.diagnostics, []);
  return resolve(project.root, found.source.file);
}

type Result = 'same' | 'changed' | 'broken';

function formatFile({ root }: Project, file: string, write: boolean, io: Io): Result {
  const read = readSource(root, file);
  if (!read.ok) return tellBroken([read.diagnostic], [], io);
  const formatted = formatYaml(read.source);
  if (formatted.kind === 'broken') return tellBroken(formatted.diagnostics, [read.source], io);
  if (formatted.kind === 'refused') {
    io.stderr.write(`${read.source.file} stays as it is: a value or a comment of it would be lost\n`);
    return 'same';
  }
  // Line endings and a byte order mark are part of the style.
  if (readFileSync(file, 'utf8') === formatted.text) return 'same';
  io.stdout.write(`${read.source.file}\n`);
  if (write) replaceFile(file, formatted.text);
  return 'changed';
}

function tellBroken(diagnostics: readonly Diagnostic[], sources: readonly Source[], io: Io): Result {
  printDiagnostics(diagnostics, sources, io.stderr);
  return 'broken';
}

/** Whole or not at all; what a symbolic link leads to is replaced, and keeps its mode. */
function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode: statSync(target).mode });
  renameSync(temporary, target);
}
