import type { WaitStep } from '../artifact/types.ts';
import { parseInstant } from '../query/date-text.ts';
import { parseDuration } from '../query/duration.ts';
import type { Value } from '../query/value.ts';
import { isWanted, judgeLocally } from './check.ts';
import { type Branchwise, createScope, drawsOf, type RunContext } from './context.ts';
import { conditionKey, waitKey } from './key.ts';
import { localOutcome } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Instant, Outcome } from './outcome.ts';
import type { Finished } from './ports.ts';
import { prepare, takeValues } from './preparation.ts';
import { endOfTime } from './timeout.ts';
import { ValueError } from './value-error.ts';

/** A pause: until when is recorded before it begins. */
export async function runPause(engine: Engine, step: WaitStep, branch: Branchwise): Promise<Outcome> {
  const { context, primitives } = engine;
  const planned = await prepare(engine, step, branch, conditionKey(step.key), (now) =>
    planPause(context, step, now),
  );
  if (!planned.goesOn) return planned.outcome;
  const mode = modeOf(step, branch);
  const until = Number(planned.values.until);
  const waited = await primitives.wait(waitKey(step.key), mode, { kind: 'instant', until });
  return primitives.step(step.key, { ...mode, scopes: [] }, async (work) => {
    const late = endOfTime(engine, step, work.at);
    if (late !== undefined) return late;
    return waited.state === 'canceled'
      ? localOutcome(work.at, 'canceled')
      : judgeLocally(context, step, work.at);
  });
}

/** Whether, and until when. */
function planPause(context: RunContext, step: WaitStep, now: Instant): Finished {
  let wanted = true;
  const planned = takeValues(context, step, now, () => {
    wanted = isWanted(context, step, now);
    return wanted ? { until: endOf(context, step, now) } : {};
  });
  return wanted ? planned : localOutcome(now, 'skipped');
}

/** A duration from now, or an instant (RFC 3339). */
function endOf(context: RunContext, step: WaitStep, now: Instant): Instant {
  const scope = createScope(context, drawsOf(context, `~until/${step.key}`, now));
  const value: Value = context.parsed.template(step.until).evaluate(scope);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const ms = parseDuration(text);
  if (ms !== undefined) return now + ms;
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant === undefined) throw new ValueError(`wait takes a duration or a time, not ${text}`);
  return Number(instant.nanos / 1_000_000n);
}
