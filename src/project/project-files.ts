import { readFileSync, realpathSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { listFiles, type ReadSource, readSource } from './files.ts';
import { type FoundJourney, findJourney, isPath } from './journeys.ts';
import type { OpenApiDocument } from './openapi/document.ts';
import { readDocument } from './openapi/read.ts';
import type { Project } from './project.ts';

export type FileContent =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | ({ readonly ok: false } & Pick<Diagnostic, 'code' | 'message' | 'fix'>);

export type ReadOpenApi =
  | { readonly ok: true; readonly document: OpenApiDocument }
  | ({ readonly ok: false } & Pick<Diagnostic, 'code' | 'message' | 'fix'>);

/** The files of a project that its journeys refer to. */
export interface ProjectFiles {
  /** By its path in the project; what lies outside, links followed, is refused. */
  readFile(path: string): FileContent;
  /** An OpenAPI document by its path in the project. */
  readOpenApi(path: string): ReadOpenApi;
  /** By name, or by its path in the project. */
  findJourney(name: string): FoundJourney;
  /** templates/NAME.yaml; undefined: there is none. */
  readTemplates(name: string): ReadSource | undefined;
  /** Names of the files in templates/. */
  templateNames(): readonly string[];
}

const ending = /\.(?:ya?ml|json)$/;

function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== '' && !path.startsWith('..') && !isAbsolute(path);
}

function refuse(code: 'file-missing' | 'file-outside', message: string, fix?: string): FileContent {
  return { ok: false, code, message, ...(fix === undefined ? {} : { fix }) };
}

function readInside(root: string, path: string): FileContent {
  const file = resolve(root, path);
  const outside = `${path} lies outside the project`;
  const fix = "paths are relative to the project's folder";
  if (!isInside(root, file)) return refuse('file-outside', outside, fix);
  try {
    if (!isInside(realpathSync(root), realpathSync(file))) return refuse('file-outside', outside, fix);
    return { ok: true, bytes: new Uint8Array(readFileSync(file)) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    return refuse('file-missing', `${path}: ${why}`, fix);
  }
}

function readDocumentInside(root: string, path: string): ReadOpenApi {
  const read = readInside(root, path);
  if (!read.ok) return read;
  const created = readDocument(path, read.bytes);
  return created.ok ? created : { ...created, code: 'bad-openapi', message: `${path}: ${created.message}` };
}

function findInside(project: Project, name: string): FoundJourney {
  if (!isPath(name) || isInside(project.root, resolve(project.root, name))) {
    return findJourney(project, project.root, name);
  }
  const message = `${name} lies outside the project`;
  return { ok: false, diagnostics: [{ code: 'file-outside', severity: 'error', message }] };
}

function remember<T>(look: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (!known.has(name)) known.set(name, look(name));
    return known.get(name) as T;
  };
}

/** Files are read when they are asked for; journeys, templates and OpenAPI documents once. */
export function createProjectFiles(project: Project): ProjectFiles {
  const { root } = project;
  const folder = join(root, 'templates');
  const nameOf = (file: string): string => basename(file).replace(ending, '');
  const templateFiles = (): readonly string[] => listFiles(folder, ending);
  return {
    readFile: (path) => readInside(root, path),
    readOpenApi: remember((path) => readDocumentInside(root, path)),
    findJourney: remember((name) => findInside(project, name)),
    readTemplates: remember((name) => {
      const file = templateFiles().find((one) => nameOf(one) === name);
      return file === undefined ? undefined : readSource(root, file);
    }),
    templateNames: () => templateFiles().map(nameOf),
  };
}
