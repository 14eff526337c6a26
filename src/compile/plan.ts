import type { MapNode, Node, TextNode } from '../journey/node.ts';
import { memberOf } from '../journey/node.ts';

/** Names that expressions inside a loop know. */
export interface Loop {
  readonly names: readonly string[];
  /** What `repeat.NAME` reads. */
  readonly repeat?: readonly string[];
}

/** A step's place among the others, known before any of them is compiled, and even where its text is broken. */
export interface PlanStep {
  readonly id: string;
  readonly key: string;
  readonly node: MapNode;
  /** Position in the file, counted over all steps. */
  readonly order: number;
  /** The `parallel` or `steps` that it stands in. */
  readonly parent?: PlanStep;
  /** The step whose cleanup it stands in. */
  readonly owner?: PlanStep;
  /** The list of the cleanup that it stands in; absent in the main plan. */
  readonly cleanup?: Node;
  readonly hasIf: boolean;
  /** Its own steps run at the same time. */
  readonly isParallel: boolean;
  /** It sends a request, runs a command, or waits for a call or a decision. */
  readonly hasAnswer: boolean;
  /** Its answer is that of a command. */
  readonly isCommand: boolean;
  /** Its answer is what came in: a call, or a decision. */
  readonly isSignal: boolean;
  /** The callback that it waits for. */
  readonly callback?: TextNode;
  readonly loop?: Loop;
  readonly outputs: readonly string[];
  /** What gives it more outputs cannot be read: it may have any. */
  readonly isOpen: boolean;
}

export interface Plan {
  /** Steps that wait for a callback, by its name; the first of two. */
  readonly byCallback: ReadonlyMap<string, PlanStep>;
  readonly byId: ReadonlyMap<string, PlanStep>;
  readonly byNode: ReadonlyMap<MapNode, PlanStep>;
}

/**
 * Outputs that a step has from elsewhere: of its request template, or of the journey that it is; undefined where
 * that is not there.
 */
export type GivenOutputs = (step: MapNode) => readonly string[] | undefined;

type Where = Pick<PlanStep, 'parent' | 'owner' | 'cleanup'> & { readonly prefix: string };

/** Names of the members of a map under `name`. */
export function namesUnder(node: MapNode, name: string): readonly string[] {
  const value = memberOf(node, name)?.value;
  return value?.kind === 'map' ? value.members.map(({ key }) => key.text) : [];
}

/** The step itself and those it stands in, innermost first. */
export function chainOf(step: PlanStep): PlanStep[] {
  return step.parent === undefined ? [step] : [step, ...chainOf(step.parent)];
}

/** The same, and on through the steps whose cleanup it stands in. */
export function surroundings(step: PlanStep): PlanStep[] {
  const outer = step.parent ?? step.owner;
  return outer === undefined ? [step] : [step, ...surroundings(outer)];
}

/** The loops that a step stands in, innermost first. */
export function loopsAround(step: PlanStep, withoutOwn: boolean): readonly Loop[] {
  return surroundings(step)
    .slice(withoutOwn ? 1 : 0)
    .flatMap(({ loop }) => loop ?? []);
}

function loopOf(node: MapNode): { loop?: Loop } {
  const [forEach, repeat] = [memberOf(node, 'forEach')?.value, memberOf(node, 'repeat')?.value];
  if (forEach !== undefined) {
    const as = forEach.kind === 'map' ? memberOf(forEach, 'as')?.value : undefined;
    return { loop: { names: [as?.kind === 'text' ? as.text : 'item', 'index'] } };
  }
  if (repeat === undefined) return {};
  const names = repeat.kind === 'map' ? namesUnder(repeat, 'set') : [];
  return { loop: { names: ['index', 'repeat'], repeat: names } };
}

function callbackOf(node: MapNode): { callback?: TextNode } {
  const written = memberOf(node, 'waitFor')?.value;
  const name = written?.kind === 'map' ? memberOf(written, 'callback')?.value : written;
  return name?.kind === 'text' ? { callback: name } : {};
}

/** Numbers every step of the document; the first of two with one id keeps it. Keys begin with `prefix`. */
export function createPlan(root: MapNode, prefix: string, givenOutputs: GivenOutputs): Plan {
  const byId = new Map<string, PlanStep>();
  const byNode = new Map<MapNode, PlanStep>();
  const byCallback = new Map<string, PlanStep>();

  const addStep = (node: MapNode, where: Where): void => {
    const has = (name: string): boolean => memberOf(node, name) !== undefined;
    const id = memberOf(node, 'id')?.value;
    const name = id?.kind === 'text' ? id.text : '';
    const { prefix: before, ...place } = where;
    const given = givenOutputs(node);
    const step: PlanStep = {
      id: name,
      key: `${before}${name}`,
      node,
      order: byNode.size,
      hasIf: has('if'),
      isParallel: has('parallel'),
      hasAnswer: ['request', 'use', 'exec', 'waitFor', 'manual'].some(has),
      isCommand: has('exec'),
      isSignal: has('waitFor') || has('manual'),
      ...callbackOf(node),
      outputs: [...(given ?? []), ...namesUnder(node, 'set'), ...namesUnder(node, 'outputs')],
      isOpen: given === undefined,
      ...loopOf(node),
      ...place,
    };
    byNode.set(node, step);
    if (!byId.has(name)) byId.set(name, step);
    const callback = step.callback?.text;
    if (callback !== undefined && !byCallback.has(callback)) byCallback.set(callback, step);
    addInner(node, step, where);
  };

  const addInner = (node: MapNode, step: PlanStep, { cleanup: around }: Where): void => {
    const inside = {
      prefix: `${step.key}/`,
      parent: step,
      ...(around === undefined ? {} : { cleanup: around }),
    };
    addSteps(memberOf(node, 'parallel')?.value, inside);
    addSteps(memberOf(node, 'steps')?.value, inside);
    const cleanup = memberOf(node, 'cleanup')?.value;
    if (cleanup !== undefined) {
      addSteps(cleanup, { prefix: `${step.key}/`, owner: step, cleanup: around ?? cleanup });
    }
  };

  const addSteps = (steps: Node | undefined, where: Where): void => {
    if (steps?.kind !== 'list') return;
    for (const node of steps.items) if (node.kind === 'map') addStep(node, where);
  };

  addSteps(memberOf(root, 'steps')?.value, { prefix });
  const cleanup = memberOf(root, 'cleanup')?.value;
  if (cleanup !== undefined) addSteps(cleanup, { prefix, cleanup });
  return { byId, byNode, byCallback };
}
