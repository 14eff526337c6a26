import type { CheckStep, ParallelStep, RequestStep, Step } from '../artifact/types.ts';
import { isMap } from '../query/value.ts';
import { maskAssertion, placeOf } from './assertion.ts';
import { type Progress, performAttempt } from './attempt.ts';
import { type Branchwise, createScope, drawsOf, type RunContext, remember } from './context.ts';
import { joinCookies } from './cookies.ts';
import { hideSecrets } from './hide.ts';
import { judgeAnswer } from './judge.ts';
import { attemptKey, conditionKey, waitKey } from './key.ts';
import { localOutcome } from './local-outcome.ts';
import type { Evidence, Instant, Outcome } from './outcome.ts';
import type { BranchResult, Finished, Mode, Primitives } from './ports.ts';
import { valueErrorOf } from './value-error.ts';

/** How many branches of a `parallel` are on their way at once. */
const branchLimit = 64;

/** What running steps needs: the run, its durable primitives, and how to hear stops. */
export interface Engine {
  readonly context: RunContext;
  readonly primitives: Primitives;
}

export function modeOf(step: Step, branch: Branchwise): Mode {
  return step.inCleanup === true ? { cleanup: true, scopes: [] } : { scopes: branch.scopes };
}

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
      performAttempt(context, step, branch, now, work),
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

/** A step that judges values and sends nothing. */
function runCheck(engine: Engine, step: CheckStep, branch: Branchwise): Promise<Outcome> {
  return engine.primitives.step(step.key, modeOf(step, branch), async (work) => {
    try {
      if (!isWanted(engine.context, step, work.at)) return localOutcome(work.at, 'skipped');
    } catch (error) {
      return valueFailure(engine.context, step, work.at, error);
    }
    return judgeLocally(engine.context, step, work.at);
  });
}

/** Steps at the same time; what they gave is joined in the order of the plan. */
async function runGroup(engine: Engine, step: ParallelStep, branch: Branchwise): Promise<Outcome> {
  const { context, primitives } = engine;
  const mode = modeOf(step, branch);
  if (step.if !== undefined) {
    const wanted = await primitives.step(conditionKey(step.key), mode, async (work) =>
      decideGroup(context, step, work.at),
    );
    if (wanted.state !== 'passed') return primitives.step(step.key, mode, async () => ({ outcome: wanted }));
  }
  const shared = {
    steps: Object.fromEntries(context.steps),
    variables: context.variables,
    cookies: branch.cookies,
  };
  const branches = step.steps.map(({ key }) => ({ key }));
  const results = await primitives.parallel(step.key, mode, shared, branches, {
    limit: branchLimit,
    failFast: true,
  });
  const started = results.filter((result) => result !== undefined);
  for (const result of started) adopt(context, result);
  branch.cookies = joinCookies(
    branch.cookies,
    started.map((result) => result.cookies),
  );
  // Not stopped any more: the branches ended, and this only says how.
  return primitives.step(step.key, { ...mode, scopes: [] }, async (work) =>
    concludeGroup(context, step, work.at, results),
  );
}

function decideGroup(context: RunContext, step: Step, now: Instant): Finished {
  try {
    return localOutcome(now, isWanted(context, step, now) ? 'passed' : 'skipped');
  } catch (error) {
    return valueFailure(context, step, now, error);
  }
}

function adopt(context: RunContext, result: BranchResult): void {
  for (const [id, view] of Object.entries(result.steps)) if (isMap(view)) context.steps.set(id, view);
  for (const key of result.registered) context.registered.add(key);
  for (const [key, reason] of result.failures) context.failures.set(key, reason);
}

function concludeGroup(
  context: RunContext,
  step: Step,
  now: Instant,
  results: readonly (BranchResult | undefined)[],
): Finished {
  const halted = results.find((result) => result?.halts === true);
  if (halted !== undefined) {
    const reason = halted.reason === undefined ? {} : { reason: halted.reason };
    return { outcome: { state: 'failed', ...reason, sent: 'no', startedAt: now, at: now } };
  }
  const canceled = results.some((result) => result === undefined || result.state === 'canceled');
  return canceled ? localOutcome(now, 'canceled') : judgeLocally(context, step, now);
}

function isWanted(context: RunContext, step: Step, now: Instant): boolean {
  if (step.if === undefined) return true;
  const scope = createScope(context, drawsOf(context, `~before/${step.key}`, now));
  return context.parsed.expression(step.if.expression).evaluate(scope) === true;
}

function judgeLocally(context: RunContext, step: Step, now: Instant): Finished {
  const draws = drawsOf(context, `~after/${step.key}`, now);
  const judged = { attempts: 0, parsed: context.parsed, scope: createScope(context, draws) };
  const judgement = judgeAnswer(context, step, judged, (outputs) => ({
    ...judged,
    scope: createScope(context, draws, { outputs }),
  }));
  if (judgement.error !== undefined) return valueFailure(context, step, now, judgement.error);
  const { state, reason, outputs } = judgement;
  const outcome: Outcome = {
    state,
    ...(reason === undefined ? {} : { reason }),
    sent: 'no',
    startedAt: now,
    at: now,
    ...(Object.keys(outputs).length === 0 ? {} : { outputs }),
  };
  const assertions = judgement.assertions.map((one) => maskAssertion(context.masker, one));
  return { ...hideSecrets(context, step, outcome), evidence: { assertions, durationMs: 0 } };
}

function valueFailure(context: RunContext, step: Step, at: Instant, error: unknown): Finished {
  const cause = valueErrorOf(error);
  const place = placeOf(context.artifact, cause.at ?? step.at);
  const message = context.masker.text(cause.message);
  const evidence: Evidence = { assertions: [], error: { reason: 'value', message, place }, durationMs: 0 };
  return { outcome: { state: 'failed', reason: 'value', sent: 'no', startedAt: at, at }, evidence };
}
