import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { digestOf, encodeArtifact } from '../artifact/canonical.ts';
import { isArtifactText, readArtifact } from '../artifact/read.ts';
import type { Artifact } from '../artifact/types.ts';
import { loadCheckers } from '../compile/checkers.ts';
import type { ProjectNames } from '../compile/compilation.ts';
import { compileJourney } from '../compile/compile.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { findJourney, isPath, listJourneys } from '../project/journeys.ts';
import { serviceDocuments } from '../project/openapi/services.ts';
import { type Project, serviceNames, valueNames } from '../project/project.ts';
import { createProjectFiles } from '../project/project-files.ts';
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
export async function compileAll(
  project: Project,
  folder: string,
  names: readonly string[],
): Promise<CompiledAll> {
  const found =
    names.length === 0 ? allJourneys(project) : names.map((name) => lookUp(project, folder, name));
  const texts = found.flatMap((one) => ('source' in one ? [one.source.text] : []));
  const ground: ProjectNames = projectNames(project);
  const conditions = projectSources(project).flatMap(({ text }) => (/\bwhen\b/.test(text) ? [text] : []));
  await loadCheckers([...texts, ...inlinedTexts(project, ground, texts), ...conditions]);
  const results = found.map((one) => ('source' in one ? compileSource(ground, one.source) : one));
  const diagnostics = [
    ...project.diagnostics,
    ...project.environments.flatMap((one) => one.diagnostics),
    ...results.flatMap((one) => one.diagnostics ?? []),
  ];
  return {
    compiled: results.flatMap((one) => one.compiled ?? []),
    // A journey or template that others use is told of once.
    diagnostics: distinctBy(diagnostics, (one) => JSON.stringify([one.code, one.message, one.place ?? one])),
    sources: distinctBy(
      [...projectSources(project), ...results.flatMap((one) => one.sources ?? [])],
      ({ file }) => file,
    ),
  };
}

function distinctBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  const seen = new Map<string, T>();
  for (const item of items) if (!seen.has(key(item))) seen.set(key(item), item);
  return [...seen.values()];
}

/** Texts of the journeys and templates that others use; none are read where nothing uses any. */
function inlinedTexts(
  project: Project,
  { files }: ProjectNames,
  texts: readonly string[],
): readonly string[] {
  const templates = texts.some((text) => /\buse\b/.test(text)) ? (files?.templateNames() ?? []) : [];
  const ofTemplates = templates.map((name) => files?.readTemplates(name));
  const journeys = texts.some((text) => /\bjourney["']?\s*:/.test(text))
    ? listJourneys(project).journeys
    : [];
  return [
    ...ofTemplates.flatMap((read) => (read?.ok ? [read.source.text] : [])),
    ...journeys.map(({ source }) => source.text),
  ];
}

/** What an argument led to: a text to compile, an artifact that is compiled already, or what is wrong. */
type Found =
  | { readonly source: Source }
  | {
      readonly compiled?: Compiled;
      readonly diagnostics?: readonly Diagnostic[];
      readonly sources?: readonly Source[];
    };

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

function compileSource(ground: ProjectNames, source: Source): Exclude<Found, { source: Source }> {
  const { artifact, ...told } = compileJourney(source, ground);
  return artifact === undefined ? told : { ...told, compiled: seal(artifact) };
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
/** What `compile` named the file after. */
function digestIn(path: string): string | undefined {
  return /^([0-9a-f]{64})\.json$/.exec(basename(path))?.[1];
}

function readCompiled(path: string): Exclude<Found, { source: Source }> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
  if (!isArtifactText(text)) return undefined;
  const read = readArtifact(text, digestIn(path));
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
  const files = createProjectFiles(project);
  const openApi = serviceDocuments(project);
  const { redact } = project.settings;
  return {
    services: serviceNames(project),
    files,
    openApi,
    ...(values === undefined ? {} : { values }),
    ...(redact === undefined ? {} : { redact }),
  };
}
