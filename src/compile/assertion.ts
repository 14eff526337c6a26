import type { Assertion } from '../artifact/judgement.ts';
import type { Condition } from '../artifact/types.ts';
import type { ParsedAssertion } from '../journey/assertion.ts';
import type { ParsedCondition } from '../journey/condition.ts';
import type { ParsedMatcher } from '../journey/matcher.ts';
import { parseJsonPath } from '../query/jsonpath.ts';
import { atOf, type Compiling, reportError, reportWarning } from './compiling.ts';
import { compileDecision } from './condition.ts';
import { compileText } from './expression.ts';
import { compileMatcher } from './matcher.ts';
import type { Position } from './position.ts';
import { compileTarget } from './target.ts';

/** `[a, b]` means one of them, which a query that gives a list never is. */
function warnListLiteral(compiling: Compiling, { target, matcher }: ParsedAssertion): void {
  const first = matcher.operators[0];
  const filtered = target.filters !== undefined;
  if (target.kind !== 'body' || matcher.form !== 'list' || first === undefined || filtered) return;
  const path = parseJsonPath(target.argument.text);
  if (!path.ok || path.path.singular) return;
  const message = 'a list here means "one of these", and the query gives a list';
  reportWarning(compiling, 'list-literal', first.key, message, 'to compare the two lists, write equals:');
}

/** `header: { content-type: json, filter: [count] }`: the filter was meant to stand beside `header`. */
function checkStrayFilter(compiling: Compiling, { target, matcher }: ParsedAssertion): void {
  if (!('argument' in target) || target.argument.kind !== 'text' || matcher.form !== 'list') return;
  if (target.argument.text !== 'filter') return;
  const fix = `write { ${target.kind}: NAME, filter: …, … }, with operators beside it`;
  reportError(compiling, 'assertion-target', target.span, '"filter" stands beside its target', fix);
}

export function compileAssertion(
  compiling: Compiling,
  position: Position,
  parsed: ParsedAssertion,
): Assertion {
  warnListLiteral(compiling, parsed);
  checkStrayFilter(compiling, parsed);
  const target = compileTarget(compiling, position, parsed.target);
  const { filters } = parsed.target;
  // A filter makes something else of the value.
  const judged = filters === undefined ? target.kind : 'other';
  const matcher = compileMatcher(compiling, position, parsed.matcher, judged);
  const message = parsed.message === undefined ? undefined : compileText(compiling, position, parsed.message);
  return {
    at: atOf(compiling, parsed.span),
    target,
    ...(filters === undefined ? {} : { filters }),
    matcher,
    ...(parsed.soft === undefined ? {} : { soft: parsed.soft }),
    ...(message === undefined ? {} : { message }),
  };
}

/** `until` and `when`: an expression, or a list of assertions that must all hold. */
export function compileCondition(
  compiling: Compiling,
  position: Position,
  condition: ParsedCondition,
  name: 'until' | 'when',
): Condition | undefined {
  if (condition.kind === 'expression') {
    const compiled = compileDecision(compiling, position, condition.text, name);
    return compiled && { kind: 'expression', expression: compiled.expression, at: compiled.at };
  }
  const assertions = condition.assertions.map((one) => compileAssertion(compiling, position, one));
  return { kind: 'assertions', assertions };
}

const withoutAnswer = ['error', 'duration', 'attempts', 'value'];

function assertsNoError(matcher: ParsedMatcher): boolean {
  return matcher.operators.some((operator) => operator.name === 'exists' && !operator.value);
}

export function expectsFailure(assertions: readonly ParsedAssertion[]): boolean {
  return assertions.some(({ target, matcher }) => target.kind === 'error' && !assertsNoError(matcher));
}

/** Where a step expects a failed send, nothing of an answer can be asserted, or must be given. */
export function checkFailedSend(
  compiling: Compiling,
  looks: readonly Pick<ParsedAssertion, 'target'>[],
): void {
  for (const { target } of looks) {
    if (withoutAnswer.includes(target.kind)) continue;
    const message = `"${target.kind}" needs an answer, and this step expects none`;
    const fix = `beside error, only ${withoutAnswer.slice(1).join(', ')}`;
    reportError(compiling, 'failed-send-assertion', target.span, message, fix);
  }
}
