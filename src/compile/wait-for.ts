import { placeOf } from '../diagnostics/source.ts';
import { memberOf, type TextNode } from '../journey/node.ts';
import type { ParsedStep } from '../journey/step.ts';
import { type Compiling, reportError } from './compiling.ts';
import { checkIdentifier } from './identifier.ts';
import type { PlanStep } from './plan.ts';

/** One call is delivered once, so two steps cannot wait for it. */
function checkOnlyOne(compiling: Compiling, step: PlanStep, name: TextNode): void {
  const first = compiling.plan.byCallback.get(name.text);
  if (first?.callback === undefined || first === step) return;
  const { line } = placeOf(compiling.source, first.callback.span);
  const message = `two steps wait for the callback "${name.text}"`;
  reportError(compiling, 'duplicate-id', name.span, message, `the first is on line ${line}`);
}

/** Rounds of the step itself would all wait for one callback, whose URL nothing in them could give away. */
function checkNoLoop(compiling: Compiling, parsed: ParsedStep): void {
  const loop = memberOf(parsed.node, 'forEach') ?? memberOf(parsed.node, 'repeat');
  if (loop === undefined) return;
  const fix = 'loop over a group: steps that send the URL and wait, which each round has for itself';
  reportError(compiling, 'out-of-scope', loop.key.span, 'every round would wait for the same callback', fix);
}

/** The name of the callback that a step waits for. */
export function compileWaitFor(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  name: TextNode,
): string {
  checkIdentifier(compiling, name, 'a callback');
  checkOnlyOne(compiling, step, name);
  checkNoLoop(compiling, parsed);
  return name.text;
}
