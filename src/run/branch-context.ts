import type { Step } from '../artifact/types.ts';
import { isMap, type ValueMap } from '../query/value.ts';
import { withCallbacksOf } from './callbacks.ts';
import type { RunContext } from './context.ts';
import type { Frame, Registered } from './frame.ts';
import type { Shared } from './ports.ts';

/** A part of a run that sees steps and names of its own. */
export interface Entered {
  readonly context: RunContext;
  /** The cleanups that were registered meanwhile keep what the steps of this part gave. */
  readonly leave: () => void;
}

/** A round of a loop sees names of its own, and its steps are its own. */
export function enterRound(outer: RunContext, round: Step, locals: ValueMap): Entered {
  const frame = frameOfRound(outer.frame, round, locals);
  return enter(outer, frame, new Map(outer.steps), keepChanged);
}

function frameOfRound(frame: Frame, step: Step, locals: ValueMap): Frame {
  return { ...withCallbacksOf(frame, step), locals: { ...frame.locals, ...locals } };
}

/** A sub-journey sees its own steps and no others, as its cleanup will. */
export function enterJourney(outer: RunContext, frame: Frame, steps: RunContext['steps']): Entered {
  return enter(outer, frame, steps, keepApart);
}

/** Cleanup sees what the step saw that it undoes; what its round or branch knew goes before what is known at the end. */
export function enterAgain(outer: RunContext, { frame, steps, apart }: Registered): Entered {
  if (apart === true) return enter(outer, frame, stepsIn(steps), keepApart);
  return enter(outer, frame, new Map([...outer.steps, ...stepsIn(steps)]), keepChanged);
}

/** A branch begins with what it shares with the others, and changes only what is its own. */
export function createBranchContext(
  root: RunContext,
  step: Step,
  shared: Shared,
  locals: ValueMap,
): RunContext {
  return {
    ...root,
    frame: frameOfRound(shared.frame, step, locals),
    steps: stepsIn(shared.steps),
    registered: new Map(),
    failures: new Map(),
  };
}

/** What steps gave in a branch or round, by id. */
export function changedSteps({ steps }: Pick<RunContext, 'steps'>, before: ValueMap): ValueMap {
  return Object.fromEntries([...steps].filter(([id, view]) => before[id] !== view));
}

export function withSteps(registered: Registered, own: ValueMap): Registered {
  return registered.apart === true ? registered : { ...registered, steps: { ...own, ...registered.steps } };
}

type Keep = (inner: RunContext, outer: RunContext) => (registered: Registered) => Registered;

function enter(outer: RunContext, frame: Frame, steps: RunContext['steps'], keep: Keep): Entered {
  const context = { ...outer, frame, steps, registered: new Map<string, Registered>() };
  return {
    context,
    leave() {
      if (context.registered.size === 0) return;
      // Looks at what all steps gave: once.
      const kept = keep(context, outer);
      for (const [key, one] of context.registered) outer.registered.set(key, kept(one));
    },
  };
}

const keepChanged: Keep = (inner, outer) => {
  const changed = changedSteps(inner, Object.fromEntries(outer.steps));
  return (registered) => withSteps(registered, changed);
};

const keepApart: Keep = ({ steps }) => {
  const own = Object.fromEntries(steps);
  return (registered) => ({ ...withSteps(registered, own), apart: true });
};

function stepsIn(views: ValueMap): Map<string, ValueMap> {
  return new Map(Object.entries(views).filter((entry): entry is [string, ValueMap] => isMap(entry[1])));
}
