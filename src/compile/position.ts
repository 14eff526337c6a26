import type { Addressed } from './openapi.ts';
import type { PlanStep } from './plan.ts';
import { loopsAround } from './plan.ts';

/** Where an expression stands: what it can see beside what every expression sees. */
export interface Position {
  /** The step that it belongs to; undefined: the journey's variables, or its outputs. */
  readonly step?: PlanStep;
  /** After the answer: `response`, `request` and these `outputs` are there. */
  readonly after?: {
    readonly outputs: readonly string[];
    readonly answer: boolean;
    /** Where the step's own request is compiled already. */
    readonly request?: Addressed | undefined;
  };
  /** The step's own condition, which cannot rely on itself. */
  readonly isCondition?: true;
  /** What the step loops over, which its rounds do not change. */
  readonly beforeLoop?: true;
  /** After all steps: an output of the journey. */
  readonly atEnd?: true;
  /** It is not the step's own text, but what `defaults` or its actor lend it. */
  readonly lentBy?: 'defaults' | 'actor';
  /** Variables declared before this one. */
  readonly variablesBefore?: number;
}

function loopsAt({ step, beforeLoop }: Position): readonly NonNullable<PlanStep['loop']>[] {
  return step === undefined ? [] : loopsAround(step, beforeLoop === true);
}

/** Names of loops around a position. */
export function loopNames(position: Position): readonly string[] {
  return loopsAt(position).flatMap(({ names }) => names);
}

/** What `repeat.NAME` may read; undefined where nothing repeats. */
export function repeatNames(position: Position): readonly string[] | undefined {
  return loopsAt(position).find(({ repeat }) => repeat !== undefined)?.repeat;
}
