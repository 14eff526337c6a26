import type { Value, ValueMap } from '../query/value.ts';
import { placeOf } from './assertion.ts';
import { createScope, drawsOf, type RunContext } from './context.ts';
import type { Evidence, Hidden, Outcome } from './outcome.ts';
import type { Finished, Work } from './ports.ts';
import { blame, valueErrorOf } from './value-error.ts';

/**
 * Evaluates a run's variables in the order written, once, before its first step; what the command line, a
 * case or a preset gives wins over the declaration. They are recorded like a step's outputs.
 */
export async function evaluateVariables(context: RunContext, work: Work): Promise<Finished> {
  const draws = drawsOf(context, '~variables', work.at);
  const values: Record<string, Value> = {};
  const scope = createScope({ ...context, variables: values }, draws);
  const base: Outcome = { state: 'passed', sent: 'no', startedAt: work.at, at: work.at };
  try {
    for (const { name, value, at } of context.artifact.variables) {
      const given = context.request.variables[name] ?? value;
      values[name] = blame(at, () => context.parsed.template(given).evaluate(scope));
    }
  } catch (error) {
    const cause = valueErrorOf(error);
    const place = cause.at === undefined ? {} : { place: placeOf(context.artifact, cause.at) };
    const message = context.masker.text(cause.message);
    const evidence: Evidence = {
      assertions: [],
      error: { reason: 'value', message, ...place },
      durationMs: 0,
    };
    return { outcome: { ...base, state: 'failed', reason: 'value' }, evidence };
  }
  return { ...hide(context, base, values) };
}

function hide(context: RunContext, base: Outcome, outputs: ValueMap): Finished {
  const shown = context.masker.map(outputs);
  const hidden: Hidden | undefined = shown === outputs ? undefined : { outputs };
  const outcome = { ...base, outputs: shown };
  return hidden === undefined ? { outcome } : { outcome, hidden };
}
