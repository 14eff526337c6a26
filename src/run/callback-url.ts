import type { RunContext } from './context.ts';
import { callbacksKey } from './key.ts';
import type { Outcome } from './outcome.ts';
import { everyStep } from './plan-order.ts';
import type { Finished, Primitives } from './ports.ts';
import { takeValues } from './preparation.ts';
import { ValueError } from './value-error.ts';

/**
 * Where the callbacks of the run are heard, drawn once; undefined where nothing waits for one. Whoever knows the
 * last part of it can call: it is masked like a secret.
 */
export async function takeCallbackUrl(
  context: RunContext,
  primitives: Primitives,
): Promise<Outcome | undefined> {
  if (!everyStep(context.artifact).some(({ kind }) => kind === 'waitFor')) return undefined;
  const taken = await primitives.step(callbacksKey, { scopes: [] }, async (work): Promise<Finished> => {
    const { callbackUrl } = context.effects;
    hideToken(context, callbackUrl);
    return takeValues(context, nowhere, work.at, () => {
      if (callbackUrl === undefined) throw new ValueError('callbacks are not heard where this run is');
      return { url: callbackUrl };
    });
  });
  hideToken(context, taken.outputs?.url);
  return taken;
}

function hideToken({ masker }: RunContext, url: unknown): void {
  if (typeof url === 'string') masker.add(url.slice(url.lastIndexOf('/') + 1));
}

const nowhere = { at: [0, 1, 1, 1, 1] } as const;
