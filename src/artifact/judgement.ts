import type { Filter } from '../query/filter.ts';
import type { OpenApiPart, OpenApiRules } from '../query/openapi.ts';
import type { Value } from '../query/value.ts';
import type { At, Template, Text } from './texts.ts';

/** What is looked at: the first half of an output or an assertion. */
export type Target =
  | { readonly [kind in PlainTarget]: { readonly kind: kind } }[PlainTarget]
  | { readonly kind: 'header'; readonly name: Text }
  /** `session`, or an attribute: `session; Path`. */
  | { readonly kind: 'cookie'; readonly name: Text }
  | { readonly kind: 'body'; readonly path: string }
  | { readonly kind: 'xpath'; readonly expression: string; readonly namespaces: Namespaces }
  | { readonly kind: 'css'; readonly selector: string; readonly attribute?: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'timing'; readonly phase: TimingPhase }
  | { readonly kind: 'certificate'; readonly field: string }
  /** An output of this very step. */
  | { readonly kind: 'output'; readonly name: string }
  | { readonly kind: 'value'; readonly expression: Template }
  /** The body against a JSON Schema (2020-12), embedded. */
  | { readonly kind: 'schema'; readonly schema: Value }
  | OpenApiTarget;

/** The answer against the operation of an OpenAPI document that its request was one of. */
export interface OpenApiTarget extends OpenApiPart {
  readonly kind: 'openapi';
  /** Whose base URL the document's paths are below. */
  readonly service?: string;
  /** How bad each kind of finding is. */
  readonly rules: OpenApiRules;
}

/** Targets without an argument. */
export const plainTargets = [
  'status',
  'text',
  'bytes',
  'md5',
  'sha1',
  'sha256',
  'sha512',
  'duration',
  'redirects',
  'url',
  'httpVersion',
  'attempts',
  'error',
] as const;
export type PlainTarget = (typeof plainTargets)[number];

export const timingPhases = ['dns', 'tcp', 'tls', 'firstByte', 'total'] as const;
export type TimingPhase = (typeof timingPhases)[number];

/** Prefix to namespace URI. */
export type Namespaces = readonly (readonly [prefix: string, uri: string])[];

/** The operators of an assertion. All of them must hold. Values may hold expressions. */
export interface Matcher {
  readonly equals?: Template;
  readonly notEquals?: Template;
  readonly contains?: Template;
  readonly notContains?: Template;
  readonly startsWith?: Template;
  readonly endsWith?: Template;
  readonly matches?: Template;
  readonly in?: Template;
  readonly exists?: boolean;
  readonly is?: ValueKind;
  readonly greaterThan?: Template;
  readonly atLeast?: Template;
  readonly lessThan?: Template;
  readonly atMost?: Template;
  readonly between?: Template;
  readonly length?: Template | Matcher;
  readonly like?: Template;
  readonly each?: Matcher;
  readonly any?: Matcher;
  readonly not?: Matcher;
}

export const valueKinds = [
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'object',
  'null',
  'uuid',
  'email',
  'uri',
  'date',
  'dateTime',
  'ipv4',
  'ipv6',
  'empty',
] as const;
export type ValueKind = (typeof valueKinds)[number];

export interface Assertion {
  readonly at: At;
  readonly target: Target;
  /** Applied before every operator. */
  readonly filters?: readonly Filter[];
  readonly matcher: Matcher;
  readonly soft?: true;
  readonly message?: Text;
}

export interface Output {
  readonly name: string;
  readonly at: At;
  readonly target: Target;
  readonly filters?: readonly Filter[];
  readonly secret?: true;
  readonly optional?: true;
  readonly default?: Template;
  /** Written beside a journey that is a step: it does not see what is inside. */
  readonly beside?: true;
}
