import type { RequestStep, Step } from '../artifact/types.ts';
import { type Progress, performAttempt } from './attempt.ts';
import { runCheck } from './check.ts';
import { type Branchwise, type RunContext, remember } from './context.ts';
import { runGroup } from './group.ts';
import { attemptKey, waitKey } from './key.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Outcome } from './outcome.ts';

/** Runs one step to its outcome: what it gave is known to later steps, and its cleanup is registered. */
export async function runStep(engine: Engine, step: Step, branch: Branchwise): Promise<Outcome> {
  const outcome = await runKind(engine, step, branch);
  remember(engine.context, step, outcome);
  return outcome;
}

function runKind(engine: Engine, step: Step, branch: Branchwise): Promise<Outcome> {
  switch (step.kind) {
    case 'request':
      return runRequest(engine, step, branch);
    case 'check':
      return runCheck(engine, step, branch);
    case 'parallel':
      return runGroup(engine, step, branch);
  }
}

/** Attempts of `retry` and looks of `poll` are durable steps of their own, with recorded waits between. */
async function runRequest(engine: Engine, step: RequestStep, branch: Branchwise): Promise<Outcome> {
  const { context, primitives } = engine;
  const mode = modeOf(step, branch);
  const numbered = step.retry !== undefined || step.poll !== undefined;
  let progress: Progress = { attempt: 1, tries: 1, looks: 1, startedAt: undefined };
  for (;;) {
    const key = numbered ? attemptKey(step.key, progress.attempt) : step.key;
    const now = progress;
    const outcome = await primitives.step(key, mode, (work) =>
      performAttempt({ context, step, cookies: branch.cookies, progress: now, work }),
    );
    register(context, step, outcome);
    branch.cookies = outcome.cookies ?? branch.cookies;
    if (outcome.again === undefined) return outcome;
    const waited = await primitives.wait(waitKey(key), mode, outcome.again.at);
    if (waited.state === 'canceled') return { ...outcome, state: 'canceled' };
    progress = nextProgress(progress, outcome, outcome.again.kind);
  }
}

function nextProgress(before: Progress, outcome: Outcome, kind: 'retry' | 'poll'): Progress {
  return {
    attempt: before.attempt + 1,
    tries: kind === 'retry' ? before.tries + 1 : 1,
    looks: kind === 'poll' ? before.looks + 1 : before.looks,
    startedAt: before.startedAt ?? outcome.startedAt,
  };
}

/** Something may have to be undone: a sending may have arrived, and was not refused (400–499). */
function register(context: RunContext, step: Step, outcome: Outcome): void {
  if (outcome.sent !== 'no' && outcome.rejected !== true) context.registered.add(step.key);
}
