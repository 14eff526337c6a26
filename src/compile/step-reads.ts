import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import type { Reference } from '../query/expression.ts';
import { type Compiling, reportError } from './compiling.ts';
import { isGuarded } from './guards.ts';
import { chainOf, type PlanStep } from './plan.ts';
import type { Position } from './position.ts';
import { checkResponsePart, type Read, reportWhole } from './reference.ts';

/** Why a step cannot be read from here; undefined where it can. */
function refusal(reader: PlanStep | undefined, position: Position, target: PlanStep): string | undefined {
  if (reader === undefined) return 'variables are evaluated before the first step';
  if (target.cleanup !== undefined) {
    const earlier = reader.cleanup === target.cleanup && target.order < reader.order;
    return earlier ? undefined : `"${target.id}" is a step of a cleanup`;
  }
  if (reader.cleanup !== undefined) return undefined;
  if (target === reader) return `"${target.id}" is this step itself`;
  if (chainOf(target).includes(reader))
    return position.after === undefined ? `"${target.id}" runs inside this step` : undefined;
  const shared = chainOf(reader).find((around) => chainOf(target).includes(around));
  if (shared === target) return `"${target.id}" is still running here`;
  if (shared !== undefined) return `"${target.id}" runs at the same time`;
  return target.order > reader.order ? `"${target.id}" runs later` : undefined;
}

function checkReachable(compiling: Compiling, position: Position, target: PlanStep, span: Span): boolean {
  const message = refusal(position.step, position, target);
  if (message === undefined) return true;
  const later = message.endsWith('runs later') || message.endsWith('itself');
  const { defaults } = compiling;
  if (defaults !== undefined && span.start >= defaults.start && span.end <= defaults.end) {
    const fix = 'give that step its own, like auth: none';
    reportError(
      compiling,
      'forward-reference',
      span,
      `step "${position.step?.id}" uses this before "${target.id}" is done`,
      fix,
    );
    return false;
  }
  const own = message.endsWith('itself') ? 'write outputs.NAME, in its outputs and assertions' : undefined;
  const fix = own ?? (later ? `move "${target.id}" before this step` : undefined);
  reportError(compiling, later ? 'forward-reference' : 'out-of-scope', span, message, fix);
  return false;
}

function wholeSpan(reference: Reference): Span {
  return { start: reference.spans[0]?.start ?? 0, end: reference.spans.at(-1)?.end ?? 0 };
}

/** A step that may have been skipped has no outputs, so reading one needs a guard. Cleanup needs none. */
function checkGuard(compiling: Compiling, position: Position, read: Read, target: PlanStep): void {
  const inCleanup = position.step?.cleanup !== undefined;
  const readsPart = read.reference.path.length > 3;
  if (!readsPart || read.reference.guarded || inCleanup || isGuarded(compiling, position, target)) return;
  const message = `"${target.id}" may be skipped`;
  const fix = `add if: steps.${target.id}.state == "passed", or guard with has(…)`;
  reportError(compiling, 'unguarded-read', read.locate(wholeSpan(read.reference)), message, fix);
}

function checkOutput(compiling: Compiling, read: Read, target: PlanStep): boolean {
  const name = read.reference.path[3];
  const span = read.reference.spans[3];
  if (name === undefined || span === undefined) {
    for (const output of target.outputs) compiling.usage.outputs.add(`${target.id}.${output}`);
    return true;
  }
  if (target.outputs.includes(name)) {
    compiling.usage.outputs.add(`${target.id}.${name}`);
    return true;
  }
  const message = `step "${target.id}" has no output "${name}"`;
  reportError(
    compiling,
    'unknown-output',
    read.locate(span),
    message,
    didYouMean(name, target.outputs, 'it has no outputs'),
  );
  return false;
}

function noteRead(compiling: Compiling, reference: Reference, target: PlanStep): void {
  const part = reference.path.slice(3);
  const all = part.length > 0 ? [part] : [['status'], ['headers'], ['body']];
  const known = compiling.usage.reads.get(target.id) ?? [];
  compiling.usage.reads.set(target.id, [...known, ...all]);
}

/** `steps.ID.outputs.X`, `steps.ID.state`, `steps.ID.response.…` */
export function checkStepRead(compiling: Compiling, position: Position, read: Read): void {
  const [, id, part] = read.reference.path;
  const [, idSpan, partSpan] = read.reference.spans;
  if (id === undefined || idSpan === undefined) {
    reportWhole(compiling, read, 'steps.ID');
    return;
  }
  const target = compiling.plan.byId.get(id);
  if (target === undefined) {
    const known = [...compiling.plan.byId.keys()].filter((name) => name !== '');
    reportError(
      compiling,
      'unknown-step',
      read.locate(idSpan),
      `there is no step "${id}"`,
      didYouMean(id, known),
    );
    return;
  }
  if (!checkReachable(compiling, position, target, read.locate(idSpan))) return;
  const parts = ['outputs', 'state', 'response'];
  if (part === undefined || partSpan === undefined) return;
  if (!parts.includes(part)) {
    const fix = target.outputs.includes(part) ? `write steps.${id}.outputs.${part}` : didYouMean(part, parts);
    reportError(compiling, 'unknown-name', read.locate(partSpan), `a step has no "${part}"`, fix);
    return;
  }
  if (part === 'response') {
    checkResponsePart(compiling, read, 3);
    noteRead(compiling, read.reference, target);
  }
  if (part === 'outputs' && !checkOutput(compiling, read, target)) return;
  checkGuard(compiling, position, read, target);
}
