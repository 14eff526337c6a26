import type { Filter } from '../query/filter.ts';
import type { OpenApiPart, OpenApiRules } from '../query/openapi.ts';
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
}

export type Auth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: Text; readonly password: Text }
  | { readonly kind: 'digest'; readonly username: Text; readonly password: Text }
  | { readonly kind: 'bearer'; readonly token: Text }
  | {
      readonly kind: 'apiKey';
      readonly name: Text;
      readonly value: Text;
      readonly in: 'header' | 'query' | 'cookie';
    }
  | OAuth2
  | {
      readonly kind: 'awsSigV4';
      readonly accessKeyId: Text;
      readonly secretAccessKey: Text;
      readonly sessionToken?: Text;
      /** Both are guessed from an amazonaws.com host where they are not given. */
      readonly region?: Text;
      readonly service?: Text;
    };

/** A token that is asked for before the request leaves, and sent as a bearer token (RFC 6749). */
export interface OAuth2 {
  readonly kind: 'oauth2';
  readonly tokenUrl: Text;
  readonly grant: 'clientCredentials' | 'password' | 'refreshToken';
  readonly clientId?: Text;
  readonly clientSecret?: Text;
  readonly clientAuth: 'basic' | 'post';
  readonly username?: Text;
  readonly password?: Text;
  readonly refreshToken?: Text;
  readonly scope?: Text;
  /** Fields of the token request beyond the standard: `audience`, `resource`. */
  readonly extra?: readonly (readonly [name: string, value: Text])[];
}

export type Body =
  | { readonly kind: 'json'; readonly value: Template }
  | { readonly kind: 'form'; readonly entries: Entries }
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'multipart'; readonly parts: readonly (readonly [name: Text, part: Part])[] }
  | { readonly kind: 'graphql'; readonly query: Text; readonly variables?: Template }
  /** Bytes of a project file, or as written: base64, embedded. */
  | { readonly kind: 'bytes'; readonly base64: string };

/** A part of a multipart body (RFC 7578); null leaves it out. */
export interface Part {
  readonly content:
    | { readonly kind: 'value'; readonly value: Template }
    | { readonly kind: 'json'; readonly value: Template }
    | { readonly kind: 'bytes'; readonly base64: string };
  readonly filename?: Text;
  readonly contentType?: Text;
}

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
  /**
   * What the actor and `defaults` add where the URL lies on the service's origin, and nowhere else: kept apart where
   * the request may leave that origin, by a `url` or by redirects that are followed.
   */
  readonly fromDefaults?: { readonly headers: Entries; readonly auth?: Auth; readonly cookies?: Entries };
  /** A key that stays the same whenever this step is sent again: derived (true), or this text. */
  readonly idempotencyKey?: true | Text;
  /** The author says that sending it twice does no harm. */
  readonly idempotent?: true;
  /** Hops that are followed at most. */
  readonly followRedirects?: number;
  /** Asks for gzip, deflate and br. */
  readonly compression?: true;
  readonly http2?: true;
  readonly proxy?: Text;
  readonly tls?: { readonly ca?: Text; readonly cert?: Text; readonly key?: Text; readonly insecure?: true };
  /** Sent beside the jar's; one of the same name wins over it. */
  readonly cookies?: Entries;
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

/** The step runs for each element; `as` names it in expressions, beside `index`. */
export interface ForEach {
  readonly items: Template;
  readonly as: string;
  /** Rounds at the same time; 1: in order. */
  readonly concurrency: number;
}

/** The step runs again and again: each round reads as `repeat.NAME` what the one before took from its answer. */
export interface Repeat {
  readonly set: readonly Output[];
  readonly start: readonly (readonly [name: string, value: Template])[];
  /** Absent: until nothing that `set` names is there. */
  readonly until?: Condition;
  readonly max: number;
}

interface StepBase {
  /** `login`; inside a `parallel` or a cleanup of `users`: `users/createUser`. */
  readonly key: string;
  readonly id: string;
  readonly at: At;
  readonly name?: string;
  readonly if?: { readonly expression: ExpressionText; readonly at: At };
  readonly forEach?: ForEach;
  readonly repeat?: Repeat;
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
  /** Of a request template: evaluated once, before the request, and read as `values.X`. */
  readonly values?: Entries;
  /** Whose cookie jar; 'none' neither sends nor keeps cookies. Absent: the run's own. */
  readonly actor?: string;
  /** One attempt's, or a poll's all; absent: the service's, else 30 s. */
  readonly timeoutMs?: number;
  readonly retry?: Retry;
  readonly poll?: Poll;
}

/** Judges values, sends nothing. */
export interface CheckStep extends StepBase {
  readonly kind: 'check';
  /** A remark for the record. */
  readonly note?: Text;
}

/** Steps in order, as one step. */
export interface GroupStep extends StepBase {
  readonly kind: 'group';
  readonly steps: readonly Step[];
}

/** Another journey as a step: it sees only its inputs; what it gives are the step's outputs. */
export interface JourneyStep extends StepBase {
  readonly kind: 'journey';
  readonly journey: string;
  readonly inputs: readonly (readonly [name: string, value: Template])[];
  readonly declared: readonly InputDeclaration[];
  readonly variables: readonly VariableDeclaration[];
  readonly steps: readonly Step[];
  /** The journey's own cleanup, which runs when the run ends. */
  readonly after: readonly Step[];
}

/** A pause; a run in which nothing else is due holds no worker meanwhile. */
export interface WaitStep extends StepBase {
  readonly kind: 'wait';
  /** A duration, or an instant (RFC 3339). */
  readonly until: Template;
}

/** What an `exec` step runs: a line of the shell (`sh -c`), or a file with its arguments, and no shell. */
export type Command =
  /** It holds no expressions: the shell would read their values as code. */
  | { readonly kind: 'shell'; readonly line: string }
  | { readonly kind: 'file'; readonly file: Text; readonly args: readonly Template[] };

/** A command of the machine that the run is on. Its answer: the exit code as `status`, what it wrote to stdout as the body. */
export interface ExecStep extends StepBase {
  readonly kind: 'exec';
  readonly command: Command;
  /** Beside PATH, HOME and LANG: nothing else is inherited. */
  readonly env: Entries;
  /** A folder inside the project's; absent: that folder itself. */
  readonly cwd?: string;
  readonly stdin?: Text;
  /** Absent: five minutes. */
  readonly timeoutMs?: number;
  /** The author says that running it twice does no harm. */
  readonly idempotent?: true;
}

/** Steps at the same time. */
export interface ParallelStep extends StepBase {
  readonly kind: 'parallel';
  readonly steps: readonly Step[];
}

export type Step = RequestStep | CheckStep | ParallelStep | GroupStep | JourneyStep | WaitStep | ExecStep;

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
  /** Project files that expressions read by `file(PATH)`: path and base64. */
  readonly files?: readonly (readonly [path: string, base64: string])[];
  /** What a person wrote, so that a failure can be shown on its line anywhere. */
  readonly sources: readonly { readonly file: string; readonly text: string }[];
}
