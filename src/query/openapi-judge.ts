import type { CompiledSchema } from './json-schema.ts';
import {
  essenceOf,
  findMedia,
  findResponse,
  type OpenApiKind,
  type OpenApiMedia,
  type OpenApiOperation,
  type OpenApiResponse,
} from './openapi.ts';
import { findUndocumented } from './openapi-fields.ts';
import type { Value, ValueMap } from './value.ts';

/** Where an answer is not what its operation says. */
export interface OpenApiFinding {
  readonly kind: OpenApiKind;
  /** `status`, `content-type`, or a place in the body (RFC 9535, 2.7). */
  readonly path: string;
  readonly message: string;
  readonly expected?: Value;
  readonly actual?: Value;
}

/** An answer, as far as it is held against a document. */
export interface OpenApiAnswer {
  readonly method: string;
  readonly status: number;
  readonly contentType: string | undefined;
  /** Bytes of its body. */
  readonly size: number;
  json(): { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string };
}

/** Schemas of a document, which its definitions belong to. */
export interface OpenApiSchemas {
  readonly definitions: ValueMap;
  compile(schema: Value): Extract<CompiledSchema, { ok: true }>;
}

/** Everything in which an answer differs from what its operation documents. */
export function judgeByOpenApi(
  operation: OpenApiOperation,
  answer: OpenApiAnswer,
  schemas: OpenApiSchemas,
): readonly OpenApiFinding[] {
  const response = findResponse(operation.responses, answer.status);
  if (response === undefined) return [undocumentedStatus(operation, answer)];
  // Neither has a body, whatever the headers promise (RFC 9110, 9.3.2 and 15.4.5).
  if (answer.method === 'HEAD' || answer.status === 304) return [];
  return judgeContent(response, answer, schemas);
}

function undocumentedStatus({ responses }: OpenApiOperation, { status }: OpenApiAnswer): OpenApiFinding {
  return {
    kind: 'status',
    path: 'status',
    message: 'this status is not documented',
    expected: responses.map((one) => one.status),
    actual: status,
  };
}

function judgeContent(
  response: OpenApiResponse,
  answer: OpenApiAnswer,
  schemas: OpenApiSchemas,
): readonly OpenApiFinding[] {
  const { content } = response;
  if (answer.size === 0 && (content.length === 0 || answer.contentType === undefined)) {
    return content.length === 0 ? [] : [wrongContent(content, 'there is no body', null)];
  }
  const { contentType } = answer;
  if (contentType === undefined) return [wrongContent(content, 'the body has no content type', null)];
  const media = findMedia(content, contentType);
  if (media === undefined) {
    const message =
      content.length === 0 ? 'no body is documented here' : 'this content type is not documented';
    return [wrongContent(content, message, essenceOf(contentType))];
  }
  return isJson(contentType) ? judgeBody(media, answer, schemas) : [];
}

function wrongContent(content: readonly OpenApiMedia[], message: string, actual: Value): OpenApiFinding {
  const expected = content.map(({ type }) => type);
  return { kind: 'contentType', path: 'content-type', message, expected, actual };
}

function isJson(type: string): boolean {
  return /^(?:application|text)\/json$|\+json$/.test(essenceOf(type));
}

function judgeBody(
  { schema }: OpenApiMedia,
  answer: OpenApiAnswer,
  schemas: OpenApiSchemas,
): readonly OpenApiFinding[] {
  if (schema === undefined) return [];
  const json = answer.json();
  if (!json.ok) return [{ kind: 'schema', path: '$', message: json.message }];
  const wrong = schemas
    .compile(schema)
    .validate(json.value)
    .map((finding): OpenApiFinding => ({ kind: 'schema', ...finding }));
  const undocumented = findUndocumented(json.value, schema, schemas.definitions).map(
    (path): OpenApiFinding => ({ kind: 'undocumentedField', path, message: 'the document does not name it' }),
  );
  return [...wrong, ...undocumented];
}
