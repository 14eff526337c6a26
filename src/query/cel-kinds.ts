import type { ASTNode } from '@marcbachmann/cel-js';
import { functions } from './cel-functions.ts';
import { takesCount } from './cel-overload.ts';
import { functionArguments, functionName, type Locals, type MethodNode, methodKind } from './cel-tree.ts';

/** What is known of a value before evaluation: untyped is what comes from outside. */
type Kind = 'int' | 'double' | 'untyped' | 'other';

function literalKind(value: unknown): Kind {
  if (typeof value === 'bigint') return 'int';
  return typeof value === 'number' ? 'double' : 'other';
}

function functionKind(node: MethodNode | Extract<ASTNode, { op: 'call' }>, locals: Locals): Kind {
  if (node.op === 'rcall' && methodKind(node, locals) !== 'function') return 'untyped';
  const count = functionArguments(node, locals).length;
  const overloads = functions.get(functionName(node, locals)) ?? [];
  const results = new Set(overloads.filter((one) => takesCount(one, count)).map(({ result }) => result));
  const [only] = results;
  if (results.size > 1 || only === 'dyn') return 'untyped';
  return only === 'int' || only === 'double' ? only : 'other';
}

function commonKind(a: Kind, b: Kind): Kind {
  if (a === 'double' || b === 'double') return 'double';
  if (a === 'untyped' || b === 'untyped') return 'untyped';
  return a === b ? a : 'other';
}

function kindOf(node: ASTNode, locals: Locals): Kind {
  switch (node.op) {
    case 'value':
      return literalKind(node.args);
    case 'id':
    case '.':
    case '[]':
      return 'untyped';
    case 'call':
    case 'rcall':
      return functionKind(node, locals);
    case '-_':
      return kindOf(node.args, locals);
    case '?:':
      return commonKind(kindOf(node.args[1], locals), kindOf(node.args[2], locals));
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return commonKind(kindOf(node.args[0], locals), kindOf(node.args[1], locals));
    default:
      return 'other';
  }
}

/** A value from outside divided by an integer: where JSON says 10 for 10.0, the fraction is dropped. */
export function isIntegerDivision(node: ASTNode, locals: Locals): boolean {
  if (node.op !== '/') return false;
  const [dividend, divisor] = node.args;
  return kindOf(dividend, locals) === 'untyped' && kindOf(divisor, locals) === 'int';
}
