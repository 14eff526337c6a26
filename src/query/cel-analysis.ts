import type { ASTNode } from '@marcbachmann/cel-js';
import type { Span } from '../diagnostics/source.ts';
import { bothOf, factsOf, noSteps, type Steps } from './cel-guards.ts';
import {
  argumentProblem,
  calculatedNameProblem,
  functionProblem,
  hasProblem,
  literalText,
  nameProblem,
  type Problem,
  variableProblem,
} from './cel-problems.ts';
import {
  type Chain,
  chainOf,
  fixedLinks,
  functionArguments,
  functionName,
  functionSpan,
  isHas,
  type Locals,
  type MethodNode,
  methodKind,
  rootOf,
  roots,
  spanOf,
  typeNames,
  variableOf,
} from './cel-tree.ts';
import { isIntegerDivision } from './cel-types.ts';

export interface Reference {
  /** The longest fixed path from a root name: `['steps', 'login', 'outputs', 'token']`. */
  readonly path: readonly string[];
  /** The place of each name. */
  readonly spans: readonly Span[];
  /**
   * The read cannot fail because of a missing part: inside `has(…)`, behind `.?`, on the right of `in`, or
   * under a condition that holds only where the step ran.
   */
  readonly guarded: boolean;
}

/** A file that is read: `file("data/order.json")`. */
export interface FileReference {
  /** As the expression writes it. */
  readonly path: string;
  readonly span: Span;
}

export interface Analysis {
  readonly problems: Problem[];
  readonly references: Reference[];
  readonly files: FileReference[];
  readonly integerDivisions: Span[];
}

interface Walk extends Analysis {
  readonly text: string;
  /** Names of the scope beside the roots. */
  readonly names: readonly string[];
}

/** What surrounds a node. */
interface Around {
  readonly locals: Locals;
  /** Steps that certainly ran where the node is evaluated. */
  readonly ran: Steps;
}

/** `has(…)` guards every part; `in` guards a record whose members it looks through. */
type Guard = 'has' | 'in' | undefined;

function report(walk: Walk, problem: Problem | undefined): void {
  if (problem !== undefined) walk.problems.push(problem);
}

/** How many names after the root are there in any case: a step's outputs are empty where it did not run. */
function certainNames(root: string, names: readonly string[]): number {
  if (root !== 'steps') return 0;
  return names[1] === 'outputs' ? 2 : 1;
}

function isGuarded(root: string, chain: Chain, { ran }: Around, guard: Guard): boolean {
  const links = fixedLinks(chain, true);
  const names = links.map(({ name }) => name);
  const certain = certainNames(root, names);
  const optionalAt = links.findIndex(({ optional }) => optional);
  if (guard === 'has' || (optionalAt !== -1 && (root !== 'steps' || optionalAt <= certain))) return true;
  if (guard === 'in' && names.length <= certain) return true;
  return root === 'steps' && (ran === 'everything' || ran.has(names[0] ?? ''));
}

function addReference(walk: Walk, root: string, chain: Chain, around: Around, guard: Guard): void {
  const links = fixedLinks(chain, true);
  const names = links.map(({ name }) => name);
  report(walk, calculatedNameProblem(root, chain, names));
  walk.references.push({
    path: [root, ...names],
    spans: [spanOf(chain.base), ...links.map(({ span }) => span)],
    guarded: isGuarded(root, chain, around, guard),
  });
}

function visitBase(walk: Walk, base: ASTNode, around: Around): void {
  if (base.op !== 'id') visit(walk, base, around);
  else if (!around.locals.includes(base.args) && !typeNames.has(base.args)) {
    report(walk, nameProblem(base.args, spanOf(base), [...around.locals, ...walk.names]));
  }
}

function visitChain(walk: Walk, node: ASTNode, around: Around, guard?: Guard): void {
  const chain = chainOf(node);
  const root = rootOf(chain, around.locals);
  const known = root !== undefined && (roots.has(root) || walk.names.includes(root));
  if (!known) visitBase(walk, chain.base, around);
  else addReference(walk, root, chain, around, guard);
  for (const { key } of chain.links) if (key !== undefined) visit(walk, key, around);
}

function addFile(walk: Walk, name: string, path: ASTNode | undefined): void {
  const text = literalText(path);
  if (name === 'file' && path !== undefined && text !== undefined) {
    walk.files.push({ path: text, span: spanOf(path) });
  }
}

