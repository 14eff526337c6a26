import type { ASTNode } from '@marcbachmann/cel-js';
import type { Span } from '../diagnostics/source.ts';
import { asCondition } from './cel-frame.ts';
import { functions } from './cel-functions.ts';
import { type Arithmetic, compare, compute, isIn, negate } from './cel-operators.ts';
import { describeCall, type Overload, parametersFit } from './cel-overload.ts';
import { sampleOf } from './cel-samples.ts';
import {
  chainOf,
  functionArguments,
  functionName,
  isHas,
  type Locals,
  type MethodNode,
  methodKind,
  rootOf,
  spanOf,
  variableOf,
} from './cel-tree.ts';
import { type CelValue, type TypeName, typeNameOf, withArticle } from './cel-value.ts';
import { Fault } from './evaluation.ts';

/** The types that a value may have; undefined: nothing is known of it. */
export type Types = readonly TypeName[] | undefined;

/** The types of what a path of names leads to. */
export type DeclaredTypes = (path: readonly string[]) => Types;

/** An operator or function that takes none of the types that its operands may have. */
export interface TypeFault {
  readonly message: string;
  readonly fix: string | undefined;
  readonly span: Span;
}

interface Walk {
  readonly declared: DeclaredTypes;
  readonly faults: TypeFault[];
  /** `==` and `!=` that always give the same. */
  readonly unequal: TypeFault[];
}

/** What an operation gives for every combination of types; a fault where it takes none of them. */
function tryAll(
  walk: Walk,
  node: ASTNode,
  operands: readonly Types[],
  operate: (...values: readonly CelValue[]) => CelValue,
): Types {
  let combinations: readonly (readonly CelValue[])[] = [[]];
  for (const types of operands) {
    if (types === undefined) return undefined;
    combinations = combinations.flatMap((before) => types.map((type) => [...before, sampleOf(type)]));
  }
  const results = new Set<TypeName>();
  let refused: Fault | undefined;
  for (const values of combinations) {
    try {
      results.add(typeNameOf(operate(...values)));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      refused ??= error;
    }
  }
  if (results.size > 0) return [...results];
  if (refused !== undefined) {
    walk.faults.push({ message: refused.message, fix: refused.fix, span: spanOf(node) });
  }
  return undefined;
}

function typesOfChain(walk: Walk, node: ASTNode, locals: Locals): Types {
  const chain = chainOf(node);
  const root = rootOf(chain, locals);
  if (root === undefined && chain.base.op !== 'id') typesOf(walk, chain.base, locals);
  for (const { key } of chain.links) if (key !== undefined) typesOf(walk, key, locals);
  const names = chain.links.map(({ name, optional }) => (optional ? undefined : name));
  if (root === undefined || names.includes(undefined)) return undefined;
  return walk.declared([root, ...names.map(String)]);
}

function typesOfFunction(
  walk: Walk,
  node: Extract<ASTNode, { op: 'call' }> | MethodNode,
  locals: Locals,
): Types {
  const name = functionName(node, locals);
  const args = functionArguments(node, locals).map((arg) => typesOf(walk, arg, locals));
  const overloads = functions.get(name) ?? [];
  const fitting = overloads.filter((one) => parametersFit(one, args));
  if (fitting.length === 0 && overloads.length > 0) {
    const { message, fix } = describeCall(name, overloads, args);
    walk.faults.push({ message, fix, span: spanOf(node) });
  }
  return resultsOf(fitting);
}

function resultsOf(overloads: readonly Overload[]): Types {
  const results = new Set<TypeName>();
  for (const { result } of overloads) {
    if (result === 'dyn') return undefined;
    results.add(result);
  }
  return results.size === 0 ? undefined : [...results];
}

/** Of a macro's variable nothing is known. */
function typesOfMethod(walk: Walk, node: MethodNode, locals: Locals): Types {
  const kind = methodKind(node, locals);
  if (kind === 'function') return typesOfFunction(walk, node, locals);
  const [, receiver, args] = node.args;
  if (kind !== 'bind') typesOf(walk, receiver, locals);
  const variable = kind === 'fallback' ? undefined : variableOf(args);
  const inner = variable === undefined ? locals : [...locals, variable];
  for (const arg of variable === undefined ? args : args.slice(1)) typesOf(walk, arg, inner);
  return undefined;
}

function typesOfCondition(walk: Walk, node: ASTNode, locals: Locals, of: string): void {
  tryAll(walk, node, [typesOf(walk, node, locals)], (value) => asCondition(value ?? null, of));
}

function typesOfChoice(walk: Walk, node: Extract<ASTNode, { op: '?:' }>, locals: Locals): Types {
  const [condition, yes, no] = node.args;
  typesOfCondition(walk, condition, locals, 'the condition before "?"');
  const [first, second] = [typesOf(walk, yes, locals), typesOf(walk, no, locals)];
  return first && second && [...new Set([...first, ...second])];
}

