import type { Entries } from '../artifact/texts.ts';
import type { ForEach, Repeat } from '../artifact/types.ts';
import type { ParsedForEach, ParsedRepeat } from '../journey/loop.ts';
import { memberOf } from '../journey/node.ts';
import type { ParsedStep } from '../journey/step.ts';
import { reservedNames } from '../query/reserved-names.ts';
import { compileCondition } from './assertion.ts';
import { type Compiling, reportError } from './compiling.ts';
import { compileTemplate } from './expression.ts';
import { checkIdentifier } from './identifier.ts';
import { compileOutput } from './outputs.ts';
import type { PlanStep } from './plan.ts';
import type { Position } from './position.ts';

const usualName = 'item';
const usualRounds = 100;

/** What a loop begins with is known before the step's condition, which is judged in each round. */
function beforeLoop(step: PlanStep): Position {
  return { step, isCondition: true, beforeLoop: true };
}

function compileForEach(
  compiling: Compiling,
  step: PlanStep,
  { items, as, concurrency }: ParsedForEach,
): ForEach {
  const name = as?.text ?? usualName;
  if (as !== undefined) checkIdentifier(compiling, as, 'the element of a loop');
  if (as !== undefined && reservedNames.has(name)) {
    const message = `"${name}" means something else in expressions`;
    reportError(compiling, 'invalid-id', as.span, message, 'give the element another name');
  }
  return {
    items: compileTemplate(compiling, beforeLoop(step), items),
    as: name,
    concurrency: concurrency?.value ?? 1,
  };
}

function compileStart(compiling: Compiling, step: PlanStep, { set, start }: ParsedRepeat): Entries {
  const known = set?.entries.map(({ key }) => key.text) ?? [];
  return (start?.entries ?? []).map(({ key, value }) => {
    if (!known.includes(key.text)) {
      const message = `"set" gives no "${key.text}" that could start`;
      reportError(compiling, 'unknown-name', key.span, message, `known: ${known.join(', ') || 'none'}`);
    }
    return [key.text, compileTemplate(compiling, beforeLoop(step), value)] as const;
  });
}

function compileRepeat(compiling: Compiling, step: PlanStep, parsed: ParsedRepeat): Repeat {
  const position: Position = { step, after: { outputs: step.outputs, answer: step.hasAnswer } };
  const until = parsed.until && compileCondition(compiling, position, parsed.until, 'until');
  return {
    set: (parsed.set?.entries ?? []).map((entry) => compileOutput(compiling, position, entry)),
    start: compileStart(compiling, step, parsed),
    ...(until === undefined ? {} : { until }),
    max: parsed.max?.value ?? usualRounds,
  };
}

/** How often a step runs: once for each element, or again and again. */
export function compileLoop(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
): { readonly forEach?: ForEach; readonly repeat?: Repeat } {
  const { forEach, repeat } = parsed;
  if (forEach !== undefined && repeat !== undefined) {
    const span = memberOf(parsed.node, 'repeat')?.key.span ?? parsed.node.span;
    const fix = 'put the one step into the "steps" of the other';
    reportError(compiling, 'one-of', span, 'a step has forEach or repeat, not both', fix);
    return {};
  }
  return {
    ...(forEach === undefined ? {} : { forEach: compileForEach(compiling, step, forEach) }),
    ...(repeat === undefined ? {} : { repeat: compileRepeat(compiling, step, repeat) }),
  };
}
