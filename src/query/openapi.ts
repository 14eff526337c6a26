import type { Value, ValueMap } from './value.ts';

/** One operation of an OpenAPI document, as far as an answer is held against it. */
export interface OpenApiOperation {
  /** In capitals. */
  readonly method: string;
  /** As the document has it: `/orders/{id}`. */
  readonly path: string;
  readonly responses: readonly OpenApiResponse[];
}

export interface OpenApiResponse {
  /** `200`, `2XX` or `default`. */
  readonly status: string;
  readonly content: readonly OpenApiMedia[];
}

export interface OpenApiMedia {
  /** `application/json`, or a range: `text/*`. */
  readonly type: string;
  /** JSON Schema 2020-12, whose references lead to the `definitions` beside the operations. */
  readonly schema?: Value;
}

/** The part of a document that artifacts embed. */
export interface OpenApiPart {
  /** The document's path in the project. */
  readonly file: string;
  /** Paths of the servers that the document names, which its own paths are below: `/api`. */
  readonly basePaths: readonly string[];
  readonly operations: readonly OpenApiOperation[];
  /** Schemas by the name that `#/$defs/NAME` refers to. */
  readonly definitions: ValueMap;
}

/** What may be wrong with an answer. */
export const openApiKinds = ['status', 'contentType', 'schema', 'undocumentedField'] as const;
export type OpenApiKind = (typeof openApiKinds)[number];

export const openApiSeverities = ['error', 'warning', 'ignore'] as const;
export type OpenApiSeverity = (typeof openApiSeverities)[number];

export type OpenApiRules = { readonly [kind in OpenApiKind]: OpenApiSeverity };

export const standardRules: OpenApiRules = {
  status: 'error',
  contentType: 'error',
  schema: 'error',
  undocumentedField: 'warning',
};

/** Finds the response for a status: its own, that of its class, else the default. */
export function findResponse<T extends { readonly status: string }>(
  responses: readonly T[],
  status: number,
): T | undefined {
  const named = (name: string): T | undefined => responses.find((one) => one.status.toUpperCase() === name);
  return named(String(status)) ?? named(`${String(status)[0]}XX`) ?? named('DEFAULT');
}

/** A type of content, or a range, without its parameters, in lower case. */
export function essenceOf(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase();
}

/** Finds the entry for a content type: its own, then the narrowest range (OpenAPI 3.1, 4.8.17). */
export function findMedia(content: readonly OpenApiMedia[], type: string): OpenApiMedia | undefined {
  const essence = essenceOf(type);
  const named = (name: string): OpenApiMedia | undefined =>
    content.find((one) => essenceOf(one.type) === name);
  return named(essence) ?? named(`${essence.split('/')[0]}/*`) ?? named('*/*');
}
