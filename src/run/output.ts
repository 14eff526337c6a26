import type { At, Output, Step } from '../artifact/types.ts';
import { isMap, type Value, type ValueMap } from '../query/value.ts';
import type { Answer } from './answer.ts';
import { type Judged, resolveTarget } from './target.ts';
import { blame } from './value-error.ts';

export interface Outputs {
  readonly values: ValueMap;
  /** The first one that is not there and must be. */
  readonly missing?: { readonly at: At; readonly message: string };
}

/** Takes a step's outputs; absent ones are their default, left out where optional, else missing. */
export function takeOutputs(outputs: readonly Output[], judged: Judged): Outputs {
  const values: Record<string, Value> = {};
  let missing: Outputs['missing'];
  for (const output of outputs) {
    const found = blame(output.at, () => resolveTarget(output.target, judged));
    if (found.there) values[output.name] = found.value;
    else if (output.default !== undefined) {
      const { default: fallback } = output;
      values[output.name] = blame(output.at, () => judged.parsed.template(fallback).evaluate(judged.scope));
    } else if (output.optional !== true) {
      missing ??= { at: output.at, message: `output "${output.name}": ${found.note}` };
    }
  }
  return missing === undefined ? { values } : { values, missing };
}

/** Those parts of an answer that later steps read by `steps.ID.response.…`, and nothing else of it. */
export function takeReads(step: Step, answer: Answer): ValueMap | undefined {
  if (step.reads.length === 0) return undefined;
  const taken: Record<string, Value> = {};
  for (const path of step.reads) copyPart(answer.view(), taken, path);
  return taken;
}

function copyPart(from: ValueMap, to: Record<string, Value>, path: readonly string[]): void {
  const [name, ...rest] = path;
  if (name === undefined || !Object.hasOwn(from, name)) return;
  const value = from[name];
  if (value === undefined) return;
  if (rest.length === 0 || !isMap(value)) {
    to[name] = value;
    return;
  }
  const before = to[name];
  // A whole part that is read elsewhere holds this one already.
  if (before === value) return;
  const inner: Record<string, Value> = isMap(before) ? { ...before } : {};
  copyPart(value, inner, rest);
  to[name] = inner;
}
