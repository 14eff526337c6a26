import type { VariableDeclaration } from '../artifact/types.ts';
import type { Draws } from '../query/expression.ts';
import type { ValueMap } from '../query/value.ts';
import { createScope, type RunContext } from './context.ts';
import { ownMember } from './own-member.ts';
import { blame } from './value-error.ts';

/**
 * Evaluates a journey's variables in the order written, each of which may read those before it. What is `given`
 * instead of a declaration is a value already, and no expression, whatever its text; what is `redeclared` is evaluated
 * in its place. @throws ValueError
 */
export function evaluateVariables(
  context: RunContext,
  variables: readonly VariableDeclaration[],
  given: ValueMap,
  draws: Draws,
  redeclared: readonly VariableDeclaration[] = [],
): ValueMap {
  return variables.reduce<ValueMap>((known, declared) => {
    const { name, value, at } = redeclared.find((one) => one.name === declared.name) ?? declared;
    const own = { ...context, frame: { ...context.frame, variables: known } };
    const evaluated = blame(at, () => {
      const instead = ownMember(given, name);
      if (instead !== undefined) return instead;
      return context.parsed.template(value).evaluate(createScope(own, draws));
    });
    return Object.fromEntries([...Object.entries(known), [name, evaluated]]);
  }, {});
}
