import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { digestOf, encodeArtifact } from '../artifact/canonical.ts';
import { isArtifactText, readArtifact } from '../artifact/read.ts';
import type { Artifact } from '../artifact/types.ts';
import { compileJourney } from '../compile/compile.ts';
import type { ProjectNames } from '../compile/compiling.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { findJourney, isPath, listJourneys } from '../project/journeys.ts';
import { type Project, serviceNames, valueNames } from '../project/project.ts';
import { DiagnosedStop } from './stop.ts';

/** A journey ready to run. */
export interface Compiled {
  readonly artifact: Artifact;
  /** Canonical text; its SHA-256 is the digest. */
  readonly text: string;
  readonly digest: string;
}

export interface CompiledAll {
  readonly compiled: readonly Compiled[];
  /** Errors and warnings. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly Source[];
}

/** Compiles the journeys that arguments name, all of the project's where there are none. */
export function compileAll(project: Project, folder: string, names: readonly string[]): CompiledAll {
  const found =
    names.length === 0 ? allJourneys(project) : names.map((name) => lookUp(project, folder, name));
  const results = found.map((one) => ('source' in one ? compileSource(project, one.source) : one));
  return {
    compiled: results.flatMap((one) => one.compiled ?? []),
    diagnostics: [
      ...project.diagnostics,
      ...project.environments.flatMap((one) => one.diagnostics),
      ...results.flatMap((one) => one.diagnostics ?? []),
    ],
    sources: [...projectSources(project), ...found.flatMap((one) => ('source' in one ? one.source : []))],
  };
}

/** What an argument led to: a text to compile, an artifact that is compiled already, or what is wrong. */
type Found =
  | { readonly source: Source }
  | { readonly compiled?: Compiled; readonly diagnostics?: readonly Diagnostic[] };

function allJourneys(project: Project): readonly Found[] {
  const { journeys, diagnostics } = listJourneys(project);
  if (journeys.length === 0 && diagnostics.length === 0) return [{ diagnostics: [noJourneys] }];
  return [{ diagnostics }, ...journeys.map(({ source }) => ({ source }))];
}

function lookUp(project: Project, folder: string, name: string): Found {
  const artifact = isPath(name) ? readCompiled(resolve(folder, name)) : undefined;
  if (artifact !== undefined) return artifact;
  const found = findJourney(project, folder, name);
  return found.ok ? { source: found.source } : { diagnostics: found.diagnostics };
}

function compileSource(project: Project, source: Source): Exclude<Found, { source: Source }> {
  const { artifact, diagnostics } = compileJourney(source, projectNames(project));
  return artifact === undefined ? { diagnostics } : { diagnostics, compiled: seal(artifact) };
}

const noJourneys: Diagnostic = {
  code: 'no-journeys',
  severity: 'error',
  message: 'there is no journey here',
  fix: 'write one into journeys/',
};

export function projectSources(project: Project): Source[] {
  const { source } = project.settings;
  return [...(source === undefined ? [] : [source]), ...project.environments.map((one) => one.source)];
}

function seal(artifact: Artifact): Compiled {
  const text = encodeArtifact(artifact);
  return { artifact, text, digest: digestOf(text) };
}

/** An artifact is known by its content, not by its name; undefined where the file is none. */
function readCompiled(path: string): Exclude<Found, { source: Source }> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
  if (!isArtifactText(text)) return undefined;
  const read = readArtifact(text);
  if (read.ok) return { compiled: { artifact: read.artifact, text, digest: read.digest } };
  const fix = read.fix === undefined ? {} : { fix: read.fix };
  return {
    diagnostics: [{ code: 'bad-artifact', severity: 'error', message: `${path}: ${read.message}`, ...fix }],
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** The run check's findings: the run could not be carried out. Everything else is for its author to mend. */
const runCheckCodes = new Set(['environment-lacks', 'secret-missing', 'shell-missing']);

export function exitCodeOfDiagnostics(diagnostics: readonly Diagnostic[]): number {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return 0;
  if (errors.every(({ code }) => code === 'no-journeys' || code === 'no-rows')) return 7;
  return errors.every(({ code }) => runCheckCodes.has(code)) ? 3 : 2;
}

export function stopOnErrors(diagnostics: readonly Diagnostic[], sources: readonly Source[]): void {
  if (!hasErrors(diagnostics)) return;
  throw new DiagnosedStop(exitCodeOfDiagnostics(diagnostics), diagnostics, sources);
}

function projectNames(project: Project): ProjectNames {
  const values = valueNames(project);
  return { services: serviceNames(project), ...(values === undefined ? {} : { values }) };
}