function visitCall(walk: Walk, node: Extract<ASTNode, { op: 'call' }> | MethodNode, around: Around): void {
  const name = functionName(node, around.locals);
  const args = functionArguments(node, around.locals);
  report(walk, functionProblem(name, args.length, functionSpan(node, walk.text)));
  report(walk, argumentProblem(name, args));
  addFile(walk, name, args[0]);
  for (const arg of args) visit(walk, arg, around);
}

function visitPlainCall(walk: Walk, node: Extract<ASTNode, { op: 'call' }>, around: Around): void {
  const [part] = node.args[1];
  if (!isHas(node) || part === undefined) visitCall(walk, node, around);
  else if (chainOf(part).links.length === 0) report(walk, hasProblem(part));
  else visitChain(walk, part, around, 'has');
}

/** The last argument of `map(x, condition, result)` is evaluated where the condition holds. */
function visitBody(walk: Walk, node: MethodNode, variable: string, around: Around): void {
  const [name, , [, first, last]] = node.args;
  const inner = { ...around, locals: [...around.locals, variable] };
  if (first !== undefined) visit(walk, first, name === 'bind' ? around : inner);
  if (first === undefined || last === undefined) return;
  const holds = name === 'map' ? factsOf(first, inner.locals).whenTrue : noSteps;
  visit(walk, last, { ...inner, ran: bothOf(around.ran, holds) });
}

function visitMacro(walk: Walk, node: MethodNode, around: Around): void {
  const [name, receiver, args] = node.args;
  if (name !== 'bind') visit(walk, receiver, around);
  const variable = variableOf(args);
  if (variable === undefined) report(walk, variableProblem(name, spanOf(args[0] ?? node)));
  else visitBody(walk, node, variable, around);
}

function visitMethod(walk: Walk, node: MethodNode, around: Around): void {
  const kind = methodKind(node, around.locals);
  if (kind === 'bind' || kind === 'loop') visitMacro(walk, node, around);
  else if (kind === 'function') visitCall(walk, node, around);
  else for (const part of functionArguments(node, around.locals)) visit(walk, part, around);
}

/** Each side counts only where the other one does not decide. */
function visitLogic(walk: Walk, node: Extract<ASTNode, { op: '&&' | '||' }>, around: Around): void {
  const [left, right] = node.args;
  const side = node.op === '&&' ? 'whenTrue' : 'whenFalse';
  const beside = (other: ASTNode): Around => ({
    ...around,
    ran: bothOf(around.ran, factsOf(other, around.locals)[side]),
  });
  visit(walk, left, beside(right));
  visit(walk, right, beside(left));
}

function visitChoice(walk: Walk, node: Extract<ASTNode, { op: '?:' }>, around: Around): void {
  const [condition, yes, no] = node.args;
  const { whenTrue, whenFalse } = factsOf(condition, around.locals);
  visit(walk, condition, around);
  visit(walk, yes, { ...around, ran: bothOf(around.ran, whenTrue) });
  visit(walk, no, { ...around, ran: bothOf(around.ran, whenFalse) });
}

function visitBinary(
  walk: Walk,
  node: ASTNode,
  [left, right]: readonly [ASTNode, ASTNode],
  around: Around,
): void {
  if (isIntegerDivision(node, around.locals)) walk.integerDivisions.push(spanOf(node));
  visit(walk, left, around);
  if (node.op === 'in' && chainOf(right).base.op === 'id') visitChain(walk, right, around, 'in');
  else visit(walk, right, around);
}

function visitAll(walk: Walk, nodes: readonly ASTNode[], around: Around): void {
  for (const node of nodes) visit(walk, node, around);
}

function visit(walk: Walk, node: ASTNode, around: Around): void {
  switch (node.op) {
    case 'value':
      break;
    case 'id':
    case '.':
    case '.?':
    case '[]':
    case '[?]':
      visitChain(walk, node, around);
      break;
    case 'call':
      visitPlainCall(walk, node, around);
      break;
    case 'rcall':
      visitMethod(walk, node, around);
      break;
    case 'list':
      visitAll(walk, node.args, around);
      break;
    case 'map':
      visitAll(walk, node.args.flat(), around);
      break;
    case '!_':
    case '-_':
      visit(walk, node.args, around);
      break;
    case '&&':
    case '||':
      visitLogic(walk, node, around);
      break;
    case '?:':
      visitChoice(walk, node, around);
      break;
    default:
      visitBinary(walk, node, node.args, around);
  }
}

/** Finds what an expression reads and what is wrong with its names; `names` are known beside the roots. */
export function analyze(node: ASTNode, text: string, names: readonly string[]): Analysis {
  const walk: Walk = { text, names, problems: [], references: [], files: [], integerDivisions: [] };
  visit(walk, node, { locals: [], ran: noSteps });
  return walk;
}
