import { parse, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { placeOf, type Source, type Span } from '../diagnostics/source.ts';
import { memberOf } from '../journey/node.ts';
import { parseTree } from '../journey/tree.ts';
import { listFiles, type ReadSource, readSource } from './files.ts';
import type { Project } from './project.ts';

/** A journey's file, and the name inside where one was found. */
export interface JourneyFile {
  readonly source: Source;
  readonly name?: string;
  readonly nameSpan: Span;
}

export type FoundJourney =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

const nameLine = /^name:[ \t]+(?:"([^"\\\n]*)"|'([^'\n]*)'|([^"'#\n][^#\n]*?))[ \t]*(?:#.*)?$/m;

/** The name of a journey without parsing all of it; where that is not plain, by parsing. */
function scanName(source: Source): { name?: string; nameSpan: Span } {
  const match = nameLine.exec(source.text);
  if (match !== null) {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    const start = source.text.indexOf(name, match.index + 'name:'.length);
    return { name, nameSpan: { start, end: start + name.length } };
  }
  const tree = parseTree(source, () => {});
  const name = tree?.kind === 'map' ? memberOf(tree, 'name')?.value : undefined;
  return name?.kind === 'text'
    ? { name: name.text, nameSpan: name.span }
    : { nameSpan: { start: 0, end: 0 } };
}

function readAll(project: Project): readonly ReadSource[] {
  const files = listFiles(resolve(project.root, 'journeys'), /\.(?:ya?ml|json)$/);
  return files.map((file) => readSource(project.root, file));
}

/** Every journey of the project, in the order of their paths, and what could not be read. */
export function listJourneys(project: Project): {
  readonly journeys: readonly JourneyFile[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const read = readAll(project);
  const journeys = read.flatMap((one) => (one.ok ? [{ source: one.source, ...scanName(one.source) }] : []));
  const broken = read.flatMap((one) => (one.ok ? [] : [one.diagnostic]));
  return { journeys, diagnostics: [...broken, ...findDuplicates(journeys)] };
}

function duplicate(journey: JourneyFile, first: JourneyFile): Diagnostic {
  const { file, line } = placeOf(first.source, first.nameSpan);
  return {
    code: 'duplicate-journey',
    severity: 'error',
    message: `there are two journeys "${journey.name}"`,
    place: placeOf(journey.source, journey.nameSpan),
    fix: `the other is ${file}:${line}`,
  };
}

/** Two journeys of one name, each shown at its place. */
function findDuplicates(journeys: readonly JourneyFile[]): readonly Diagnostic[] {
  const byName = new Map<string, JourneyFile>();
  return journeys.flatMap((journey) => {
    const first = journey.name === undefined ? undefined : byName.get(journey.name);
    if (first !== undefined) return [duplicate(first, journey), duplicate(journey, first)];
    if (journey.name !== undefined) byName.set(journey.name, journey);
    return [];
  });
}

/** A journey argument is a path where it has a slash or ends in .yaml, .yml or .json, else a name. */
export function isPath(argument: string): boolean {
  return /[/\\]|\.(?:ya?ml|json)$/.test(argument);
}

function fail(code: Diagnostic['code'], message: string, fix: string): FoundJourney {
  return { ok: false, diagnostics: [{ code, severity: 'error', message, fix }] };
}

function findByPath(project: Project, folder: string, path: string): FoundJourney {
  const read = readSource(project.root, resolve(folder, path));
  if (read.ok) return read;
  if (read.diagnostic.code !== 'file-missing') return { ok: false, diagnostics: [read.diagnostic] };
  const known = listJourneys(project).journeys.map(({ source }) => source.file);
  return fail('file-missing', `there is no file ${path}`, didYouMean(path, known, 'there are no journeys'));
}

/** A file that has no name, or cannot be read, may be meant by its own: what is wrong with it is to be told. */
function meantByFile(
  name: string,
  journeys: readonly JourneyFile[],
  diagnostics: readonly Diagnostic[],
): FoundJourney | undefined {
  const isNamed = (file: string | undefined): boolean => file !== undefined && parse(file).name === name;
  const nameless = journeys.find((one) => one.name === undefined && isNamed(one.source.file));
  if (nameless !== undefined) return { ok: true, source: nameless.source };
  const unread = diagnostics.filter(({ place }) => isNamed(place?.file));
  return unread.length === 0 ? undefined : { ok: false, diagnostics: unread };
}

function findByName(project: Project, name: string): FoundJourney {
  const { journeys, diagnostics } = listJourneys(project);
  const found = journeys.filter((journey) => journey.name === name);
  const [only, second] = found;
  if (only !== undefined && second === undefined) return { ok: true, source: only.source };
  if (only !== undefined) return { ok: false, diagnostics: findDuplicates(found) };
  const meant = meantByFile(name, journeys, diagnostics);
  if (meant !== undefined) return meant;
  const known = journeys.flatMap((journey) => journey.name ?? []);
  if (journeys.length === 0 && diagnostics.length === 0) {
    return fail(
      'no-journeys',
      'there is no journeys/ folder with a journey in it',
      'write one into journeys/',
    );
  }
  return fail('unknown-journey', `there is no journey "${name}"`, didYouMean(name, known));
}

/** The journey that an argument of the command line means. Paths are relative to `folder`, where the command runs. */
export function findJourney(project: Project, folder: string, argument: string): FoundJourney {
  return isPath(argument) ? findByPath(project, folder, argument) : findByName(project, argument);
}
