import type { Step } from '../artifact/types.ts';

/**
 * A step as it stands in one round of a loop: its durable key, and those of all steps inside it, begin with
 * `key` instead of its place in the plan.
 */
export function instantiate(step: Step, key: string): Step {
  if (step.key === key) return step;
  const rename = (inner: Step): Step => rekey(inner, key + inner.key.slice(step.key.length), rename);
  return rekey(step, key, rename);
}

function rekey(step: Step, key: string, rename: (inner: Step) => Step): Step {
  const cleanup = step.cleanup.map(rename);
  switch (step.kind) {
    case 'parallel':
    case 'group':
      return { ...step, key, cleanup, steps: step.steps.map(rename) };
    case 'journey':
      return { ...step, key, cleanup, steps: step.steps.map(rename), after: step.after.map(rename) };
    default:
      return { ...step, key, cleanup };
  }
}

/** `addItem[3]`: round 3 of `addItem`, counted from 0. */
export function roundKey(key: string, index: number): string {
  return `${key}[${index}]`;
}

/** A round itself, not a step in it. */
export function isRound(key: string): boolean {
  return key.endsWith(']');
}

/** The rounds that a step stands in, the outermost first: `a[1]/b[2]/c` → `a[1]`, `a[1]/b[2]`. */
export function roundsAround(key: string): string[] {
  return [...key.matchAll(/\]/g)].map(({ index }) => key.slice(0, index + 1));
}

/** The place in the plan of a durable step key: `users[2]/createUser` → `users/createUser`. */
export function placeOfKey(key: string): string {
  return key.replace(/\[\d+\]/g, '');
}

/**
 * Whether a step stands in the rounds that another one stands in, as far as the two have loops in common: a cleanup of
 * a round undoes that round alone, one outside a loop all its rounds.
 */
export function isInRoundsOf(other: string, key: string): boolean {
  const parts = key.split('/');
  for (const [index, part] of other.split('/').entries()) {
    const own = parts[index];
    if (own === undefined || placeOfKey(own) !== placeOfKey(part)) return true;
    if (part !== own && isRound(part)) return false;
  }
  return true;
}
