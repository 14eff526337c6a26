import type { Span } from '../diagnostics/source.ts';
import type { Digests } from './digest.ts';
import type { Value } from './value.ts';

/** Values that are drawn, in the order of evaluation, so that a resumed step draws them again. */
export interface Draws {
  uuid(): string;
  /** An integer from `min` to `max`, both included. */
  random(min: number, max: number): number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** The root under which the scope gives embedded files: a map from their paths to bytes, or to base64. */
export const filesRoot = '~files';

/** What an expression may read. */
export interface Scope {
  /** The value of a root name (`inputs`, `steps`, …, `~files`); undefined where there is none yet. */
  get(root: string): Value | undefined;
  /** A member of a root that is costly to have whole; undefined: `get` has to be asked. */
  member?(root: string, name: string): Value | undefined;
  readonly draws: Draws;
  /** For `md5()` and its kin; without them those functions fail. */
  readonly digests?: Digests;
}

interface Details {
  readonly span: Span;
  readonly path?: string | undefined;
  readonly fix?: string | undefined;
  readonly at?: readonly (string | number)[] | undefined;
  readonly inKey?: boolean | undefined;
}

/** An expression that has no value; the step fails with reason *value*. */
export class EvaluationError extends Error {
  /** In the expression's text; thrown by a text or a template, in the whole string. */
  readonly span: Span;
  /** What was read and is not there: `steps.pay.outputs.orderId`. */
  readonly path?: string;
  /** What to do, nearest names. */
  readonly fix?: string;
  /** Where in a template's value the string stands. */
  readonly at?: readonly (string | number)[];
  /** The string is a member's name, not its value. */
  readonly inKey?: boolean;

  constructor(message: string, details: Details) {
    super(message);
    this.name = 'EvaluationError';
    this.span = details.span;
    if (details.path !== undefined) this.path = details.path;
    if (details.fix !== undefined) this.fix = details.fix;
    if (details.at !== undefined) this.at = details.at;
    if (details.inKey !== undefined) this.inKey = details.inKey;
  }

  /** The same error, seen from the string that holds the expression at `offset`. */
  within(offset: number, at = this.at, inKey = this.inKey): EvaluationError {
    const span = { start: this.span.start + offset, end: this.span.end + offset };
    return new EvaluationError(this.message, { span, path: this.path, fix: this.fix, at, inKey });
  }
}

/** What went wrong in an operator or a function, which know no places. */
export class Fault extends Error {
  readonly fix: string | undefined;
  constructor(message: string, fix?: string) {
    super(message);
    this.fix = fix;
  }
}
