import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import { placeOf, type Source, type Span } from '../diagnostics/source.ts';
import { kindName, type Node } from './node.ts';

export interface Reading {
  readonly source: Source;
  readonly report: Report;
}

export type JsonSchema = { readonly [keyword: string]: unknown } | boolean;

/** The keywords of a schema, for more to be said beside them. */
export function keywordsOf(schema: JsonSchema): Exclude<JsonSchema, boolean> {
  return typeof schema === 'boolean' ? {} : schema;
}

/** Named schemas that `$ref` points to, filled while a schema is written. */
export type Definitions = Map<string, JsonSchema>;

/**
 * One rule of the language: reads a node as a typed value that keeps its places, reports what does not fit,
 * and says the same as JSON Schema (2020-12). `undefined`: it did not fit, and that is reported.
 */
export interface Shape<T> {
  read(node: Node, reading: Reading): T | undefined;
  schema(definitions: Definitions): JsonSchema;
}

export type Infer<S> = S extends Shape<infer T> ? T : never;

/** A value and where it stands. */
export interface Spanned<T> {
  readonly value: T;
  readonly span: Span;
}

export function reportAt(
  reading: Reading,
  code: DiagnosticCode,
  span: Span,
  message: string,
  fix?: string,
): undefined {
  const place = placeOf(reading.source, span);
  reading.report({ code, severity: 'error', message, place, ...(fix === undefined ? {} : { fix }) });
  return undefined;
}

/** The span that a wrong value is blamed on: of a long map or list its first line is enough. */
export function blameSpan(reading: Reading, node: Node): Span {
  const end = reading.source.text.indexOf('\n', node.span.start);
  return end === -1 || end > node.span.end ? node.span : { start: node.span.start, end };
}

export function wrongType(reading: Reading, node: Node, wanted: string, fix?: string): undefined {
  const message = `expected ${wanted}, got ${kindName(node)}`;
  return reportAt(reading, 'wrong-type', blameSpan(reading, node), message, fix);
}

/** The JSON Schema of a shape, complete with its definitions. */
export function schemaOf(shape: Shape<unknown>, title: string): JsonSchema {
  const definitions: Definitions = new Map();
  const schema = shape.schema(definitions);
  const named = definitions.size === 0 ? {} : { $defs: Object.fromEntries(definitions) };
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...keywordsOf(schema), ...named };
}
