import type { RequestStep, Step, TimedStep } from '../artifact/types.ts';
import { type Progress, performAttempt } from './attempt.ts';
import { authorize } from './authorize.ts';
import { runCheck } from './check.ts';
import { type Branchwise, type RunContext, register, remember } from './context.ts';
import { jarOf } from './cookies.ts';
import { runExec } from './exec.ts';
import { runParallel } from './group.ts';
import { attemptKey, waitKey } from './key.ts';
import { learnRedacted } from './learn-redacted.ts';
import { runForEach, runRepeat } from './loop.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Outcome } from './outcome.ts';
import { ownMember } from './own-member.ts';
import { runPause } from './pause.ts';
import { runGroup } from './sequence.ts';
import { runSubJourney } from './sub-journey.ts';
import { runTimed } from './timeout.ts';
import { runManual, runWaitFor } from './wait-for.ts';

/** Runs one step to its outcome: what it gave is known to later steps, and its cleanup is registered. */
export async function runStep(engine: Engine, step: Step, branch: Branchwise): Promise<Outcome> {
  const outcome = await runLooped(engine, step, branch);
  remember(engine.context, step, outcome);
  return outcome;
}

function runLooped(engine: Engine, step: Step, branch: Branchwise): Promise<Outcome> {
  if (step.forEach !== undefined) return runForEach(engine, step, step.forEach, branch, runRound);
  if (step.repeat !== undefined) return runRepeat(engine, step, step.repeat, branch, runRound);
  return runOnce(engine, step, branch);
}

/** One round of a loop: the step itself, under the key of the round. */
export async function runRound(engine: Engine, step: Step, branch: Branchwise): Promise<Outcome> {
  const outcome = await runOnce(engine, step, branch);
  remember(engine.context, step, outcome);
  return outcome;
}

function runOnce(engine: Engine, step: Step, branch: Branchwise): Promise<Outcome> {
  switch (step.kind) {
    case 'request':
      return runRequest(engine, step, branch);
    case 'check':
      return runCheck(engine, step, branch);
    case 'waitFor':
      return runWaitFor(engine, step, branch);
    case 'manual':
      return runManual(engine, step, branch);
    case 'exec':
      return runExec(engine, step, branch);
    case 'parallel':
    case 'group':
    case 'journey':
    case 'wait':
      return runTimed(engine, step, branch, (inside) => runWhole(engine, step, inside));
  }
}

/** A step whose `timeout` bounds all that it does. */
function runWhole(engine: Engine, step: TimedStep, branch: Branchwise): Promise<Outcome> {
  switch (step.kind) {
    case 'parallel':
      return runParallel(engine, step, branch);
    case 'group':
      return runGroup(engine, step, branch, runStep);
    case 'journey':
      return runSubJourney(engine, step, branch, runStep);
    case 'wait':
      return runPause(engine, step, branch);
  }
}

/** Attempts of `retry` and looks of `poll` are durable steps of their own, with recorded waits between. */
async function runRequest(engine: Engine, step: RequestStep, branch: Branchwise): Promise<Outcome> {
  const { context, primitives } = engine;
  const mode = modeOf(step, branch);
  const numbered = mayRepeat(context, step);
  let progress: Progress = { attempt: 1, tries: 1, looks: 1, startedAt: undefined };
  for (;;) {
    const key = numbered ? attemptKey(step.key, progress.attempt) : step.key;
    const cookies = jarOf(branch.jars, step.actor);
    const { at, taken } = await authorize(engine, branch, key, { step, cookies, progress });
    if (at !== undefined && progress.startedAt === undefined) progress = { ...progress, startedAt: at };
    const now = progress;
    const outcome = await primitives.step(key, mode, (work) =>
      performAttempt({ context, step, cookies, taken, progress: now, work }),
    );
    learnRedacted(context, outcome);
    // A sending may have arrived, and was not refused (400–499).
    if (outcome.sent !== 'no' && outcome.rejected !== true) register(context, step);
    keepCookies(branch, step, outcome);
    if (outcome.again === undefined) return outcome;
    const waited = await primitives.wait(waitKey(key), mode, { kind: 'instant', until: outcome.again.at });
    if (waited.state === 'canceled') return { ...outcome, state: 'canceled' };
    progress = nextProgress(progress, outcome, outcome.again.kind);
  }
}

/** Whether other attempts or looks may follow; one alone is numbered too. */
function mayRepeat({ request: { environment } }: RunContext, { request, retry, poll }: RequestStep): boolean {
  if (retry !== undefined || poll !== undefined) return true;
  if (request.service === undefined) return false;
  return ownMember(environment.services, request.service)?.retry !== undefined;
}

function keepCookies(branch: Branchwise, { actor = '' }: RequestStep, { cookies }: Outcome): void {
  if (cookies !== undefined && actor !== 'none') branch.jars = { ...branch.jars, [actor]: cookies };
}

function nextProgress(before: Progress, outcome: Outcome, kind: 'retry' | 'poll'): Progress {
  return {
    attempt: before.attempt + 1,
    tries: kind === 'retry' ? before.tries + 1 : 1,
    looks: kind === 'poll' ? before.looks + 1 : before.looks,
    startedAt: before.startedAt ?? outcome.startedAt,
  };
}
