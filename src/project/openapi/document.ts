import type { OpenApiMedia, OpenApiOperation, OpenApiPart, OpenApiResponse } from '../../query/openapi.ts';
import { isList, isMap, type Value, type ValueMap } from '../../query/value.ts';
import { dereference } from './references.ts';
import { createSchemaConverter, type OpenApiVersion, type SchemaConverter } from './schemas.ts';

/** An operation of a document, before any of its schemas is looked at. */
export interface DocumentedOperation {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  /** `200`, `2XX`, `default`, in the order written. */
  readonly statuses: readonly string[];
  readonly responses: ValueMap;
}

/** An OpenAPI document of a project. */
export interface OpenApiDocument {
  readonly file: string;
  readonly version: OpenApiVersion;
  readonly root: Value;
  /** Paths of the servers that it names, without a slash at the end. */
  readonly basePaths: readonly string[];
  readonly operations: readonly DocumentedOperation[];
}

export type CreatedDocument =
  | { readonly ok: true; readonly document: OpenApiDocument }
  | { readonly ok: false; readonly message: string; readonly fix?: string };

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

function versionOf(root: ValueMap): OpenApiVersion | undefined {
  const written = typeof root.openapi === 'number' ? String(root.openapi) : root.openapi;
  const [version] = typeof written === 'string' ? (/^3\.[01](?=\.|$)/.exec(written) ?? []) : [];
  return version === '3.0' || version === '3.1' ? version : undefined;
}

function basePathsOf({ servers }: ValueMap): readonly string[] {
  const urls = isList(servers) ? servers.map((server) => (isMap(server) ? server.url : undefined)) : [];
  const paths = urls.flatMap((url) =>
    typeof url === 'string' ? [url.replace(/^[^/]*:?\/\/[^/]*/, '').replace(/\/+$/, '')] : [],
  );
  return [...new Set(paths)].filter((path) => path.startsWith('/'));
}

function operationsOf(root: ValueMap, problems: string[]): readonly DocumentedOperation[] {
  const { paths } = root;
  return Object.entries(isMap(paths) ? paths : {}).flatMap(([path, written]) => {
    const item = path.startsWith('/') ? dereference(root, written, problems) : undefined;
    return methods.flatMap((method): DocumentedOperation[] => {
      const operation = isMap(item) ? item[method] : undefined;
      if (!isMap(operation)) return [];
      const responses = isMap(operation.responses) ? operation.responses : {};
      const statuses = Object.keys(responses).filter((status) => !status.startsWith('x-'));
      return [{ method: method.toUpperCase(), path, statuses, responses }];
    });
  });
}

/** Takes a document apart: its operations, and where they are. Schemas are looked at when they are embedded. */
export function createDocument(file: string, root: Value): CreatedDocument {
  const version = isMap(root) ? versionOf(root) : undefined;
  if (!isMap(root) || version === undefined) {
    const message = 'this is no OpenAPI document of version 3.0 or 3.1';
    const isSwagger = isMap(root) && root.swagger !== undefined;
    return { ok: false, message, fix: isSwagger ? 'convert it to 3.0' : 'it begins with openapi: 3.1.0' };
  }
  const problems: string[] = [];
  const operations = operationsOf(root, problems);
  const [first] = problems;
  if (first !== undefined) return { ok: false, message: first };
  if (operations.length === 0) return { ok: false, message: 'the document has no operation' };
  return { ok: true, document: { file, version, root, basePaths: basePathsOf(root), operations } };
}

function mediaOf(converter: SchemaConverter, response: Value | undefined): readonly OpenApiMedia[] {
  const content = isMap(response) ? response.content : undefined;
  return Object.entries(isMap(content) ? content : {}).map(([type, media]) => {
    const schema = isMap(media) ? media.schema : undefined;
    return { type, ...(schema === undefined ? {} : { schema: converter.convert(schema) }) };
  });
}

export type EmbeddedPart =
  | { readonly ok: true; readonly part: OpenApiPart }
  | { readonly ok: false; readonly message: string };

/** These operations, with all that their answers' schemas refer to and nothing more. */
export function embedOperations(
  document: OpenApiDocument,
  wanted: readonly DocumentedOperation[],
): EmbeddedPart {
  const { file, version, root, basePaths } = document;
  const problems: string[] = [];
  const converter = createSchemaConverter(root, version, problems);
  const operations = wanted.map(({ method, path, statuses, responses }): OpenApiOperation => {
    const documented = statuses.map((status): OpenApiResponse => {
      const response = dereference(root, responses[status], problems);
      return { status, content: mediaOf(converter, response) };
    });
    return { method, path, responses: documented };
  });
  const [first] = problems;
  if (first !== undefined) return { ok: false, message: first };
  return { ok: true, part: { file, basePaths, operations, definitions: converter.definitions() } };
}
