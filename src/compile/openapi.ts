import type { OpenApiTarget } from '../artifact/judgement.ts';
import type { Request } from '../artifact/request.ts';
import type { Span } from '../diagnostics/source.ts';
import type { Node, TextNode } from '../journey/node.ts';
import {
  type DocumentedOperation,
  embedOperations,
  type OpenApiDocument,
} from '../project/openapi/document.ts';
import { type OpenApiRules, standardRules } from '../query/openapi.ts';
import { findPossible } from '../query/openapi-path.ts';
import { isMap, type Value } from '../query/value.ts';
import { findSchemaFault } from './checkers.ts';
import { type Compiling, reportError } from './compiling.ts';
import { checkLiteral } from './embed.ts';
import type { Position } from './position.ts';

/** What a request says about the operation that it is. */
export type Addressed = Pick<Request, 'method' | 'service' | 'path' | 'url' | 'followRedirects'>;

interface Chosen {
  readonly file: string;
  readonly rules: OpenApiRules;
}

/** The document of the request's service. */
function ownDocument(compiling: Compiling, { service }: Addressed, span: Span): Chosen | undefined {
  const own = service === undefined ? undefined : compiling.project.openApi?.get(service);
  if (own !== undefined && own !== 'unclear') return own;
  if (service === undefined) {
    const message = 'this request has no service that could have an OpenAPI document';
    return reportError(compiling, 'no-openapi', span, message, 'name the file: openapi: FILE');
  }
  const message =
    own === 'unclear'
      ? `environments name different OpenAPI documents for service "${service}"`
      : `service "${service}" has no OpenAPI document`;
  const fix = `say services: { ${service}: { openapi: FILE } } in reqflo.yaml, or name the file here`;
  return reportError(compiling, 'no-openapi', span, message, fix);
}

/** Named here; how bad each kind of finding is, the service still says. */
function namedDocument(compiling: Compiling, { service }: Addressed, node: TextNode): Chosen | undefined {
  if (!checkLiteral(compiling, node, 'a document')) return undefined;
  const own = compiling.project.openApi?.get(service ?? '');
  return { file: node.text, rules: own === undefined || own === 'unclear' ? standardRules : own.rules };
}

/** By a file's name, or true. */
function chooseDocument(compiling: Compiling, request: Addressed, node: Node): Chosen | undefined {
  if (node.kind === 'text') return namedDocument(compiling, request, node);
  return ownDocument(compiling, request, node.span);
}

function readDocument(compiling: Compiling, file: string, span: Span): OpenApiDocument | undefined {
  const read = compiling.project.files?.readOpenApi(file);
  if (read?.ok) return read.document;
  const { code, message, fix } = read ?? { code: 'file-missing', message: `${file}: there is no such file` };
  return reportError(compiling, code, span, message, fix);
}

/** Operations that the request may turn out to be: a path may hold expressions, and a redirect leads anywhere. */
function candidates(
  { operations, basePaths }: OpenApiDocument,
  { method, path, followRedirects }: Addressed,
): readonly DocumentedOperation[] {
  if (followRedirects !== undefined) return operations;
  const sameMethod = operations.filter((one) => one.method === method.toUpperCase());
  return path === undefined ? sameMethod : findPossible(sameMethod, path, basePaths);
}

function chooseOperations(
  compiling: Compiling,
  document: OpenApiDocument,
  request: Addressed,
  span: Span,
): readonly DocumentedOperation[] | undefined {
  const found = candidates(document, request);
  if (found.length > 0) return found;
  const { method, path } = request;
  const others = path === undefined ? [] : findPossible(document.operations, path, document.basePaths);
  const message = `${document.file} has no operation ${[method, path].join(' ').trimEnd()}`;
  const fix = others.length === 0 ? undefined : `there is ${others.map((one) => one.method).join(', ')}`;
  return reportError(compiling, 'unknown-operation', span, message, fix);
}

/** Every schema of a part, with what to call it. */
function schemasOf({
  operations,
}: OpenApiTarget): readonly { readonly name: string; readonly schema: Value }[] {
  return operations.flatMap(({ method, path, responses }) =>
    responses.flatMap(({ status, content }) =>
      content.flatMap(({ type, schema }) =>
        schema === undefined ? [] : [{ name: `${method} ${path} ${status} ${type}`, schema }],
      ),
    ),
  );
}

/** Schemas are checked here, so that a run never meets one that is none: all at once, and alone where one is. */
function checkSchemas(compiling: Compiling, target: OpenApiTarget, span: Span): void {
  const { file, definitions: $defs } = target;
  const all = schemasOf(target);
  const fault = findSchemaFault({ $defs, ...(all.length > 0 && { anyOf: all.map(({ schema }) => schema) }) });
  if (fault === undefined) return;
  const faults = all.map(({ name, schema }) => {
    const own = findSchemaFault(isMap(schema) ? { ...schema, $defs } : schema);
    return own && `${name}: ${own.message}`;
  });
  const message = faults.find((one) => one !== undefined) ?? fault.message;
  reportError(compiling, 'bad-openapi', span, `${file}: ${message}`);
}

function embed(
  compiling: Compiling,
  request: Addressed,
  node: Node,
  { file, rules }: Chosen,
): OpenApiTarget | undefined {
  const document = readDocument(compiling, file, node.span);
  const operations = document && chooseOperations(compiling, document, request, node.span);
  if (document === undefined || operations === undefined) return undefined;
  const embedded = embedOperations(document, operations);
  if (!embedded.ok) return reportError(compiling, 'bad-openapi', node.span, `${file}: ${embedded.message}`);
  const service = request.service === undefined ? {} : { service: request.service };
  const target: OpenApiTarget = { kind: 'openapi', ...service, rules, ...embedded.part };
  checkSchemas(compiling, target, node.span);
  return target;
}

/** What an artifact would hold that has an error, which is none. */
const nothing: OpenApiTarget = {
  kind: 'openapi',
  file: '',
  basePaths: [],
  operations: [],
  definitions: {},
  rules: standardRules,
};

/** The part of a service's OpenAPI document, or of a file's, that the answer to a request is held against. */
export function compileOpenApi(compiling: Compiling, { after }: Position, node: Node): OpenApiTarget {
  const request = after?.request;
  if (request === undefined) {
    // Of a step without an answer that is said already.
    if (after?.answer === false) return nothing;
    const message = '"openapi" judges the answer as a whole';
    reportError(compiling, 'assertion-target', node.span, message, 'put it under assertions');
    return nothing;
  }
  const chosen = chooseDocument(compiling, request, node);
  return (chosen && embed(compiling, request, node, chosen)) ?? nothing;
}
