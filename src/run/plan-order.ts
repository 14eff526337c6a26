import type { Artifact, Step } from '../artifact/types.ts';

/** Steps in the order of the plan, those inside a `parallel` before it: they say more than it does. */
export function planOrder(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => (step.kind === 'parallel' ? [...planOrder(step.steps), step] : [step]));
}

/** Every step of an artifact, however deep: plan, branches and cleanup. */
export function everyStep({ steps, cleanup }: Pick<Artifact, 'steps' | 'cleanup'>): Step[] {
  const all = (some: readonly Step[]): Step[] =>
    some.flatMap((step) => [step, ...all(step.cleanup), ...all(step.kind === 'parallel' ? step.steps : [])]);
  return [...all(steps), ...all(cleanup)];
}
