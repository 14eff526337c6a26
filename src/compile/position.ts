import type { PlanStep } from './plan.ts';

/** Where an expression stands: what it can see beside what every expression sees. */
export interface Position {
  /** The step that it belongs to; undefined: the journey's variables. */
  readonly step?: PlanStep;
  /** After the answer: `response`, `request` and these `outputs` are there. */
  readonly after?: { readonly outputs: readonly string[]; readonly answer: boolean };
  /** The step's own condition, which cannot rely on itself. */
  readonly isCondition?: true;
  /** Variables declared before this one. */
  readonly variablesBefore?: number;
}
