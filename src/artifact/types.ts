import type { Value } from '../query/value.ts';
import type { Assertion, Output } from './judgement.ts';
import type { Redaction } from './redaction.ts';
import type { Request } from './request.ts';
import type { At, Entries, ExpressionText, Template, Text } from './texts.ts';

/** The one format that this version writes and runs. */
export const artifactFormat = 'reqflo-artifact/1';

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
  /** What the template declares of those that are calculated. */
  readonly declared?: readonly InputDeclaration[];
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

/** Bounds all that a step does, from its start; in a loop each round. */
interface Timed {
  /** Absent: it takes the time that it takes. */
  readonly timeoutMs?: number;
}

/** Steps in order, as one step. */
export interface GroupStep extends StepBase, Timed {
  readonly kind: 'group';
  readonly steps: readonly Step[];
}

/** Another journey as a step: it sees only its inputs; what it gives are the step's outputs. */
export interface JourneyStep extends StepBase, Timed {
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
export interface WaitStep extends StepBase, Timed {
  readonly kind: 'wait';
  /** A duration, or an instant (RFC 3339). */
  readonly until: Template;
}

/** Waits until an outside system calls a URL of the run. Its answer: the call's headers and body. */
export interface WaitForStep extends StepBase {
  readonly kind: 'waitFor';
  /** In expressions `callbacks.NAME` is the URL. */
  readonly callback: string;
  /** Absent: it waits as long as it takes. */
  readonly timeoutMs?: number;
}

/** Waits until a person approves or rejects. Its answer: the body `{ decision, by, note }`. */
export interface ManualStep extends StepBase {
  readonly kind: 'manual';
  readonly ask: Text;
  /** Absent: it waits as long as it takes. */
  readonly timeoutMs?: number;
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
export interface ParallelStep extends StepBase, Timed {
  readonly kind: 'parallel';
  readonly steps: readonly Step[];
}

/** Steps that send nothing themselves, and take time. */
export type TimedStep = ParallelStep | GroupStep | JourneyStep | WaitStep;

/** Steps that wait for somebody; their `timeout` bounds the wait. */
export type AwaitingStep = WaitForStep | ManualStep;

export type Step = RequestStep | CheckStep | ExecStep | TimedStep | AwaitingStep;

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
  /** What never leaves a worker, whatever it holds. */
  readonly redact?: Redaction;
  /** What a person wrote, so that a failure can be shown on its line anywhere. */
  readonly sources: readonly { readonly file: string; readonly text: string }[];
}
