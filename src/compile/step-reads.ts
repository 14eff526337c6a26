import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import type { Reference } from '../query/expression.ts';
import { type Compiling, reportError } from './compiling.ts';
import { isGuarded } from './guards.ts';
import { chainOf, type PlanStep, surroundings } from './plan.ts';
import type { Position } from './position.ts';
import { checkResponsePart, partsOf, type Read, reportWhole } from './reference.ts';

interface Refusal {
  readonly code: 'out-of-scope' | 'forward-reference';
  readonly message: string;
  readonly fix?: string;
}

function outOfScope(message: string, fix?: string): Refusal {
  return { code: 'out-of-scope', message, ...(fix === undefined ? {} : { fix }) };
}

/** Steps in a loop are many: nobody outside knows which is meant. */
function loopRefusal(reader: PlanStep | undefined, target: PlanStep): Refusal | undefined {
  const around = reader === undefined ? [] : surroundings(reader);
  const loop = surroundings(target)
    .slice(1)
    .find((outer) => outer.loop !== undefined && !around.includes(outer));
  if (loop === undefined) return undefined;
  return outOfScope(
    `"${target.id}" runs in every round of "${loop.id}"`,
    `give it as an output of "${loop.id}": a list, one element a round`,
  );
}

/** Of two steps of one list, or of lists in it: the reader comes after the other one. */
function orderRefusal(reader: PlanStep, position: Position, target: PlanStep): Refusal | undefined {
  if (target === reader) {
    const fix = 'write outputs.NAME, in its outputs and assertions';
    return { code: 'forward-reference', message: `"${target.id}" is this step itself`, fix };
  }
  if (chainOf(target).includes(reader))
    return position.after === undefined ? outOfScope(`"${target.id}" runs inside this step`) : undefined;
  const shared = chainOf(reader).find((around) => chainOf(target).includes(around));
  if (shared === target) return outOfScope(`"${target.id}" is still running here`);
  if (shared?.isParallel) return outOfScope(`"${target.id}" runs at the same time`);
  if (target.order < reader.order) return undefined;
  const fix = `move "${target.id}" before this step`;
  return { code: 'forward-reference', message: `"${target.id}" runs later`, fix };
}

/** Why a step cannot be read from here; undefined where it can. */
function refusal(position: Position, target: PlanStep): Refusal | undefined {
  const { step: reader, atEnd } = position;
  if (reader === undefined && !atEnd) return outOfScope('variables are evaluated before the first step');
  if (target.cleanup !== undefined && target.cleanup !== reader?.cleanup) {
    return outOfScope(`"${target.id}" is a step of a cleanup`);
  }
  const inLoop = loopRefusal(reader, target);
  if (inLoop !== undefined || reader === undefined) return inLoop;
  const isEarlier = reader.cleanup !== undefined && target.cleanup === undefined;
  return isEarlier ? undefined : orderRefusal(reader, position, target);
}

function checkReachable(compiling: Compiling, position: Position, target: PlanStep, span: Span): boolean {
  const refused = refusal(position, target);
  if (refused === undefined) return true;
  if (position.lentBy === undefined) {
    reportError(compiling, refused.code, span, refused.message, refused.fix);
    return false;
  }
  const message = `step "${position.step?.id}" uses this before "${target.id}" is done`;
  reportError(compiling, 'forward-reference', span, message, 'give that step its own, like auth: none');
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
  if (target.isOpen) return true;
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

/** A step sends one request, and only what it keeps of the answer can be read. */
function checkHasResponse(compiling: Compiling, position: Position, target: PlanStep, span: Span): boolean {
  const around = position.step === undefined ? [] : surroundings(position.step);
  if (!target.hasAnswer) {
    reportError(compiling, 'unknown-name', span, `"${target.id}" sends no request, so it has no response`);
    return false;
  }
  if (target.loop === undefined || around.includes(target)) return true;
  const message = `"${target.id}" has a response in every round`;
  const fix = 'take what is meant as an output: a list, one element a round';
  reportError(compiling, 'out-of-scope', span, message, fix);
  return false;
}

function noteRead(compiling: Compiling, reference: Reference, target: PlanStep): void {
  const part = reference.path.slice(3);
  const all = part.length > 0 ? [part] : partsOf(target).map((one) => [one]);
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
    if (!checkHasResponse(compiling, position, target, read.locate(partSpan))) return;
    checkResponsePart(compiling, read, 3, target);
    noteRead(compiling, read.reference, target);
  }
  if (part === 'outputs' && !checkOutput(compiling, read, target)) return;
  checkGuard(compiling, position, read, target);
}
