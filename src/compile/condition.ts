import type { Step } from '../artifact/types.ts';
import { memberOf } from '../journey/node.ts';
import type { ParsedStep } from '../journey/step.ts';
import { type Compiling, reportError } from './compiling.ts';
import { compileExpression } from './expression.ts';
import type { PlanStep } from './plan.ts';

function reportNever(compiling: Compiling, parsed: ParsedStep, step: PlanStep): undefined {
  const span = memberOf(parsed.node, 'if')?.value.span ?? parsed.node.span;
  return reportError(
    compiling,
    'step-never-runs',
    span,
    `"${step.id}" never runs`,
    'take the step out, or change its condition',
  );
}

/** A step's `if`, and what it guards: the steps that certainly passed where it holds. */
export function compileStepCondition(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
): (Step['if'] & {}) | undefined {
  const written = parsed.if;
  if (written === undefined) return undefined;
  if (written.kind === 'boolean') {
    compiling.conditions.set(step, { text: String(written.value), guards: [] });
    return written.value ? undefined : reportNever(compiling, parsed, step);
  }
  const compiled = compileExpression(compiling, { step, isCondition: true }, written);
  if (compiled === undefined) return undefined;
  compiling.conditions.set(step, { text: compiled.expression, guards: compiled.parsed.guards });
  if (compiled.expression === 'false') return reportNever(compiling, parsed, step);
  return { expression: compiled.expression, at: compiled.at };
}
