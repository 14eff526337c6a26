import type { Compiling } from './compiling.ts';
import { chainOf, type PlanStep } from './plan.ts';
import type { Position } from './position.ts';

/** The conditions that hold wherever the position is reached. */
function conditionsAround(compiling: Compiling, position: Position): { steps: PlanStep[]; broken: boolean } {
  const chain = position.step === undefined ? [] : chainOf(position.step);
  const steps = (position.isCondition ? chain.slice(1) : chain).filter(({ hasIf }) => hasIf);
  return { steps, broken: steps.some((step) => !compiling.conditions.has(step)) };
}

/** Steps that certainly passed: named by the conditions, and by the conditions of those steps in turn. */
function passedSteps(compiling: Compiling, around: readonly PlanStep[]): Set<PlanStep> {
  const found = new Set<PlanStep>();
  const follow = (step: PlanStep): void => {
    for (const id of compiling.conditions.get(step)?.guards ?? []) {
      const guarded = compiling.plan.byId.get(id);
      if (guarded === undefined || found.has(guarded)) continue;
      found.add(guarded);
      chainOf(guarded).forEach(follow);
    }
  };
  around.forEach(follow);
  return found;
}

/**
 * Whether `target` certainly ran where `position` is reached: each condition that it stands under
 * is also that of a step known to have passed, or of the reader itself.
 */
export function isGuarded(compiling: Compiling, position: Position, target: PlanStep): boolean {
  const conditional = chainOf(target).filter(({ hasIf }) => hasIf);
  if (conditional.length === 0) return true;
  const around = conditionsAround(compiling, position);
  if (around.broken) return true;
  const passed = [...passedSteps(compiling, around.steps)].flatMap(chainOf);
  const texts = around.steps.map((step) => compiling.conditions.get(step)?.text);
  return conditional.every((step) => {
    const known = compiling.conditions.get(step);
    const sameCondition =
      known !== undefined && !known.text.includes('random(') && texts.includes(known.text);
    return known === undefined || passed.includes(step) || around.steps.includes(step) || sameCondition;
  });
}