type Binary = Extract<
  ASTNode,
  { op: Arithmetic | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '&&' | '||' }
>;

function typesOfBinary(walk: Walk, node: Binary, locals: Locals): Types {
  const [left, right] = node.args;
  if (node.op === '&&' || node.op === '||') {
    for (const side of [left, right]) typesOfCondition(walk, side, locals, node.op);
    return ['bool'];
  }
  const operands = [typesOf(walk, left, locals), typesOf(walk, right, locals)];
  switch (node.op) {
    case '==':
    case '!=':
      findUnequal(walk, node, operands);
      return ['bool'];
    case 'in':
      tryAll(walk, node, [operands[1]], (container) => isIn(null, container ?? null));
      return ['bool'];
    case '<':
    case '<=':
    case '>':
    case '>=':
      tryAll(walk, node, operands, (a, b) => compare(a ?? null, b ?? null) < 0);
      return ['bool'];
    default: {
      const { op } = node;
      // Whatever it meets, a double calculates to one, or not at all.
      if (operands.includes(undefined)) return operands.some(isDouble) ? ['double'] : undefined;
      return tryAll(walk, node, operands, (a, b) => compute(op, a ?? null, b ?? null));
    }
  }
}

const numeric: readonly TypeName[] = ['int', 'uint', 'double'];

/** Values of types that are never equal. To ask whether something is null is no mistake. */
function findUnequal({ unequal }: Walk, node: Binary, [left, right]: readonly Types[]): void {
  if (left === undefined || right === undefined) return;
  if ([...left, ...right].some((type) => type === 'null' || type === 'optional')) return;
  const areLike = (type: TypeName, other: TypeName): boolean =>
    type === other || (numeric.includes(type) && numeric.includes(other));
  if (left.some((type) => right.some((other) => areLike(type, other)))) return;
  const message = `${sayTypes(left)} is never equal to ${sayTypes(right)}`;
  unequal.push({ message, fix: fixOfUnequal(node), span: spanOf(node) });
}

function sayTypes(types: readonly TypeName[]): string {
  const names = types.map((type) => (numeric.includes(type) ? 'a number' : withArticle(type)));
  return [...new Set(names)].join(' or ');
}

/** `write 200`, where that stands in quotes. */
function fixOfUnequal(node: Binary): string | undefined {
  const written = node.args.map((side) => (side.op === 'value' ? side.args : undefined));
  const number = written.find((value) => typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value));
  return typeof number === 'string' ? `write ${number}` : undefined;
}

function isDouble(types: Types): boolean {
  return types?.length === 1 && types[0] === 'double';
}

function typesOf(walk: Walk, node: ASTNode, locals: Locals): Types {
  switch (node.op) {
    case 'value':
      return typeof node.args === 'object' && node.args !== null ? undefined : [typeNameOf(node.args)];
    case 'id':
    case '.':
    case '.?':
    case '[]':
    case '[?]':
      return typesOfChain(walk, node, locals);
    case 'call':
      return isHas(node) ? ['bool'] : typesOfFunction(walk, node, locals);
    case 'rcall':
      return typesOfMethod(walk, node, locals);
    case 'list':
      for (const item of node.args) typesOf(walk, item, locals);
      return ['list'];
    case 'map':
      for (const part of node.args.flat()) typesOf(walk, part, locals);
      return ['map'];
    case '!_':
      typesOfCondition(walk, node.args, locals, '"!"');
      return ['bool'];
    case '-_':
      return tryAll(walk, node, [typesOf(walk, node.args, locals)], (value) => negate(value ?? null));
    case '?:':
      return typesOfChoice(walk, node, locals);
    default:
      return typesOfBinary(walk, node, locals);
  }
}

/** The types that an expression may give, what in it can never be evaluated, and never holds, by what is declared. */
export function checkTypes(
  node: ASTNode,
  declared: DeclaredTypes,
): { readonly types: Types; readonly faults: readonly TypeFault[]; readonly unequal: readonly TypeFault[] } {
  const walk: Walk = { declared, faults: [], unequal: [] };
  const types = typesOf(walk, node, []);
  return { types, faults: walk.faults, unequal: walk.unequal };
}

/** What may be no integer is divided by one: where JSON says 10 for 10.0, the fraction is dropped. */
export function isIntegerDivision(node: ASTNode, locals: Locals): boolean {
  if (node.op !== '/') return false;
  const walk: Walk = { declared: () => undefined, faults: [], unequal: [] };
  const [dividend, divisor] = node.args.map((operand) => typesOf(walk, operand, locals));
  const isInt = divisor?.length === 1 && divisor[0] === 'int';
  return isInt && (dividend === undefined || (dividend.length > 1 && dividend.includes('int')));
}
