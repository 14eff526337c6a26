import type { Artifact, Step } from '../artifact/types.ts';

/** The steps inside a step: its branches, its sequence, its journey's. */
export function innerSteps(step: Step): readonly Step[] {
  return 'steps' in step ? step.steps : [];
}

/** Steps in the order of the plan, those inside another before it: they say more than it does. */
export function planOrder(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => [...planOrder(innerSteps(step)), step]);
}

/** Every step of an artifact, however deep: plan, branches, cleanup, and journeys that are steps. */
export function everyStep(journey: Pick<Artifact, 'steps' | 'cleanup'>): Step[] {
  return collect(journey, true);
}

/** Every step of a journey, without those of journeys that are its steps. */
export function ownSteps(journey: Pick<Artifact, 'steps' | 'cleanup'>): Step[] {
  return collect(journey, false);
}

function collect({ steps, cleanup }: Pick<Artifact, 'steps' | 'cleanup'>, withJourneys: boolean): Step[] {
  const all = (some: readonly Step[]): Step[] =>
    some.flatMap((step) => {
      const apart = step.kind === 'journey' && !withJourneys;
      return [
        step,
        ...all(step.cleanup),
        ...(apart ? [] : all(innerSteps(step))),
        ...(step.kind === 'journey' && withJourneys ? all(step.after) : []),
      ];
    });
  return [...all(steps), ...all(cleanup)];
}
