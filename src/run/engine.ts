import { indexSteps } from './branch.ts';
import { takeCallbackUrl } from './callback-url.ts';
import { callbacksOf } from './callbacks.ts';
import { runCleanup } from './cleanup.ts';
import { type Branchwise, drawsOf, isFailure, type RunContext } from './context.ts';
import type { StopReason } from './event.ts';
import type { Frame } from './frame.ts';
import { callbacksKey, variablesKey } from './key.ts';
import type { Engine } from './mode.ts';
import type { Instant, Outcome } from './outcome.ts';
import type { Finished, Primitives } from './ports.ts';
import { takeValues } from './preparation.ts';
import { runSequence } from './sequence.ts';
import { runStep } from './step.ts';
import { evaluateVariables } from './variables.ts';
import { decideVerdict, type Verdict } from './verdict.ts';

/**
 * Interprets a run's artifact over the durable primitives: variables, steps, cleanup, verdict.
 *
 * It performs nothing itself, and what comes next depends on recorded outcomes alone, so that running it
 * again with those outcomes is resuming. `stopped` tells the recorded stop of the whole run, if there is one.
 */
export async function runJourney(
  context: RunContext,
  primitives: Primitives,
  stopped: () => StopReason | undefined,
): Promise<Verdict> {
  const branch: Branchwise = { jars: {}, scopes: [''] };
  const { artifact, request } = context;
  const variables = await primitives.step(variablesKey, { scopes: branch.scopes }, async (work) =>
    takeVariables(context, work.at),
  );
  if (isFailure(variables)) context.failures.set(variablesKey, variables.reason);
  const callbacks = await takeCallbackUrl(context, primitives);
  if (callbacks !== undefined && isFailure(callbacks)) context.failures.set(callbacksKey, callbacks.reason);
  const frame = {
    ...context.frame,
    variables: variables.outputs ?? {},
    ...callbackFrame(context, callbacks),
  };
  const engine: Engine = { context: { ...context, frame }, primitives };
  if (variables.state === 'passed' && callbacks?.state !== 'failed')
    await runSequence(engine, artifact.steps, branch, runStep);
  if (request.noCleanup !== true) await runCleanup(engine, indexSteps(artifact), branch);
  return decideVerdict(context, stopped());
}

function callbackFrame(
  { artifact }: RunContext,
  taken: Outcome | undefined,
): Pick<Frame, 'callbacks' | 'callbackUrl'> {
  const url = taken?.outputs?.url;
  return { callbacks: callbacksOf(artifact), ...(typeof url === 'string' ? { callbackUrl: url } : {}) };
}

/** Once, before the first step; what the command line, a case or a preset gives wins over a declaration. */
function takeVariables(context: RunContext, now: Instant): Finished {
  const { artifact, request } = context;
  const draws = drawsOf(context, variablesKey, now);
  return takeValues(context, variablesStep, now, () =>
    evaluateVariables(context, artifact.variables, request.variables, draws, request.redeclared),
  );
}

/** Blamed is the variable that could not be had, never this. */
const variablesStep = { at: [0, 1, 1, 1, 1] } as const;
