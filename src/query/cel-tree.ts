import type { ASTNode } from '@marcbachmann/cel-js';
import type { Span } from '../diagnostics/source.ts';
import { namespaces } from './cel-functions.ts';

/** The names of types, as values. */
export const typeNames: ReadonlySet<string> = new Set([
  ...['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type'],
  ...['timestamp', 'duration', 'optional_type'],
]);

/** The names that expressions start from everywhere. `shell` exists in environments alone. */
export const roots: ReadonlySet<string> = new Set([
  ...['inputs', 'variables', 'env', 'services', 'secrets', 'shell', 'steps'],
  ...['response', 'request', 'outputs', 'run', 'journey', 'case'],
]);

/** The variables that macros declare, innermost last. */
export type Locals = readonly string[];

type CallNode = Extract<ASTNode, { op: 'call' }>;
export type MethodNode = Extract<ASTNode, { op: 'rcall' }>;

/** One `.name`, `.?name`, `[key]` or `[?key]`. */
export interface Link {
  /** Undefined where the key is calculated, or no text. */
  readonly name: string | undefined;
  readonly key: ASTNode | undefined;
  readonly optional: boolean;
  /** Of the name or key. */
  readonly span: Span;
  /** Where the link ends. */
  readonly end: number;
}

/** `base.name[key]…`: what is read, and the way into it. */
export interface Chain {
  readonly base: ASTNode;
  readonly links: readonly Link[];
}

export function spanOf(node: Span): Span {
  return { start: node.start, end: node.end };
}

function linkOf(node: ASTNode): { link: Link; left: ASTNode } | undefined {
  if (node.op === '.' || node.op === '.?') {
    const [left, name] = node.args;
    // `pos` is the member's name; `start` is the whole chain's.
    const span = { start: node.pos, end: node.end };
    return { left, link: { name, key: undefined, optional: node.op === '.?', span, end: node.end } };
  }
  if (node.op !== '[]' && node.op !== '[?]') return undefined;
  const [left, key] = node.args;
  const name = key.op === 'value' && typeof key.args === 'string' ? key.args : undefined;
  return { left, link: { name, key, optional: node.op === '[?]', span: spanOf(key), end: node.end } };
}

export function chainOf(node: ASTNode): Chain {
  const links: Link[] = [];
  let base = node;
  for (let found = linkOf(base); found !== undefined; found = linkOf(base)) {
    links.unshift(found.link);
    base = found.left;
  }
  return { base, links };
}

/** The name of the scope that a chain starts from; undefined where it starts from something else. */
export function rootOf({ base }: Chain, locals: Locals): string | undefined {
  if (base.op !== 'id' || locals.includes(base.args)) return undefined;
  return typeNames.has(base.args) ? undefined : base.args;
}

/** The links with fixed names at a chain's start; with `optional` also those behind `.?`. */
export function fixedLinks(
  { links }: Chain,
  optional: boolean,
): readonly (Link & { readonly name: string })[] {
  const fixed: (Link & { readonly name: string })[] = [];
  for (const link of links) {
    if (link.name === undefined || (link.optional && !optional)) break;
    fixed.push({ ...link, name: link.name });
  }
  return fixed;
}

const macroCounts: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  existsOne: [2],
  map: [2, 3],
  filter: [2],
  sortBy: [2],
  optMap: [2],
  optFlatMap: [2],
};

function isNamed(node: ASTNode, name: string, locals: Locals): boolean {
  return node.op === 'id' && node.args === name && !locals.includes(name);
}

/** What a method call is: a macro with a variable, one that may skip its argument, or a function. */
export function methodKind(node: MethodNode, locals: Locals): 'bind' | 'loop' | 'fallback' | 'function' {
  const [name, receiver, args] = node.args;
  if (name === 'bind' && args.length === 3 && isNamed(receiver, 'cel', locals)) return 'bind';
  if (Object.hasOwn(macroCounts, name) && macroCounts[name]?.includes(args.length) === true) return 'loop';
  return (name === 'or' || name === 'orValue') && args.length === 1 ? 'fallback' : 'function';
}

/** `math` in `math.abs(1)`. */
export function namespaceOf(node: MethodNode, locals: Locals): string | undefined {
  const receiver = node.args[1];
  if (receiver.op !== 'id' || locals.includes(receiver.args)) return undefined;
  return namespaces.has(receiver.args) ? receiver.args : undefined;
}

/** The name under which a called function is known: `size`, `.charAt`, `math.abs`. */
export function functionName(node: CallNode | MethodNode, locals: Locals): string {
  if (node.op === 'call') return node.args[0];
  return `${namespaceOf(node, locals) ?? ''}.${node.args[0]}`;
}

/** The values that a function gets: of a method its receiver first. */
export function functionArguments(node: CallNode | MethodNode, locals: Locals): readonly ASTNode[] {
  if (node.op === 'call') return node.args[1];
  const [, receiver, args] = node.args;
  return namespaceOf(node, locals) === undefined ? [receiver, ...args] : args;
}

/** The place of a called function's name. */
export function functionSpan(node: CallNode | MethodNode, text: string): Span {
  const name = node.args[0];
  // A method's name follows its receiver, which may stand in parentheses.
  const start = node.op === 'call' ? node.start : text.indexOf(name, node.args[1].end);
  return { start, end: start + name.length };
}

/** The variable that a macro declares; undefined where something else stands in its place. */
export function variableOf(args: readonly ASTNode[]): string | undefined {
  return args[0]?.op === 'id' ? args[0].args : undefined;
}

export function isHas(node: ASTNode): node is CallNode {
  return node.op === 'call' && node.args[0] === 'has' && node.args[1].length === 1;
}
