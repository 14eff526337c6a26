import type { VariableDeclaration } from '../artifact/types.ts';
import type { Draws } from '../query/expression.ts';
import type { Value, ValueMap } from '../query/value.ts';
import { placeOf } from './assertion.ts';
import { createScope, drawsOf, type RunContext } from './context.ts';
import { variablesKey } from './key.ts';
import { localOutcome } from './local-outcome.ts';
import type { Evidence } from './outcome.ts';
import { ownMember } from './own-member.ts';
import type { Finished, Work } from './ports.ts';
import { valueErrorOf } from './value-error.ts';

/**
 * Evaluates a run's variables in the order written, once, before its first step; what the command line, a
 * case or a preset gives wins over the declaration. They are recorded like a step's outputs.
 */
export async function evaluateVariables(context: RunContext, work: Work): Promise<Finished> {
  const draws = drawsOf(context, variablesKey, work.at);
  let outputs: ValueMap = {};
  for (const variable of context.artifact.variables) {
    try {
      const value = evaluateVariable({ ...context, variables: outputs }, variable, draws);
      outputs = Object.fromEntries([...Object.entries(outputs), [variable.name, value]]);
    } catch (error) {
      return withoutVariable(context, variable, work, error);
    }
  }
  const { outcome } = localOutcome(work.at, 'passed');
  const shown = context.masker.map(outputs);
  const passed = { outcome: { ...outcome, outputs: shown } };
  return shown === outputs ? passed : { ...passed, hidden: { outputs } };
}

/** What is given instead of the declaration is a value already, and no expression, whatever its text. */
function evaluateVariable(context: RunContext, { name, value }: VariableDeclaration, draws: Draws): Value {
  const given = ownMember(context.request.variables, name);
  if (given !== undefined) return given;
  return context.parsed.template(value).evaluate(createScope(context, draws));
}

function withoutVariable(
  { artifact, masker }: RunContext,
  variable: VariableDeclaration,
  { at }: Work,
  error: unknown,
): Finished {
  const place = placeOf(artifact, variable.at);
  const message = masker.text(valueErrorOf(error).message);
  const evidence: Evidence = { assertions: [], error: { reason: 'value', message, place }, durationMs: 0 };
  return { outcome: { state: 'failed', reason: 'value', sent: 'no', startedAt: at, at }, evidence };
}
