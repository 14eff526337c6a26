import type { Value } from '../query/value.ts';

/** The one format that this version writes and runs. */
export const artifactFormat = 'reqflo-artifact/1';

/**
 * Where a person wrote it: index into `sources`, then line, column, end line, end column
 * (from 1, columns in UTF-16 units, end exclusive).
 */
export type At = readonly [source: number, line: number, column: number, endLine: number, endColumn: number];

/**
 * A value whose strings, and whose objects' keys, may hold `${{ expression }}` (`$${{` is a literal `${{`).
 * Numbers, and the order of members, are as written.
 */
export type Template = Value;

/** A text that may hold `${{ expression }}`. */
export type Text = string;

/** A bare expression, without `${{ }}`. */
export type ExpressionText = string;

/** Names and values in the order written; a name may repeat, and may hold expressions. */
export type Entries = readonly (readonly [name: Text, value: Template])[];

export type InputType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

export interface InputDeclaration {
  readonly name: string;
  readonly at: At;
  readonly type?: InputType;
  readonly description?: string;
  /** Absent: the input is required unless something else supplies it. */
  readonly default?: Value;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly Value[];
}

export interface VariableDeclaration {
  readonly name: string;
  readonly at: At;
  readonly value: Template;
}

/** A case or a preset: values for inputs and variables, by name. */
export interface NamedValues {
  readonly name: string;
  readonly at: At;
  readonly values: readonly (readonly [name: string, value: Template])[];
}

/** What is looked at: the first half of an output or an assertion. */
export type Target =
  | { readonly kind: 'status' | 'text' | 'duration' | 'error' | 'attempts' }
  | { readonly kind: 'header'; readonly name: Text }
  | { readonly kind: 'body'; readonly path: string }
  | { readonly kind: 'value'; readonly expression: Template };

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
  readonly matcher: Matcher;
  readonly soft?: true;
  readonly message?: Text;
}

export interface Output {
  readonly name: string;
  readonly at: At;
  readonly target: Target;
  readonly secret?: true;
  readonly optional?: true;
  readonly default?: Template;
}

export type Auth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: Text; readonly password: Text }
  | { readonly kind: 'bearer'; readonly token: Text };

export type Body =
  | { readonly kind: 'json'; readonly value: Template }
  | { readonly kind: 'form'; readonly entries: Entries }
  | { readonly kind: 'text'; readonly text: Text };

export interface Request {
  readonly method: string;
  /** The service that `path` is appended to, or that `url` resolves against. */
  readonly service?: string;
  readonly path?: Text;
  readonly url?: Text;
  readonly query: Entries;
  readonly headers: Entries;
  readonly body?: Body;
  readonly auth?: Auth;
  /** What `defaults` adds where the URL lies on the service's origin, and nowhere else; only beside `url`. */
  readonly fromDefaults?: { readonly headers: Entries; readonly auth?: Auth };
  /** A key that stays the same whenever this step is sent again: derived (true), or this text. */
  readonly idempotencyKey?: true | Text;
  /** The author says that sending it twice does no harm. */
  readonly idempotent?: true;
}

/** A condition: an expression, or a list of assertions that must all hold. */
export type Condition =
  | { readonly kind: 'expression'; readonly expression: ExpressionText; readonly at: At }
  | { readonly kind: 'assertions'; readonly assertions: readonly Assertion[] };

export const retryCauses = ['connection', 'timeout', '429', '5xx', 'assertion'] as const;
export type RetryCause = (typeof retryCauses)[number];

export interface Retry {
  /** Sendings in all, the first included. */
  readonly attempts: number;
  readonly delayMs: number;
  readonly backoff: 'constant' | 'exponential';
  readonly maxDelayMs: number;
  /** Part of the delay, 0 to 1, that is drawn at random. */
  readonly jitter: number;
  readonly on: readonly RetryCause[];
  readonly when?: Condition;
}

export interface Poll {
  readonly until?: Condition;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly attempts?: number;
}

interface StepBase {
  /** `login`; inside a `parallel` or a cleanup of `users`: `users/createUser`. */
  readonly key: string;
  readonly id: string;
  readonly at: At;
  readonly name?: string;
  readonly if?: { readonly expression: ExpressionText; readonly at: At };
  readonly continueOnFailure?: true;
  readonly flaky?: true;
  /** Acceptance criteria that this step proves. */
  readonly verifies: readonly string[];
  readonly outputs: readonly Output[];
  /** Parts of the answer that later steps read by `steps.ID.response.…`: `[["body","order","id"],["status"]]`. */
  readonly reads: readonly (readonly string[])[];
  readonly assertions: readonly Assertion[];
  /** Undo this step: run when the run ends, last registered first. */
  readonly cleanup: readonly Step[];
  /** A step of a cleanup (or inside one): it runs whatever happened, and is skipped where its values are not there. */
  readonly inCleanup?: true;
  /** On a step of a cleanup: keys of the steps that it undoes. */
  readonly undoes: readonly string[];
}

export interface RequestStep extends StepBase {
  readonly kind: 'request';
  readonly request: Request;
  /** One attempt's, or a poll's all; absent: the service's, else 30 s. */
  readonly timeoutMs?: number;
  readonly retry?: Retry;
  readonly poll?: Poll;
}

/** Judges values, sends nothing. */
export interface CheckStep extends StepBase {
  readonly kind: 'check';
}

/** Steps at the same time. */
export interface ParallelStep extends StepBase {
  readonly kind: 'parallel';
  readonly steps: readonly Step[];
}

export type Step = RequestStep | CheckStep | ParallelStep;

/** The compiled, self-contained form of one journey. It holds no value of an environment and no secret. */
export interface Artifact {
  readonly format: typeof artifactFormat;
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly acceptance: readonly (readonly [id: string, text: string])[];
  readonly inputs: readonly InputDeclaration[];
  readonly variables: readonly VariableDeclaration[];
  readonly presets: readonly NamedValues[];
  readonly cases: readonly NamedValues[];
  /** What the run check asks of an environment before the first request. */
  readonly needs: {
    readonly services: readonly string[];
    readonly values: readonly string[];
    readonly secrets: readonly string[];
  };
  readonly steps: readonly Step[];
  readonly cleanup: readonly Step[];
  /** What a person wrote, so that a failure can be shown on its line anywhere. */
  readonly sources: readonly { readonly file: string; readonly text: string }[];
}
