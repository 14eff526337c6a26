import { misfit } from '../artifact/fitting.ts';
import type { InputDeclaration, JourneyStep, Step } from '../artifact/types.ts';
import type { Value, ValueMap } from '../query/value.ts';
import { enterJourney } from './branch-context.ts';
import { callbacksOf } from './callbacks.ts';
import {
  type Branchwise,
  createScope,
  drawsOf,
  pendingSteps,
  type RunContext,
  register,
  registerAround,
} from './context.ts';
import type { Frame } from './frame.ts';
import { inputsKey, subVariablesKey } from './key.ts';
import type { Engine } from './mode.ts';
import type { Instant, Outcome } from './outcome.ts';
import { ownMember } from './own-member.ts';
import { type Preparation, prepare, prepareCondition, takeValues } from './preparation.ts';
import { concludeSequence, type RunStep, runSequence } from './sequence.ts';
import { ValueError } from './value-error.ts';
import { evaluateVariables } from './variables.ts';

/** Another journey as a step: its steps see its inputs, its variables and its own steps, and nothing else. */
export async function runSubJourney(
  engine: Engine,
  step: JourneyStep,
  branch: Branchwise,
  runStep: RunStep,
): Promise<Outcome> {
  const wanted = await prepareCondition(engine, step, branch);
  if (!wanted.goesOn) return wanted.outcome;
  const given = await prepare(engine, step, branch, inputsKey(step.key), (now) =>
    takeValues(engine.context, step, now, () => takeInputs(engine.context, step, now)),
  );
  if (!given.goesOn) return given.outcome;
  const own = { steps: step.steps, cleanup: step.after };
  const frame: Frame = {
    ...engine.context.frame,
    journey: step.journey,
    inputs: given.values,
    variables: {},
    locals: {},
    callbacks: callbacksOf(own),
  };
  const variables = await prepareVariables(engine, step, branch, frame);
  if (!variables.goesOn) return variables.outcome;
  const { context, leave } = enterJourney(
    engine.context,
    { ...frame, variables: variables.values },
    pendingSteps(own),
  );
  if (step.after.length > 0) register(context, step, 'after');
  const halted = await runSequence({ ...engine, context }, step.steps, branch, runStep);
  leave();
  registerAround(engine.context, step);
  return concludeSequence(engine, step, branch, halted, context);
}

function prepareVariables(
  engine: Engine,
  step: JourneyStep,
  branch: Branchwise,
  frame: RunContext['frame'],
): Promise<Preparation> {
  const key = subVariablesKey(step.key);
  const inside = { ...engine.context, frame };
  return prepare(engine, step, branch, key, (now) =>
    takeValues(inside, step, now, () =>
      evaluateVariables(inside, step.variables, {}, drawsOf(inside, key, now)),
    ),
  );
}

/** Inputs in the frame of the caller, against their declaration. */
function takeInputs(context: RunContext, step: JourneyStep, now: Instant): ValueMap {
  const scope = createScope(context, drawsOf(context, inputsKey(step.key), now));
  const written = Object.fromEntries(
    step.inputs.map(([name, value]) => [name, context.parsed.template(value).evaluate(scope)]),
  );
  return Object.fromEntries(step.declared.flatMap((one) => inputOf(one, written, step)));
}

function inputOf(
  declared: InputDeclaration,
  written: ValueMap,
  { at }: Pick<Step, 'at'>,
): readonly (readonly [string, Value])[] {
  const given = ownMember(written, declared.name);
  const value = given === undefined ? declared.default : given;
  if (value === undefined) return [];
  const problem = misfit(value, declared);
  if (problem !== undefined) throw new ValueError(`input "${declared.name}" ${problem}`, at);
  return [[declared.name, value]];
}
