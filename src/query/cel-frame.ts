import type { ASTNode } from '@marcbachmann/cel-js';
import type { Span } from '../diagnostics/source.ts';
import type { Locals } from './cel-tree.ts';
import { type CelValue, describeType } from './cel-value.ts';
import { EvaluationError, Fault, type Scope } from './evaluation.ts';

/** One evaluation: what it may read, and the values of the variables that macros declare. */
export interface Frame {
  readonly scope: Scope;
  readonly locals: CelValue[];
}

export type Evaluate = (frame: Frame) => CelValue;

/** Where a node stands: the expression's text, and the variables around it. */
export interface Context {
  readonly text: string;
  readonly locals: Locals;
}

/** Turns a node into what evaluates it. */
export type Compile = (node: ASTNode, context: Context) => Evaluate;

/** Gives a fault the place of the node in which it happened. */
export function placeFault(error: unknown, { start, end }: Span): unknown {
  if (!(error instanceof Fault)) return error;
  return new EvaluationError(error.message, { span: { start, end }, fix: error.fix });
}

export function located(node: Span, run: Evaluate): Evaluate {
  return (frame) => {
    try {
      return run(frame);
    } catch (error) {
      throw placeFault(error, node);
    }
  };
}

/** @throws Fault where a condition is neither true nor false. */
export function asCondition(value: CelValue, of: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new Fault(`${of} wants true or false, not ${describeType(value)}`);
}

/** Evaluates to true or false, or fails at its place. */
export function conditionOf(node: Span, evaluate: Evaluate, of: string): Evaluate {
  return located(node, (frame) => asCondition(evaluate(frame), of));
}

/** True, false, or the error that evaluating a condition met. */
export function tryCondition(condition: Evaluate, frame: Frame): boolean | EvaluationError {
  try {
    return condition(frame) === true;
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
}
