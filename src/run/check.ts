import type { CheckStep, Step } from '../artifact/types.ts';
import { typeOf } from '../query/value.ts';
import type { Answer } from './answer.ts';
import { maskAssertion } from './assertion.ts';
import { type Branchwise, createScope, drawsOf, type RunContext } from './context.ts';
import type { Look } from './found.ts';
import { hideSecrets } from './hide.ts';
import { judgeAnswer } from './judge.ts';
import { explainValues, localOutcome, withoutValue } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Evidence, Instant, Outcome } from './outcome.ts';
import { takeReads } from './output.ts';
import type { Finished } from './ports.ts';
import { blame, ValueError } from './value-error.ts';

/** A step that judges values and sends nothing. */
export function runCheck(engine: Engine, step: CheckStep, branch: Branchwise): Promise<Outcome> {
  const { context, primitives } = engine;
  return primitives.step(step.key, modeOf(step, branch), async (work) => {
    const decided = decideCondition(context, step, work.at);
    if (decided.outcome.state !== 'passed') return decided;
    return takeNote(engine, step, work.at) ?? judgeLocally(context, step, work.at);
  });
}

/** Adds the step's remark to the record; the outcome where it has no value. */
function takeNote({ context, primitives }: Engine, step: CheckStep, now: Instant): Finished | undefined {
  const { key } = step;
  if (step.note === undefined) return undefined;
  try {
    const scope = createScope(context, drawsOf(context, `~note/${key}`, now));
    primitives.note(key, context.masker.text(context.parsed.text(step.note).render(scope)));
    return undefined;
  } catch (error) {
    return withoutValue(context, step, now, error);
  }
}

/** Whether a step runs, as an outcome: passed, skipped, or failed where its `if` has no value. */
export function decideCondition(context: RunContext, step: Step, now: Instant): Finished {
  try {
    return localOutcome(now, isWanted(context, step, now) ? 'passed' : 'skipped');
  } catch (error) {
    return withoutValue(context, step, now, error);
  }
}

export function isWanted(context: RunContext, step: Step, now: Instant): boolean {
  if (step.if === undefined) return true;
  const scope = createScope(context, drawsOf(context, `~before/${step.key}`, now));
  const { expression, at } = step.if;
  return blame(at, () => {
    const wanted = context.parsed.expression(expression).evaluate(scope);
    if (typeof wanted === 'boolean') return wanted;
    throw new ValueError(
      `"if" wants true or false, not ${wanted === undefined ? 'nothing' : typeOf(wanted)}`,
    );
  });
}

/** Where and what a step that sends nothing looks at. */
export interface LocalLook {
  /** Where its outputs are taken. */
  readonly inside?: RunContext;
  /** What came from outside. */
  readonly answer?: Answer;
  /** What of it is redacted. */
  readonly learned?: Pick<Outcome, 'redacted'>;
}

/** Outputs and assertions of a step that sends nothing. */
export function judgeLocally(
  context: RunContext,
  step: Step,
  now: Instant,
  { inside = context, answer, learned }: LocalLook = {},
): Finished {
  const seen = answer === undefined ? {} : { answer };
  const draws = drawsOf(context, `~after/${step.key}`, now);
  const lookFrom =
    (place: RunContext): Look =>
    (outputs = {}) => ({
      ...seen,
      attempts: 0,
      masker: context.masker,
      parsed: place.parsed,
      outputs,
      scope: createScope(place, draws, { ...seen, outputs }),
    });
  const judgement = judgeAnswer(context, step, lookFrom(context), lookFrom(inside));
  const { state, reason, outputs, errors } = judgement;
  if (errors !== undefined && step.inCleanup === true) return withoutValue(context, step, now, errors[0]);
  const reads = answer === undefined ? undefined : takeReads(step, answer);
  const outcome: Outcome = {
    state,
    ...(reason === undefined ? {} : { reason }),
    sent: 'no',
    startedAt: now,
    at: now,
    ...(Object.keys(outputs).length === 0 ? {} : { outputs }),
    ...(reads === undefined ? {} : { response: reads }),
    ...(judgement.next === undefined ? {} : { next: judgement.next }),
    ...learned,
  };
  const hidden = hideSecrets(context, step, outcome);
  const evidence: Evidence = {
    assertions: judgement.assertions.map((one) => maskAssertion(context.masker, one)),
    ...explainValues(context, step, errors),
    durationMs: 0,
  };
  return { ...hidden, evidence };
}
