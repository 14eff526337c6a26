import type { Assertion, Condition } from '../artifact/types.ts';
import type { ParsedAssertion } from '../journey/assertion.ts';
import type { ParsedCondition } from '../journey/condition.ts';
import type { ParsedMatcher } from '../journey/matcher.ts';
import { parseJsonPath } from '../query/jsonpath.ts';
import { atOf, type Compiling, reportError, reportWarning } from './compiling.ts';
import { compileExpression, compileText } from './expression.ts';
import { compileMatcher } from './matcher.ts';
import type { Position } from './position.ts';
import { compileTarget } from './target.ts';

/** `[a, b]` means one of them, which a query that gives a list never is. */
function warnListLiteral(compiling: Compiling, { target, matcher }: ParsedAssertion): void {
  const first = matcher.operators[0];
  if (target.kind !== 'body' || matcher.form !== 'list' || first === undefined) return;
  const path = parseJsonPath(target.argument.text);
  if (!path.ok || path.path.singular) return;
  const message = 'a list here means "one of these", and the query gives a list';
  reportWarning(compiling, 'list-literal', first.key, message, 'to compare the two lists, write equals:');
}

export function compileAssertion(
  compiling: Compiling,
  position: Position,
  parsed: ParsedAssertion,
): Assertion {
  warnListLiteral(compiling, parsed);
  const target = compileTarget(compiling, position, parsed.target);
  const matcher = compileMatcher(compiling, position, parsed.matcher, target.kind);
  const message = parsed.message === undefined ? undefined : compileText(compiling, position, parsed.message);
  return {
    at: atOf(compiling, parsed.span),
    target,
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
): Condition | undefined {
  if (condition.kind === 'expression') {
    const compiled = compileExpression(compiling, position, condition.text);
    return compiled && { kind: 'expression', expression: compiled.expression, at: compiled.at };
  }
  const assertions = condition.assertions.map((one) => compileAssertion(compiling, position, one));
  return { kind: 'assertions', assertions };
}

const withoutAnswer = ['error', 'duration', 'attempts', 'value'];

function assertsNoError(matcher: ParsedMatcher): boolean {
  return matcher.operators.some((operator) => operator.name === 'exists' && !operator.value);
}

/** Where a step expects a failed send, nothing of an answer can be asserted. */
export function checkFailedSend(compiling: Compiling, assertions: readonly ParsedAssertion[]): void {
  const expects = assertions.some(
    ({ target, matcher }) => target.kind === 'error' && !assertsNoError(matcher),
  );
  if (!expects) return;
  for (const { target } of assertions) {
    if (withoutAnswer.includes(target.kind)) continue;
    const message = `"${target.kind}" needs an answer, and this step expects none`;
    reportError(
      compiling,
      'failed-send-assertion',
      target.span,
      message,
      `beside error, only ${withoutAnswer.slice(1).join(', ')}`,
    );
  }
}
