import type { AwaitingStep, ManualStep, WaitForStep } from '../artifact/types.ts';
import { renderDuration } from '../query/duration.ts';
import type { ValueMap } from '../query/value.ts';
import { isWanted } from './check.ts';
import { type Branchwise, createScope, drawsOf, type RunContext } from './context.ts';
import { callbackPath, callbackSignal, decisionSignal, timeoutKey, waitKey } from './key.ts';
import { learnRedacted } from './learn-redacted.ts';
import { localOutcome } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Instant, Outcome } from './outcome.ts';
import type { Finished, Waited } from './ports.ts';
import { prepare, takeValues } from './preparation.ts';
import type { SignalSource } from './signal.ts';
import { concludeCall, concludeDecision } from './signal-answer.ts';
import { unmetEvidence } from './unmet.ts';

/** Waits until an outside system calls the step's callback, and judges what it sent. */
export function runWaitFor(engine: Engine, step: WaitForStep, branch: Branchwise): Promise<Outcome> {
  const path = callbackPath(step.key, step.callback);
  return runAwaited(engine, step, branch, {
    name: callbackSignal(path),
    plan: () => ({}),
    sourceOf: () => ({ kind: 'callback', name: step.callback }),
    late: `nobody called the callback "${step.callback}"`,
  });
}

/** Waits until a person approves or rejects. */
export function runManual(engine: Engine, step: ManualStep, branch: Branchwise): Promise<Outcome> {
  const { masker, parsed } = engine.context;
  return runAwaited(engine, step, branch, {
    name: decisionSignal(step.key),
    plan: (now) => {
      const scope = createScope(engine.context, drawsOf(engine.context, `~ask/${step.key}`, now));
      return { question: parsed.text(step.ask).render(scope) };
    },
    sourceOf: ({ question }) => ({ kind: 'person', question: masker.text(String(question)) }),
    late: 'nobody approved or rejected',
  });
}

/** What the two kinds of waiting for somebody differ in. */
interface Awaiting {
  /** Of the signal. */
  readonly name: string;
  /** Values that are evaluated before it begins, and recorded. */
  readonly plan: (now: Instant) => ValueMap;
  readonly sourceOf: (planned: ValueMap) => SignalSource;
  /** What to say where the bound is reached. */
  readonly late: string;
}

/** Until when is recorded before the wait begins, and counts anew in a retry; what came is judged in a step of its own. */
async function runAwaited(
  engine: Engine,
  step: AwaitingStep,
  branch: Branchwise,
  awaiting: Awaiting,
): Promise<Outcome> {
  const { context, primitives } = engine;
  const planned = await prepare(engine, step, branch, timeoutKey(step.key), (now) =>
    planWait(context, step, now, awaiting.plan),
  );
  if (!planned.goesOn) return planned.outcome;
  const { until } = planned.values;
  const mode = modeOf(step, branch);
  const waited = await primitives.wait(waitKey(step.key), mode, {
    kind: 'signal',
    name: awaiting.name,
    from: awaiting.sourceOf(planned.values),
    ...(typeof until === 'number' ? { until } : {}),
  });
  const outcome = await primitives.step(step.key, { ...mode, scopes: [] }, async (work) => {
    const finished = conclude(context, step, waited, work.at, awaiting.late);
    const { evidence, ...rest } = finished;
    const durationMs = waited.at - waited.startedAt;
    return evidence === undefined ? finished : { ...rest, evidence: { ...evidence, durationMs } };
  });
  learnRedacted(context, outcome);
  return outcome;
}

/** Whether it waits at all, until when, and what else is to be known before it begins. */
function planWait(context: RunContext, step: AwaitingStep, now: Instant, plan: Awaiting['plan']): Finished {
  const bound = step.timeoutMs === undefined ? {} : { until: now + step.timeoutMs };
  let wanted = true;
  const planned = takeValues(context, step, now, () => {
    wanted = isWanted(context, step, now);
    return wanted ? { ...plan(now), ...bound } : {};
  });
  return wanted ? planned : localOutcome(now, 'skipped');
}

function conclude(
  context: RunContext,
  step: AwaitingStep,
  { state, signal }: Waited,
  now: Instant,
  late: string,
): Finished {
  if (state === 'canceled') return localOutcome(now, 'canceled');
  if (signal === undefined) return unmet(context, step, now, late);
  return signal.kind === 'call'
    ? concludeCall(context, step, signal, now)
    : concludeDecision(context, step, signal, now);
}

function unmet(context: RunContext, step: AwaitingStep, now: Instant, late: string): Finished {
  const message = `${late} within ${renderDuration(step.timeoutMs ?? 0)}`;
  return {
    outcome: { state: 'failed', reason: 'unmet', sent: 'no', startedAt: now, at: now },
    evidence: unmetEvidence(context, step, message),
  };
}
