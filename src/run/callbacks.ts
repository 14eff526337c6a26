import type { Artifact, Step } from '../artifact/types.ts';
import type { ValueMap } from '../query/value.ts';
import type { Frame } from './frame.ts';
import { callbackPath } from './key.ts';
import { ownSteps } from './plan-order.ts';

/** Paths of the callbacks that steps of a journey wait for, by their names; those of journeys inside it are not its own. */
export function callbacksOf(journey: Pick<Artifact, 'steps' | 'cleanup'>): Frame['callbacks'] {
  const waiting = ownSteps(journey).filter((step) => step.kind === 'waitFor');
  return Object.fromEntries(waiting.map(({ key, callback }) => [callback, callbackPath(key, callback)]));
}

/** In a round the callbacks of its own steps are its own. */
export function withCallbacksOf(frame: Frame, step: Step): Frame {
  return { ...frame, callbacks: { ...frame.callbacks, ...callbacksOf({ steps: [step], cleanup: [] }) } };
}

/** URLs by the names of callbacks: what `callbacks` is in expressions. */
export function callbackUrls({ callbacks, callbackUrl }: Frame): ValueMap {
  return Object.fromEntries(
    Object.entries(callbacks).map(([name, path]) => [name, urlOf(callbackUrl ?? '', path)]),
  );
}

/** A round of a loop has brackets in its key. */
function urlOf(base: string, path: string): string {
  return `${base}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
