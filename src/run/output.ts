import type { Output } from '../artifact/judgement.ts';
import type { Step } from '../artifact/types.ts';
import { isMap, type Value, type ValueMap } from '../query/value.ts';
import type { Answer } from './answer.ts';
import type { Judged, Look } from './found.ts';
import { ownMember } from './own-member.ts';
import { resolveTarget } from './target.ts';
import { blame, ValueError, valueErrorOf } from './value-error.ts';

export interface Outputs {
  readonly values: ValueMap;
  /** Those that are not there and must be, as they stand. */
  readonly missing: readonly ValueError[];
}

/**
 * Takes a step's outputs, each of which may read those before it; absent ones are their default, left out
 * where optional, else missing. The others are taken all the same: cleanup may need them. `lookInside`: what those
 * of a sub-journey see.
 */
export function takeOutputs(outputs: readonly Output[], look: Look, lookInside = look): Outputs {
  if (outputs.length === 0) return nothing;
  const taken: [name: string, value: Value][] = [];
  const missing: ValueError[] = [];
  for (const output of outputs) {
    try {
      const from = output.beside === true ? look : lookInside;
      const value = takeOutput(output, from(Object.fromEntries(taken)));
      if (value !== undefined) taken.push([output.name, value]);
    } catch (error) {
      missing.push(valueErrorOf(error));
    }
  }
  return { values: Object.fromEntries(taken), missing };
}

const nothing: Outputs = { values: {}, missing: [] };

function takeOutput(output: Output, judged: Judged): Value | undefined {
  const { name, at, target, filters, default: fallback, optional, secret } = output;
  return blame(at, () => {
    const found = resolveTarget(target, judged, filters);
    if (found.there) {
      // Known at once: the assertions of this very step may look at it.
      if (secret === true) judged.masker?.add(found.value);
      return found.value;
    }
    // A default is for what is not there; nobody knows that of what cannot be read.
    if (found.unread === true) throw new ValueError(`output "${name}": ${found.note}`);
    if (fallback !== undefined) return judged.parsed.template(fallback).evaluate(judged.scope);
    if (optional === true) return undefined;
    throw new ValueError(`output "${name}": ${found.note}`);
  });
}

/** Those parts of an answer that later steps read by `steps.ID.response.…`, and nothing else of it. */
export function takeReads(step: Step, answer: Answer): ValueMap | undefined {
  if (step.reads.length === 0) return undefined;
  return step.reads.reduce<ValueMap>((taken, path) => withPart(taken, answer.view(), path), {});
}

/** `taken` with one more part of `from`, at the same place. */
function withPart(taken: ValueMap, from: ValueMap, path: readonly string[]): ValueMap {
  const [name, ...rest] = path;
  const value = name === undefined ? undefined : ownMember(from, name);
  if (name === undefined || value === undefined) return taken;
  const before = ownMember(taken, name);
  // A whole part that is read elsewhere holds this one already.
  if (before === value) return taken;
  const part =
    rest.length === 0 || !isMap(value) ? value : withPart(isMap(before) ? before : {}, value, rest);
  return Object.fromEntries([...Object.entries(taken), [name, part]]);
}
