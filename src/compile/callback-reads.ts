import { type Compiling, reportError } from './compiling.ts';
import { chainOf, type PlanStep, surroundings } from './plan.ts';
import type { Position } from './position.ts';
import { checkName, type Read, reportWhole } from './reference.ts';

/** The loop that the waiting step stands in and the reader does not: nobody outside knows which round is meant. */
function loopBetween(reader: PlanStep, waiting: PlanStep): PlanStep | undefined {
  const around = surroundings(reader);
  return surroundings(waiting).find((outer) => outer.loop !== undefined && !around.includes(outer));
}

/** Whether the reader is done before the wait is, so that somebody can be told the URL in time. */
function isInTime(reader: PlanStep, waiting: PlanStep): boolean {
  if (reader.cleanup !== waiting.cleanup) return reader.cleanup === undefined;
  const shared = chainOf(reader).find((around) => chainOf(waiting).includes(around));
  return shared?.isParallel === true || reader.order <= waiting.order;
}

/** `callbacks.NAME`: the URL that is to be called. */
export function checkCallback(compiling: Compiling, position: Position, read: Read): void {
  const { path, spans } = read.reference;
  const [name, span] = [path[1], spans[1]];
  if (name === undefined || span === undefined) {
    reportWhole(compiling, read, 'callbacks.NAME');
    return;
  }
  const { byCallback } = compiling.plan;
  const rule = {
    code: 'unknown-callback',
    missing: (wanted: string) => `no step waits for a callback "${wanted}"`,
    known: [...byCallback.keys()],
    none: `add a step: waitFor: ${name}`,
  } as const;
  if (!checkName(compiling, read, 1, rule)) return;
  const [waiting, reader] = [byCallback.get(name), position.step];
  if (waiting === undefined) return;
  if (reader === undefined) {
    const message = 'the URL of a callback is known when the first step begins';
    reportError(compiling, 'out-of-scope', read.locate(span), message, 'read it in a step');
    return;
  }
  const loop = loopBetween(reader, waiting);
  if (loop !== undefined) {
    const message = `"${name}" is another callback in every round of "${loop.id}"`;
    const fix = `read it in a step inside "${loop.id}"`;
    reportError(compiling, 'out-of-scope', read.locate(span), message, fix);
    return;
  }
  if (isInTime(reader, waiting)) compiling.usage.callbacks.add(name);
}
