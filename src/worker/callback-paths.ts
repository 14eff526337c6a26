import type { Artifact, Step, WaitForStep } from '../artifact/types.ts';
import { callbackPath } from '../run/key.ts';
import { everyStep } from '../run/plan-order.ts';

/** Whether a run waits, or is going to wait, for a callback of this path, in whichever round of its loops. */
export type KnowsPath = (path: string) => boolean;

/** Undefined where the journey waits for no callback. */
export function pathsOf(artifact: Artifact): KnowsPath | undefined {
  const steps = everyStep(artifact);
  const waiting = steps.filter((step) => step.kind === 'waitFor');
  if (waiting.length === 0) return undefined;
  const loops = new Set(steps.filter(isLoop).map(({ key }) => key));
  const patterns = waiting.map((step) => patternOf(step, loops));
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function isLoop({ forEach, repeat }: Step): boolean {
  return forEach !== undefined || repeat !== undefined;
}

/** `orders/paid` inside the loop `orders` is `orders[2]/paid` in a round. */
function patternOf({ key, callback }: WaitForStep, loops: ReadonlySet<string>): RegExp {
  const names = callbackPath(key, callback).split('/');
  const parts = names.map((name, index) => {
    const isRound = loops.has(names.slice(0, index + 1).join('/')) && index < names.length - 1;
    return isRound ? `${name}\\[\\d+\\]` : name;
  });
  return new RegExp(`^${parts.join('/')}$`);
}
