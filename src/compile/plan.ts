import type { MapNode, Node } from '../journey/node.ts';
import { memberOf } from '../journey/node.ts';

/** A step's place among the others, known before any of them is compiled, and even where its text is broken. */
export interface PlanStep {
  readonly id: string;
  readonly key: string;
  readonly node: MapNode;
  /** Position in the file, counted over all steps. */
  readonly order: number;
  /** The `parallel` that it stands in. */
  readonly parent?: PlanStep;
  /** The list of the cleanup that it stands in; absent in the main plan. */
  readonly cleanup?: Node;
  readonly hasIf: boolean;
  readonly outputs: readonly string[];
}

export interface Plan {
  readonly byId: ReadonlyMap<string, PlanStep>;
  readonly byNode: ReadonlyMap<MapNode, PlanStep>;
}

interface Where {
  readonly prefix: string;
  readonly parent?: PlanStep;
  readonly cleanup?: Node;
}

function outputNames(node: MapNode): string[] {
  const outputs = memberOf(node, 'outputs')?.value;
  return outputs?.kind === 'map' ? outputs.members.map(({ key }) => key.text) : [];
}

/** The step itself and those around it, innermost first. */
export function chainOf(step: PlanStep): PlanStep[] {
  return step.parent === undefined ? [step] : [step, ...chainOf(step.parent)];
}

/** Numbers every step of the document; the first of two with one id keeps it. */
export function createPlan(root: MapNode): Plan {
  const byId = new Map<string, PlanStep>();
  const byNode = new Map<MapNode, PlanStep>();

  const addStep = (node: MapNode, where: Where): void => {
    const id = memberOf(node, 'id')?.value;
    const name = id?.kind === 'text' ? id.text : '';
    const key = `${where.prefix}${name}`;
    const { prefix: _, ...place } = where;
    const hasIf = memberOf(node, 'if') !== undefined;
    const step: PlanStep = {
      id: name,
      key,
      node,
      order: byNode.size,
      hasIf,
      outputs: outputNames(node),
      ...place,
    };
    byNode.set(node, step);
    if (!byId.has(name)) byId.set(name, step);
    addSteps(memberOf(node, 'parallel')?.value, { ...where, prefix: `${key}/`, parent: step });
    const cleanup = memberOf(node, 'cleanup')?.value;
    if (cleanup !== undefined) addSteps(cleanup, { prefix: `${key}/`, cleanup: where.cleanup ?? cleanup });
  };
  const addSteps = (steps: Node | undefined, where: Where): void => {
    if (steps?.kind !== 'list') return;
    for (const node of steps.items) if (node.kind === 'map') addStep(node, where);
  };

  addSteps(memberOf(root, 'steps')?.value, { prefix: '' });
  const cleanup = memberOf(root, 'cleanup')?.value;
  if (cleanup !== undefined) addSteps(cleanup, { prefix: '', cleanup });
  return { byId, byNode };
}
