import { EvaluationError, type Expression, type Scope } from '../query/expression.ts';
import type { Value } from '../query/value.ts';

function unknown(): never {
  throw new EvaluationError('known at run time alone', { span: { start: 0, end: 0 } });
}

const nothingKnown: Scope = { get: unknown, draws: { uuid: unknown, random: unknown, now: unknown } };

/** What an expression gives whatever the run: `1 + 1`, `false && inputs.x`; undefined where that is not known. */
export function constantOf(expression: Expression): Value | undefined {
  try {
    return expression.evaluate(nothingKnown);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
