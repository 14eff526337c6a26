import type { ASTNode } from '@marcbachmann/cel-js';
import { asCondition, type Context, conditionOf, type Evaluate, located, tryCondition } from './cel-frame.ts';
import { functions } from './cel-functions.ts';
import { compileBind, compileFallback, compileLoop } from './cel-macros.ts';
import { compileChain, compileHas } from './cel-members.ts';
import { type Arithmetic, compare, compute, equal, isIn, keyFrom, negate } from './cel-operators.ts';
import { callFunction } from './cel-overload.ts';
import {
  functionArguments,
  functionName,
  isHas,
  type MethodNode,
  methodKind,
  typeNames,
} from './cel-tree.ts';
import { type CelKey, CelList, CelMap, CelType, type CelValue, describeType, Uint } from './cel-value.ts';
import { Fault } from './evaluation.ts';

type Of<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;

function literalOf(value: Of<'value'>['args']): CelValue {
  const isPlain = typeof value !== 'object' || value === null || value instanceof Uint8Array;
  return isPlain ? value : new Uint(value.value);
}

function compileName(node: Of<'id'>, context: Context): Evaluate {
  const slot = context.locals.lastIndexOf(node.args);
  if (slot !== -1) return ({ locals }) => locals[slot] ?? null;
  if (!typeNames.has(node.args)) return compileChain(node, context, compileNode);
  const type = new CelType(node.args);
  return () => type;
}

function compileFunction(node: Of<'call'> | MethodNode, context: Context): Evaluate {
  const name = functionName(node, context.locals);
  const overloads = functions.get(name) ?? [];
  const args = functionArguments(node, context.locals).map((arg) => compileNode(arg, context));
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    return callFunction(name, overloads, values, frame.scope);
  };
}

function compileCall(node: Of<'call'>, context: Context): Evaluate {
  const [arg] = node.args[1];
  return isHas(node) && arg !== undefined
    ? compileHas(arg, context, compileNode)
    : compileFunction(node, context);
}

function compileMethod(node: MethodNode, context: Context): Evaluate {
  switch (methodKind(node, context.locals)) {
    case 'bind':
      return compileBind(node, context, compileNode);
    case 'loop':
      return compileLoop(node, context, compileNode);
    case 'fallback':
      return compileFallback(node, context, compileNode);
    case 'function':
      return compileFunction(node, context);
  }
}

function compileList(node: Of<'list'>, context: Context): Evaluate {
  const items = node.args.map((item) => compileNode(item, context));
  return (frame) => new CelList(items.map((item) => item(frame)));
}

function compileMap(node: Of<'map'>, context: Context): Evaluate {
  const members = node.args.map(
    ([key, value]) => [compileNode(key, context), compileNode(value, context)] as const,
  );
  return (frame) => {
    const entries = new Map<CelKey, CelValue>();
    for (const [evaluateKey, evaluateValue] of members) {
      const given = evaluateKey(frame);
      const key = typeof given === 'number' ? undefined : keyFrom(given);
      if (key === undefined) throw new Fault(`${describeType(given)} cannot be a key of a map`);
      if (entries.has(key))
        throw new Fault(`the key ${JSON.stringify(String(key))} stands twice in this map`);
      entries.set(key, evaluateValue(frame));
    }
    return new CelMap(entries);
  };
}

function compileChoice(node: Of<'?:'>, context: Context): Evaluate {
  const [condition, yes, no] = node.args;
  const decide = compileNode(condition, context);
  const whenTrue = compileNode(yes, context);
  const whenFalse = compileNode(no, context);
  return (frame) =>
    asCondition(decide(frame), 'the condition before "?"') ? whenTrue(frame) : whenFalse(frame);
}

/** `&&` and `||` (CEL, "Logical Operators"): an error on one side counts only where the other does not decide. */
function compileLogic(node: Of<'&&'> | Of<'||'>, context: Context): Evaluate {
  const [left, right] = node.args;
  const tryLeft = conditionOf(left, compileNode(left, context), node.op);
  const tryRight = conditionOf(right, compileNode(right, context), node.op);
  const decisive = node.op === '||';
  return (frame) => {
    const first = tryCondition(tryLeft, frame);
    if (first === decisive) return decisive;
    const second = tryCondition(tryRight, frame);
    if (second === decisive) return decisive;
    if (typeof first !== 'boolean') throw first;
    if (typeof second !== 'boolean') throw second;
    return !decisive;
  };
}

function compileUnary(node: Of<'!_'> | Of<'-_'>, context: Context): Evaluate {
  const operand = compileNode(node.args, context);
  if (node.op === '!_') return (frame) => !asCondition(operand(frame), '"!"');
  return (frame) => negate(operand(frame));
}

type BinaryOperator = Arithmetic | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';

const operators: Readonly<Record<BinaryOperator, (a: CelValue, b: CelValue) => CelValue>> = {
  '+': (a, b) => compute('+', a, b),
  '-': (a, b) => compute('-', a, b),
  '*': (a, b) => compute('*', a, b),
  '/': (a, b) => compute('/', a, b),
  '%': (a, b) => compute('%', a, b),
  '==': equal,
  '!=': (a, b) => !equal(a, b),
  '<': (a, b) => compare(a, b) < 0,
  '<=': (a, b) => compare(a, b) <= 0,
  '>': (a, b) => compare(a, b) > 0,
  '>=': (a, b) => compare(a, b) >= 0,
  in: isIn,
};

function compileBinary(node: Of<BinaryOperator>, context: Context): Evaluate {
  const [left, right] = node.args;
  const first = compileNode(left, context);
  const second = compileNode(right, context);
  const operate = operators[node.op];
  return (frame) => {
    const a = first(frame);
    return operate(a, second(frame));
  };
}

function compileUnplaced(node: ASTNode, context: Context): Evaluate {
  switch (node.op) {
    case '.':
    case '.?':
    case '[]':
    case '[?]':
      return compileChain(node, context, compileNode);
    case 'call':
      return compileCall(node, context);
    case 'rcall':
      return compileMethod(node, context);
    case 'list':
      return compileList(node, context);
    case 'map':
      return compileMap(node, context);
    case '?:':
      return compileChoice(node, context);
    case '!_':
    case '-_':
      return compileUnary(node, context);
    case '&&':
    case '||':
      return compileLogic(node, context);
    case 'value':
    case 'id':
      return compileLeaf(node, context);
    default:
      return compileBinary(node, context);
  }
}

function compileLeaf(node: Of<'value'> | Of<'id'>, context: Context): Evaluate {
  if (node.op === 'id') return compileName(node, context);
  const literal = literalOf(node.args);
  return () => literal;
}

/** Turns a checked tree into a function; operands are evaluated left to right, and so are draws. */
export function compileNode(node: ASTNode, context: Context): Evaluate {
  return located(node, compileUnplaced(node, context));
}
