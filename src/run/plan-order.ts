import type { Step } from '../artifact/types.ts';

/** Steps in the order of the plan, those inside a `parallel` before it: they say more than it does. */
export function planOrder(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => (step.kind === 'parallel' ? [...planOrder(step.steps), step] : [step]));
}
