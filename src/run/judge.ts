import type { Condition, RequestStep, Step } from '../artifact/types.ts';
import type { ValueMap } from '../query/value.ts';
import { evaluateAssertion } from './assertion.ts';
import type { RunContext } from './context.ts';
import type { AssertionResult, Reason } from './outcome.ts';
import { type Outputs, takeOutputs } from './output.ts';
import type { Judged } from './target.ts';
import { ValueError, valueErrorOf } from './value-error.ts';

/** What an answer, or a failed sending, came to. */
export interface Judgement {
  readonly state: 'passed' | 'failed';
  readonly reason?: Reason;
  readonly outputs: ValueMap;
  readonly assertions: readonly AssertionResult[];
  /** A value that could not be had. */
  readonly error?: ValueError;
  /** Polling: what is waited for is not there yet. */
  readonly notYet?: true;
}

/** Judges an answer: `until`, then outputs, then assertions. Outputs are taken even when assertions fail. */
export function judgeAnswer(
  context: RunContext,
  step: Step,
  judged: Judged,
  withOutputs: (outputs: ValueMap) => Judged,
): Judgement {
  try {
    const until = step.kind === 'request' ? step.poll?.until : undefined;
    const waited = until === undefined || holds(context, until, judged);
    const outputs = takeOutputs(step.outputs, judged);
    const assertions = step.assertions.map((one) =>
      evaluateAssertion(context.artifact, one, withOutputs(outputs.values)),
    );
    return conclude(step, outputs, assertions, waited);
  } catch (error) {
    return { state: 'failed', reason: 'value', outputs: {}, assertions: [], error: valueErrorOf(error) };
  }
}

function conclude(
  step: Step,
  outputs: Outputs,
  assertions: readonly AssertionResult[],
  waited: boolean,
): Judgement {
  const failed = assertions.some((one) => !one.passed && one.soft !== true);
  const found = { outputs: outputs.values, assertions };
  const polls = step.kind === 'request' && step.poll !== undefined;
  const open = polls && step.poll?.until === undefined && (failed || outputs.missing !== undefined);
  if (!waited || open) return { ...found, state: 'failed', reason: 'unmet', notYet: true };
  if (failed) return { ...found, state: 'failed', reason: 'assertion' };
  if (outputs.missing === undefined) return { ...found, state: 'passed' };
  const { at, message } = outputs.missing;
  return { ...found, state: 'failed', reason: 'value', error: new ValueError(message, at) };
}

/** A failed sending passes only where the step asserts it. */
export function judgeFailure(context: RunContext, step: RequestStep, judged: Judged): Judgement {
  const asserted = step.assertions.some((one) => one.target.kind === 'error');
  if (!asserted) return { state: 'failed', outputs: {}, assertions: [], ...reasonOf(judged) };
  try {
    const assertions = step.assertions.map((one) => evaluateAssertion(context.artifact, one, judged));
    const failed = assertions.some((one) => !one.passed && one.soft !== true);
    if (!failed) return { state: 'passed', outputs: {}, assertions };
    return { state: 'failed', outputs: {}, assertions, ...reasonOf(judged) };
  } catch (error) {
    return { state: 'failed', reason: 'value', outputs: {}, assertions: [], error: valueErrorOf(error) };
  }
}

function reasonOf(judged: Judged): { reason?: Reason } {
  return judged.error === undefined ? {} : { reason: judged.error };
}

/** Whether a condition holds; a value that is not there is *not yet*, no error. */
export function holds(context: RunContext, condition: Condition, judged: Judged): boolean {
  try {
    if (condition.kind === 'assertions') {
      return condition.assertions.every((one) => evaluateAssertion(context.artifact, one, judged).passed);
    }
    return context.parsed.expression(condition.expression).evaluate(judged.scope) === true;
  } catch (error) {
    valueErrorOf(error);
    return false;
  }
}
