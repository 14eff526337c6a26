import type { ASTNode } from '@marcbachmann/cel-js';
import {
  asCondition,
  type Compile,
  type Context,
  conditionOf,
  type Evaluate,
  type Frame,
  tryCondition,
} from './cel-frame.ts';
import { sortByKeys } from './cel-list-functions.ts';
import { type MethodNode, variableOf } from './cel-tree.ts';
import { CelList, CelMap, type CelValue, describeType, Optional } from './cel-value.ts';
import { type EvaluationError, Fault } from './evaluation.ts';

/** A body evaluated once for each value of a variable. */
interface Loop {
  readonly slot: number;
  readonly name: string;
  readonly body: Evaluate;
  /** The third argument of `map(x, condition, result)`. */
  readonly last: Evaluate | undefined;
}

function within<T>(frame: Frame, slot: number, value: CelValue, run: () => T): T {
  frame.locals[slot] = value;
  return run();
}

function elementsOf(value: CelValue, name: string): readonly CelValue[] {
  if (value instanceof CelList) return value.items;
  if (value instanceof CelMap) return value.keys();
  throw new Fault(`${name}() wants a list or a map, not ${describeType(value)}`);
}

/** `all` and `exists`: an error counts only where no other element decides. */
function decide(items: readonly CelValue[], loop: Loop, frame: Frame, decisive: boolean): boolean {
  let failure: EvaluationError | undefined;
  for (const item of items) {
    const truth = within(frame, loop.slot, item, () => tryCondition(loop.body, frame));
    if (truth === decisive) return decisive;
    if (typeof truth !== 'boolean') failure ??= truth;
  }
  if (failure !== undefined) throw failure;
  return !decisive;
}

function select(items: readonly CelValue[], loop: Loop, frame: Frame): readonly CelValue[] {
  return items.filter((item) =>
    within(frame, loop.slot, item, () => asCondition(loop.body(frame), `${loop.name}()`)),
  );
}

function transform(
  items: readonly CelValue[],
  slot: number,
  body: Evaluate,
  frame: Frame,
): readonly CelValue[] {
  return items.map((item) => within(frame, slot, item, () => body(frame)));
}

function mapItems(items: readonly CelValue[], loop: Loop, frame: Frame): CelList {
  const { slot, body, last } = loop;
  if (last === undefined) return new CelList(transform(items, slot, body, frame));
  const mapped: CelValue[] = [];
  for (const item of items) {
    within(frame, slot, item, () => {
      if (asCondition(body(frame), 'map()')) mapped.push(last(frame));
    });
  }
  return new CelList(mapped);
}

function overItems(value: CelValue, loop: Loop, frame: Frame): CelValue {
  const items = elementsOf(value, loop.name);
  switch (loop.name) {
    case 'all':
      return decide(items, loop, frame, false);
    case 'exists':
      return decide(items, loop, frame, true);
    case 'map':
      return mapItems(items, loop, frame);
    case 'filter':
      return new CelList(select(items, loop, frame));
    case 'sortBy':
      return new CelList(sortByKeys(items, transform(items, loop.slot, loop.body, frame)));
    default:
      return select(items, loop, frame).length === 1;
  }
}

function overOptional(value: CelValue, loop: Loop, frame: Frame): CelValue {
  if (!(value instanceof Optional)) throw new Fault(`${describeType(value)} has no ${loop.name}()`);
  const content = value.value;
  if (content === undefined) return value;
  const result = within(frame, loop.slot, content, () => loop.body(frame));
  return loop.name === 'optFlatMap' ? result : new Optional(result);
}

function compileBody(
  nodes: readonly ASTNode[],
  variable: string,
  context: Context,
  compile: Compile,
): Evaluate[] {
  const inner = { ...context, locals: [...context.locals, variable] };
  return nodes.map((node) => compile(node, inner));
}

/** `list.all(x, …)` and its kin. */
export function compileLoop(node: MethodNode, context: Context, compile: Compile): Evaluate {
  const [name, receiver, args] = node.args;
  const range = compile(receiver, context);
  const [body = range, last] = compileBody(args.slice(1), variableOf(args) ?? '', context, compile);
  const decides = name === 'all' || name === 'exists';
  const loop: Loop = {
    slot: context.locals.length,
    name,
    body: decides ? conditionOf(args[1] ?? node, body, `${name}()`) : body,
    last,
  };
  const over = name.startsWith('opt') ? overOptional : overItems;
  return (frame) => over(range(frame), loop, frame);
}

/** `cel.bind(name, value, body)` */
export function compileBind(node: MethodNode, context: Context, compile: Compile): Evaluate {
  const [, bound, inner] = node.args[2];
  if (bound === undefined || inner === undefined) throw new TypeError('cel.bind takes three arguments');
  const value = compile(bound, context);
  const [body = value] = compileBody([inner], variableOf(node.args[2]) ?? '', context, compile);
  const slot = context.locals.length;
  return (frame) => within(frame, slot, value(frame), () => body(frame));
}

/** `optional.or(other)` and `optional.orValue(other)`: what is not needed is not evaluated, nor drawn. */
export function compileFallback(node: MethodNode, context: Context, compile: Compile): Evaluate {
  const [name, receiver, args] = node.args;
  const optional = compile(receiver, context);
  const other = args[0] === undefined ? optional : compile(args[0], context);
  return (frame) => {
    const value = optional(frame);
    if (!(value instanceof Optional)) {
      throw new Fault(
        `${describeType(value)} has no ${name}()`,
        'only an optional has it: read with .?name or [?key]',
      );
    }
    if (value.value === undefined) return other(frame);
    return name === 'orValue' ? value.value : value;
  };
}
