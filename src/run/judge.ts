import type { Assertion } from '../artifact/judgement.ts';
import type { Condition, Repeat, Step } from '../artifact/types.ts';
import type { ValueMap } from '../query/value.ts';
import { evaluateAssertion, unreadAssertion } from './assertion.ts';
import type { RunContext } from './context.ts';
import type { Judged, Look } from './found.ts';
import type { AssertionResult, Reason } from './outcome.ts';
import { takeOutputs } from './output.ts';
import { type ValueError, valueErrorOf } from './value-error.ts';

/** What an answer, or a failed sending, came to. */
export interface Judgement {
  readonly state: 'passed' | 'failed';
  readonly reason?: Reason;
  readonly outputs: ValueMap;
  readonly assertions: readonly AssertionResult[];
  /** Values that could not be had; absent where there is none, or where what was asserted explains it. */
  readonly errors?: readonly [ValueError, ...ValueError[]];
  /** Polling: what is waited for is not there yet. */
  readonly notYet?: true;
  /** What the next round of a `repeat` reads; absent: the loop has ended. */
  readonly next?: ValueMap;
}

/**
 * Judges an answer: `until`, then outputs, then assertions. Outputs are taken even when the others fail; those of
 * a sub-journey from inside it.
 */
export function judgeAnswer(context: RunContext, step: Step, look: Look, lookInside = look): Judgement {
  // Before `until`, which may read them; they change nothing.
  const { values: outputs, missing } = takeOutputs(step.outputs, look, lookInside);
  const judged = look(outputs);
  const poll = step.kind === 'request' ? step.poll : undefined;
  if (poll?.until !== undefined && !holds(context, poll.until, judged)) {
    const { assertions } = evaluateAssertions(context, assertionsOf(poll.until), judged);
    return { state: 'failed', reason: 'unmet', outputs, assertions, notYet: true };
  }
  const { assertions, failed, unread } = evaluateAssertions(context, step.assertions, judged);
  const errors = errorsOf(failed, missing, unread);
  if (!failed && errors === undefined) {
    const passed = { state: 'passed', outputs, assertions } as const;
    return step.repeat === undefined ? passed : goOn(context, step.repeat, judged, passed);
  }
  const found = { outputs, assertions, ...(errors === undefined ? {} : { errors }) };
  if (poll !== undefined && poll.until === undefined) {
    return { ...found, state: 'failed', reason: 'unmet', notYet: true };
  }
  return { ...found, state: 'failed', reason: failed ? 'assertion' : 'value' };
}

/** Takes what `repeat.set` names; the loop ends when `until` holds, by default when nothing of it is there. */
function goOn(context: RunContext, repeat: Repeat, judged: Judged, passed: Judgement): Judgement {
  const set = repeat.set.map((output) => ({ ...output, optional: true }) as const);
  const { values, missing } = takeOutputs(set, () => judged);
  const errors = errorsOf(false, missing, undefined);
  if (errors !== undefined) return { ...passed, state: 'failed', reason: 'value', errors };
  const isOver =
    repeat.until === undefined
      ? Object.values(values).every((value) => value === null)
      : holds(context, repeat.until, judged);
  return isOver ? passed : { ...passed, next: values };
}

/** Targets that there are without an answer. */
const withoutAnswer: ReadonlySet<string> = new Set(['error', 'duration', 'attempts', 'value', 'output']);

/** A failed sending passes only where the step asserts it. Of its outputs those are taken that need no answer. */
export function judgeFailure(
  context: RunContext,
  step: Pick<Step, 'assertions' | 'outputs'>,
  look: Look,
): Judgement {
  const taken = step.outputs.filter(({ target }) => withoutAnswer.has(target.kind));
  const { values: outputs, missing } = takeOutputs(taken, look);
  const judged = look(outputs);
  const reason = judged.error === undefined ? {} : { reason: judged.error };
  const expects = (one: Assertion): boolean => one.target.kind === 'error';
  if (!step.assertions.some(expects)) return { state: 'failed', ...reason, outputs, assertions: [] };
  const { assertions, failed, unread } = evaluateAssertions(context, step.assertions, judged);
  const errors = errorsOf(failed, missing, unread);
  const found = { outputs, assertions, ...(errors === undefined ? {} : { errors }) };
  const asserted = step.assertions.some((one, at) => expects(one) && assertions[at]?.passed === true);
  if (!asserted) return { ...found, state: 'failed', ...reason };
  if (!failed && errors === undefined) return { ...found, state: 'passed' };
  return { ...found, state: 'failed', reason: failed ? 'assertion' : 'value' };
}

/**
 * Missing outputs, or else what assertions could not read, which stands with them. An answer that is not what was asserted
 * seldom has the outputs: that says nothing more.
 */
function errorsOf(
  failed: boolean,
  missing: readonly ValueError[],
  unread: ValueError | undefined,
): Judgement['errors'] {
  if (failed) return undefined;
  const [first = unread, ...more] = missing;
  return first === undefined ? undefined : [first, ...more];
}

interface Evaluated {
  /** One for each assertion. */
  readonly assertions: readonly AssertionResult[];
  /** One that counts does not hold. */
  readonly failed: boolean;
  /** Why the first that counts could not be judged. */
  readonly unread: ValueError | undefined;
}

/** All of them, so that a person sees every mismatch, whatever one of them could not read. */
function evaluateAssertions(
  { artifact }: RunContext,
  written: readonly Assertion[],
  judged: Judged,
): Evaluated {
  let failed = false;
  let unread: ValueError | undefined;
  const assertions = written.map((one) => {
    const counts = one.soft !== true;
    try {
      const result = evaluateAssertion(artifact, one, judged);
      failed ||= counts && !result.passed;
      return result;
    } catch (cause) {
      const error = valueErrorOf(cause);
      if (counts) unread ??= error;
      return unreadAssertion(artifact, one, error);
    }
  });
  return { assertions, failed, unread };
}

/** A condition as assertions, which tell what of it does not hold. */
function assertionsOf(condition: Condition): readonly Assertion[] {
  if (condition.kind === 'assertions') return condition.assertions;
  const { at, expression } = condition;
  const target = { kind: 'value', expression: `\${{ ${expression} }}` } as const;
  return [{ at, target, matcher: { equals: true } }];
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
