import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Journey } from '../journey/journey.ts';
import type { Entry } from '../journey/map-shapes.ts';
import type { ParsedStep } from '../journey/step.ts';
import { type Compiling, reportWarning } from './compiling.ts';

function warn(
  compiling: Compiling,
  used: (name: string) => boolean,
  entries: readonly Entry<unknown>[] | undefined,
  code: DiagnosticCode,
  what: string,
): void {
  for (const { key } of entries ?? []) {
    if (used(key.text)) continue;
    reportWarning(
      compiling,
      code,
      key.span,
      `nothing reads the ${what} "${key.text}"`,
      'use it, or take it out',
    );
  }
}

function withInner(steps: readonly ParsedStep[]): ParsedStep[] {
  return steps.flatMap((step) => [
    step,
    ...withInner(step.steps?.items ?? []),
    ...withInner(step.parallel?.items ?? []),
    ...withInner(step.cleanup?.items ?? []),
  ]);
}

/** Names that are declared and never read. */
export function warnUnused(compiling: Compiling, journey: Journey): void {
  const { usage } = compiling;
  warn(compiling, (name) => usage.inputs.has(name), journey.inputs?.entries, 'unused-input', 'input');
  warn(
    compiling,
    (name) => usage.variables.has(name),
    journey.variables?.entries,
    'unused-variable',
    'variable',
  );
  for (const [name, { callback }] of compiling.plan.byCallback) {
    if (usage.callbacks.has(name) || callback === undefined) continue;
    const message = `nobody is told to call "${name}" before it is waited for`;
    const fix = `send \${{ callbacks.${name} }} to whoever calls it`;
    reportWarning(compiling, 'unused-callback', callback.span, message, fix);
  }
  for (const step of withInner([...journey.steps.items, ...(journey.cleanup?.items ?? [])])) {
    const used = (name: string): boolean => usage.outputs.has(`${step.id.text}.${name}`);
    warn(compiling, used, step.set?.entries, 'unused-output', 'output');
    warn(compiling, used, step.outputs?.entries, 'unused-output', 'output');
  }
}
