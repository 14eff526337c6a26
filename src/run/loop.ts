import type { ForEach, Repeat, Step } from '../artifact/types.ts';
import { isList, isMap, type Value, type ValueMap } from '../query/value.ts';
import { enterRound } from './branch-context.ts';
import { type Branchwise, createScope, drawsOf, isFailure, type RunContext } from './context.ts';
import { joinResults, shareWith } from './group.ts';
import { instantiate, roundKey } from './instance.ts';
import { itemsKey } from './key.ts';
import { concludeLoop, type Round } from './loop-end.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Instant, Outcome } from './outcome.ts';
import { ownMember } from './own-member.ts';
import { prepare, takeValues } from './preparation.ts';
import type { RunStep } from './sequence.ts';
import { ValueError } from './value-error.ts';

/** Runs a step for each element of a list, in order or several at a time. */
export async function runForEach(
  engine: Engine,
  step: Step,
  loop: ForEach,
  branch: Branchwise,
  runRound: RunStep,
): Promise<Outcome> {
  const { context } = engine;
  const listed = await prepare(engine, step, branch, itemsKey(step.key), (now) =>
    takeValues(context, step, now, () => ({ items: itemsOf(evaluate(context, step, loop.items, now)) })),
  );
  if (!listed.goesOn) return listed.outcome;
  const { items } = listed.values;
  const rounds = (isList(items) ? items : []).map((item, index) => ({ [loop.as]: item, index }));
  const ended =
    loop.concurrency > 1
      ? await runTogether(engine, step, loop, branch, rounds)
      : await runInOrder(engine, step, branch, rounds, runRound);
  return concludeLoop(engine, step, branch, ended);
}

/** Runs a step again and again, each round with what the one before took from its answer. */
export async function runRepeat(
  engine: Engine,
  step: Step,
  loop: Repeat,
  branch: Branchwise,
  runRound: RunStep,
): Promise<Outcome> {
  const { context } = engine;
  const started = await prepare(engine, step, branch, itemsKey(step.key), (now) =>
    takeValues(context, step, now, () => startOf(context, step, loop, now)),
  );
  if (!started.goesOn) return started.outcome;
  const rounds: Round[] = [];
  let { values } = started;
  while (rounds.length < loop.max) {
    const index = rounds.length;
    const round = await runOne(engine, step, branch, { index, repeat: values }, runRound);
    rounds.push(round);
    if (round.next === undefined || ends(step, round)) return concludeLoop(engine, step, branch, rounds);
    values = named(loop, round.next);
  }
  const unmet = loop.until === undefined ? 'there is more' : '"until" does not hold';
  return concludeLoop(engine, step, branch, rounds, `${unmet} after ${loop.max} rounds`);
}

/** Names that a round adds. */
type Locals = ValueMap & { readonly index: number };

async function runInOrder(
  engine: Engine,
  step: Step,
  branch: Branchwise,
  locals: readonly Locals[],
  runRound: RunStep,
): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (const own of locals) {
    const round = await runOne(engine, step, branch, own, runRound);
    rounds.push(round);
    if (ends(step, round)) break;
  }
  return rounds;
}

async function runTogether(
  { context, primitives }: Engine,
  step: Step,
  loop: ForEach,
  branch: Branchwise,
  locals: readonly Locals[],
): Promise<readonly (Round | undefined)[]> {
  const branches = locals.map((own, index) => ({ key: roundKey(step.key, index), locals: own }));
  const how = { limit: loop.concurrency, failFast: step.continueOnFailure !== true };
  const shared = shareWith(context, branch);
  const rounds = await primitives.parallel(step.key, modeOf(step, branch), shared, branches, how);
  joinResults(context, branch, rounds);
  return rounds;
}

/** A round in order: it sees what its own steps give, and later rounds the cookies it leaves. */
async function runOne(
  engine: Engine,
  step: Step,
  branch: Branchwise,
  locals: Locals,
  runRound: RunStep,
): Promise<Round> {
  const round = instantiate(step, roundKey(step.key, locals.index));
  const { context, leave } = enterRound(engine.context, round, locals);
  const outcome = await runRound({ ...engine, context }, round, branch);
  leave();
  return { ...outcome, halts: isFailure(outcome) && step.continueOnFailure !== true };
}

/** No more rounds follow; in a cleanup all of them run. */
function ends({ inCleanup }: Step, { state, halts }: Round): boolean {
  return state === 'canceled' || (halts && inCleanup !== true);
}

function evaluate(context: RunContext, step: Step, written: Value, now: Instant): Value {
  const scope = createScope(context, drawsOf(context, itemsKey(step.key), now));
  return context.parsed.template(written).evaluate(scope);
}

/** A map is looped over through `item.key` and `item.value`. */
function itemsOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  if (isMap(value)) return Object.entries(value).map(([key, member]) => ({ key, value: member }));
  throw new ValueError('forEach takes a list or a map');
}

function startOf(context: RunContext, step: Step, loop: Repeat, now: Instant): ValueMap {
  const given = evaluate(context, step, Object.fromEntries(loop.start), now);
  return named(loop, isMap(given) ? given : {});
}

/** All that `set` names: null where it is not there. */
function named({ set }: Repeat, values: ValueMap): ValueMap {
  return Object.fromEntries(set.map(({ name }) => [name, ownMember(values, name) ?? null]));
}
