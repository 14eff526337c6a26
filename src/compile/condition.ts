import type { Step } from '../artifact/types.ts';
import { memberOf, type TextNode } from '../journey/node.ts';
import type { ParsedStep } from '../journey/step.ts';
import { withArticle } from '../query/cel-value.ts';
import { typeOf, type Value } from '../query/value.ts';
import { type Compiling, reportError } from './compiling.ts';
import { constantOf } from './constant.ts';
import { declaredTypes } from './declared-types.ts';
import { type CompiledCondition, compileExpression } from './expression.ts';
import type { PlanStep } from './plan.ts';
import type { Position } from './position.ts';

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

const typeNames: Readonly<Record<ReturnType<typeof typeOf>, string>> = {
  null: 'null',
  boolean: 'true or false',
  string: 'a text',
  number: 'a number',
  array: 'a list',
  object: 'a map',
  bytes: 'bytes',
};

/** The declared type of the one input that an expression is. */
function declaredType({ inputTypes }: Compiling, { parsed }: CompiledCondition): string | undefined {
  const [only, second] = parsed.references;
  const [root, name = '', more] = only?.path ?? [];
  const whole = second === undefined && root === 'inputs' && more === undefined;
  return whole && parsed.text.trim() === `inputs.${name}` ? inputTypes.get(name) : undefined;
}

function wrongKind(
  compiling: Compiling,
  compiled: CompiledCondition,
  known: Value | undefined,
): string | undefined {
  if (known !== undefined) return typeof known === 'boolean' ? undefined : typeNames[typeOf(known)];
  const declared = declaredType(compiling, compiled);
  if (declared !== undefined) return declared === 'boolean' ? undefined : `an input of the type ${declared}`;
  const { types, faults } = compiled.parsed.checkTypes(declaredTypes(compiling));
  // What cannot be evaluated is told already; an optional may hold true or false.
  if (faults.length > 0 || types === undefined) return undefined;
  if (types.includes('bool') || types.includes('optional')) return undefined;
  const isNumber = types.every((type) => type === 'int' || type === 'double');
  return isNumber ? 'a number' : types.map(withArticle).join(' or ');
}

/** An expression that decides something; refused where it is known to give neither true nor false. */
export function compileDecision(
  compiling: Compiling,
  position: Position,
  node: TextNode,
  name: string,
): (CompiledCondition & { readonly known: Value | undefined }) | undefined {
  const compiled = compileExpression(compiling, position, node);
  if (compiled === undefined) return undefined;
  const known = constantOf(compiled.parsed);
  const wrong = wrongKind(compiling, compiled, known);
  if (wrong === undefined) return { ...compiled, known };
  const message = `"${name}" wants true or false, and this is ${wrong}`;
  return reportError(compiling, 'wrong-type', node.span, message, 'compare it with something');
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
  const compiled = compileDecision(compiling, { step, isCondition: true }, written, 'if');
  if (compiled === undefined) return undefined;
  compiling.conditions.set(step, { text: compiled.expression, guards: compiled.parsed.guards });
  if (compiled.known === false) return reportNever(compiling, parsed, step);
  return { expression: compiled.expression, at: compiled.at };
}
