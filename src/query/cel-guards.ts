import type { ASTNode } from '@marcbachmann/cel-js';
import { chainOf, fixedLinks, isHas, type Locals, rootOf } from './cel-tree.ts';

/**
 * The steps that certainly ran. `everything` where evaluation cannot get: whatever is said there is true.
 */
export type Steps = ReadonlySet<string> | 'everything';

/** What a condition says of steps, where it is true and where it is false. */
interface Facts {
  readonly whenTrue: Steps;
  readonly whenFalse: Steps;
}

export const noSteps: Steps = new Set();
const nothing: Facts = { whenTrue: noSteps, whenFalse: noSteps };

/** Both hold. */
export function bothOf(a: Steps, b: Steps): Steps {
  if (a === 'everything' || b === 'everything') return 'everything';
  return a.size === 0 ? b : new Set([...a, ...b]);
}

/** One of them holds, and nobody knows which. */
function eitherOf(a: Steps, b: Steps): Steps {
  if (a === 'everything') return b;
  return b === 'everything' ? a : new Set([...a].filter((step) => b.has(step)));
}

/** The names after `steps`, where the node reads something of a step. */
function stepPath(node: ASTNode, locals: Locals): readonly string[] {
  const chain = chainOf(node);
  if (rootOf(chain, locals) !== 'steps') return [];
  return fixedLinks(chain, true).map(({ name }) => name);
}

/** The step that ran if the part is there: one of its outputs, or its response. */
function stepWithPart(node: ASTNode, locals: Locals): string | undefined {
  const [step, part, name] = stepPath(node, locals);
  return part === 'response' || (part === 'outputs' && name !== undefined) ? step : undefined;
}

function ifTrue(step: string | undefined): Facts {
  return step === undefined ? nothing : { whenTrue: new Set([step]), whenFalse: noSteps };
}

function opposite({ whenTrue, whenFalse }: Facts): Facts {
  return { whenTrue: whenFalse, whenFalse: whenTrue };
}

/** `steps.X.state == "passed"`, and `!= "skipped"`. */
function stateFacts(left: ASTNode, right: ASTNode, locals: Locals): Facts {
  const [state, literal] = left.op === 'value' ? [right, left] : [left, right];
  const [step, part, more] = stepPath(state, locals);
  if (step === undefined || part !== 'state' || more !== undefined || literal.op !== 'value') return nothing;
  if (literal.args === 'passed') return ifTrue(step);
  return literal.args === 'skipped' ? opposite(ifTrue(step)) : nothing;
}

/** `"name" in steps.X.outputs` */
function memberFacts(key: ASTNode, container: ASTNode, locals: Locals): Facts {
  const [step, part, more] = stepPath(container, locals);
  return part === 'outputs' && more === undefined && key.op === 'value' ? ifTrue(step) : nothing;
}

function literalFacts(value: unknown): Facts {
  if (value === true) return { whenTrue: noSteps, whenFalse: 'everything' };
  return value === false ? { whenTrue: 'everything', whenFalse: noSteps } : nothing;
}

function choiceFacts(condition: Facts, yes: Facts, no: Facts): Facts {
  return {
    whenTrue: eitherOf(bothOf(condition.whenTrue, yes.whenTrue), bothOf(condition.whenFalse, no.whenTrue)),
    whenFalse: eitherOf(bothOf(condition.whenTrue, yes.whenFalse), bothOf(condition.whenFalse, no.whenFalse)),
  };
}

function andFacts(a: Facts, b: Facts): Facts {
  return { whenTrue: bothOf(a.whenTrue, b.whenTrue), whenFalse: eitherOf(a.whenFalse, b.whenFalse) };
}

const memory = new WeakMap<ASTNode, Facts>();

/** What a condition says of steps; `||` and `!` as logic has it. */
export function factsOf(node: ASTNode, locals: Locals): Facts {
  const known = memory.get(node);
  if (known !== undefined) return known;
  const found = findFacts(node, locals);
  memory.set(node, found);
  return found;
}

function findFacts(node: ASTNode, locals: Locals): Facts {
  switch (node.op) {
    case 'value':
      return literalFacts(node.args);
    case '!_':
      return opposite(factsOf(node.args, locals));
    case '&&':
      return andFacts(factsOf(node.args[0], locals), factsOf(node.args[1], locals));
    case '||':
      // De Morgan.
      return opposite(
        andFacts(opposite(factsOf(node.args[0], locals)), opposite(factsOf(node.args[1], locals))),
      );
    case '?:':
      return choiceFacts(
        factsOf(node.args[0], locals),
        factsOf(node.args[1], locals),
        factsOf(node.args[2], locals),
      );
    default:
      return findBasicFacts(node, locals);
  }
}

function findBasicFacts(node: ASTNode, locals: Locals): Facts {
  switch (node.op) {
    case '==':
      return stateFacts(node.args[0], node.args[1], locals);
    case '!=':
      return opposite(stateFacts(node.args[0], node.args[1], locals));
    case 'in':
      return memberFacts(node.args[0], node.args[1], locals);
    case 'call': {
      const [part] = node.args[1];
      return isHas(node) && part !== undefined ? ifTrue(stepWithPart(part, locals)) : nothing;
    }
    case 'rcall':
      return node.args[0] === 'hasValue' ? ifTrue(stepWithPart(node.args[1], locals)) : nothing;
    default:
      return nothing;
  }
}
