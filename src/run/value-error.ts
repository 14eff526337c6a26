import type { At } from '../artifact/texts.ts';
import { EvaluationError } from '../query/expression.ts';

/** A value that a step needs could not be had: the step fails with reason `value`. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  readonly at: At | undefined;
  constructor(message: string, at?: At) {
    super(message);
    this.at = at;
  }
}

/** The message of a value that could not be had; anything else is our bug and goes on up. */
export function valueErrorOf(error: unknown): ValueError {
  if (error instanceof ValueError) return error;
  if (error instanceof EvaluationError) {
    return new ValueError(error.fix === undefined ? error.message : `${error.message}; ${error.fix}`);
  }
  throw error;
}

/** Runs `work`; a value that could not be had is blamed on the place `at`, unless it knows better. */
export function blame<Result>(at: At, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const known = valueErrorOf(error);
    throw known.at === undefined ? new ValueError(known.message, at) : known;
  }
}
