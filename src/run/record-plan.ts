import type { Artifact, Step } from '../artifact/types.ts';
import { placeOfKey } from './instance.ts';
import { innerSteps } from './plan-order.ts';
import type { RunRecord, StepRecord } from './record.ts';
import type { RunRequest } from './request.ts';

/** The record of a run to which nothing has happened yet: every step of its plan is pending. */
export function createRecord(artifact: Artifact, request: RunRequest): RunRecord {
  const { steps, cleanup } = artifact;
  return {
    request,
    state: 'queued',
    passes: [],
    steps: [
      ...planned(steps, false, 0),
      ...cleanupsOf(steps),
      ...planned(cleanup, true, 0),
      ...cleanupsOf(cleanup),
    ],
    rounds: [...models(steps, false, 0, false), ...models(cleanup, true, 0, false)],
    notes: [],
    stops: [],
  };
}

/** Steps that are listed from the start: those of rounds are listed as their round begins. */
function planned(steps: readonly Step[], cleanup: boolean, depth: number): StepRecord[] {
  return steps.flatMap((step) => [
    pending(step, cleanup, depth),
    ...(isLoop(step) ? [] : planned(innerSteps(step), cleanup, depth + 1)),
  ]);
}

function cleanupsOf(steps: readonly Step[]): StepRecord[] {
  return steps.flatMap((step) => {
    if (isLoop(step)) return [];
    const after = step.kind === 'journey' ? step.after : [];
    return [
      ...planned(step.cleanup, true, 0),
      ...cleanupsOf(step.cleanup),
      ...cleanupsOf(innerSteps(step)),
      ...planned(after, true, 0),
      ...cleanupsOf(after),
    ];
  });
}

function isLoop(step: Step): boolean {
  return step.forEach !== undefined || step.repeat !== undefined;
}

function pending(step: Step, cleanup: boolean, depth: number): StepRecord {
  return {
    key: step.key,
    ...(step.name === undefined ? {} : { name: step.name }),
    kind: step.kind,
    loop: isLoop(step),
    cleanup,
    depth,
    state: 'pending',
    poll: step.kind === 'request' && step.poll !== undefined,
    attempts: [],
  };
}

/** Every step that loops or stands in a loop. A round is listed one deeper than its loop. */
function models(steps: readonly Step[], cleanup: boolean, depth: number, inLoop: boolean): StepRecord[] {
  return steps.flatMap((step) => {
    const inside = inLoop || isLoop(step);
    const inner = depth + (isLoop(step) ? 2 : 1);
    const after = step.kind === 'journey' ? step.after : [];
    return [
      ...(inside ? [pending(step, cleanup, depth)] : []),
      ...models(innerSteps(step), cleanup, inner, inside),
      ...models(step.cleanup, true, 0, inside),
      ...models(after, true, 0, inside),
    ];
  });
}

/** The steps of a round as they are before it begins; those of loops inside it are listed as these begin. */
export function stepsOfRound(rounds: RunRecord['rounds'], key: string): StepRecord[] {
  const place = placeOfKey(key);
  const isInside = (outer: string, inner: string): boolean => inner.startsWith(`${outer}/`);
  const inside = rounds.filter((step) => !step.cleanup && isInside(place, step.key));
  const loops = inside.filter(({ loop }) => loop);
  const own = inside.filter((step) => !loops.some((loop) => isInside(loop.key, step.key)));
  return [
    ...rounds
      .filter((step) => step.key === place)
      .map((step) => ({ ...step, key, loop: false, depth: step.depth + 1 })),
    ...own.map((step) => ({ ...step, key: key + step.key.slice(place.length) })),
  ];
}
