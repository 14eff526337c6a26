import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import type { Compile, Context, Evaluate, Frame } from './cel-frame.ts';
import { lookUp } from './cel-operators.ts';
import { type Chain, chainOf, fixedLinks, type Link, rootOf } from './cel-tree.ts';
import { CelList, CelMap, type CelValue, describeType, Optional, toCel } from './cel-value.ts';
import { EvaluationError, type Scope } from './evaluation.ts';
import { isMap, type Value } from './value.ts';

const shownNames = 12;

function quote(key: CelValue): string {
  return typeof key === 'string' ? JSON.stringify(key) : String(key);
}

function describeMissing(where: string, container: CelValue, key: CelValue): string {
  if (container instanceof CelList && typeof key !== 'string') {
    return `${where} has no element ${quote(key)}; it has ${container.length}`;
  }
  if (!(container instanceof CelMap)) {
    return `${where} is ${describeType(container)} and has no ${quote(key)}`;
  }
  const names = container.keys();
  if (names.length === 0) return `${where} has no ${quote(key)}; it is empty`;
  const more = names.length > shownNames ? `, and ${names.length - shownNames} more` : '';
  return `${where} has no ${quote(key)}; it has: ${names.slice(0, shownNames).join(', ')}${more}`;
}

/** Of an earlier step's answer only what is read is kept: what else there was is not known. */
function describeMissingOfKept(where: string, container: CelValue, key: CelValue): string {
  return container instanceof CelMap
    ? `${where} has no ${quote(key)}`
    : describeMissing(where, container, key);
}

function missing(
  where: string,
  container: CelValue,
  key: CelValue,
  span: Span,
  describe = describeMissing,
): EvaluationError {
  const isName = typeof key === 'string' && /^[A-Za-z_]\w*$/.test(key);
  const path = isName ? `${where}.${key}` : `${where}[${quote(key)}]`;
  const names = container instanceof CelMap && typeof key === 'string' ? container.keys().map(String) : [];
  const near = typeof key === 'string' ? nearest(key, names) : [];
  const fix = near.length > 0 ? `did you mean ${near.map((name) => `"${name}"`).join(' or ')}?` : undefined;
  return new EvaluationError(describe(where, container, key), { span, path, fix });
}

/** Where a chain's fixed beginning leads. */
export interface FixedPath {
  readonly root: string;
  readonly start: number;
  readonly end: number;
  readonly links: readonly (Link & { readonly name: string })[];
}

/** The fixed beginning of a chain from a root name; undefined where it starts from something else. */
export function fixedPath(chain: Chain, locals: readonly string[]): FixedPath | undefined {
  const root = rootOf(chain, locals);
  if (root === undefined) return undefined;
  return { root, start: chain.base.start, end: chain.base.end, links: fixedLinks(chain, false) };
}

/** Walks the values themselves, nothing is converted. @throws EvaluationError for the first missing part. */
export function readPath(scope: Scope, { root, start, end, links }: FixedPath, text: string): Value {
  const [first] = links;
  const member = first === undefined ? undefined : scope.member?.(root, first.name);
  const isDirect = first !== undefined && member !== undefined;
  const describe =
    root === 'steps' && links[1]?.name === 'response' ? describeMissingOfKept : describeMissing;
  let value = isDirect ? member : scope.get(root);
  if (value === undefined)
    throw new EvaluationError(`${root} is not there`, { span: { start, end }, path: root });
  let walked = isDirect ? first.end : end;
  for (const link of isDirect ? links.slice(1) : links) {
    const next: Value | undefined =
      isMap(value) && Object.hasOwn(value, link.name) ? value[link.name] : undefined;
    if (next === undefined) {
      throw missing(text.slice(start, walked), toCel(value), link.name, link.span, describe);
    }
    value = next;
    walked = link.end;
  }
  return value;
}

/** The value itself, or what an optional holds; undefined where that is nothing. */
function contentOf(value: CelValue): CelValue | undefined {
  return value instanceof Optional ? value.value : value;
}

function keyOf(link: Link, context: Context, compile: Compile): Evaluate {
  const name = link.name;
  if (name !== undefined || link.key === undefined) return () => name ?? null;
  return compile(link.key, context);
}

function compileLink(
  container: Evaluate,
  link: Link,
  where: Span,
  context: Context,
  compile: Compile,
): Evaluate {
  const key = keyOf(link, context, compile);
  return (frame) => {
    const value = container(frame);
    const content = contentOf(value);
    const at = key(frame);
    const found = content === undefined ? undefined : lookUp(content, at);
    // Behind an optional everything is optional.
    if (link.optional || value instanceof Optional) return new Optional(found);
    if (found === undefined) throw missing(context.text.slice(where.start, where.end), value, at, link.span);
    return found;
  };
}

/** `base.name[key]…` */
export function compileChain(node: ASTNode, context: Context, compile: Compile): Evaluate {
  const chain = chainOf(node);
  const path = fixedPath(chain, context.locals);
  const start = chain.base.start;
  const fixed = path?.links.length ?? 0;
  let end = path?.links.at(-1)?.end ?? chain.base.end;
  let evaluate: Evaluate =
    path === undefined
      ? compile(chain.base, context)
      : (frame) => toCel(readPath(frame.scope, path, context.text));
  for (const link of chain.links.slice(fixed)) {
    evaluate = compileLink(evaluate, link, { start, end }, context, compile);
    end = link.end;
  }
  return evaluate;
}

type Look = (frame: Frame) => CelValue | undefined;

function lookAtBase(base: ASTNode, root: string | undefined, context: Context, compile: Compile): Look {
  if (root === undefined) return compile(base, context);
  return ({ scope }) => {
    const value = scope.get(root);
    return value === undefined ? undefined : toCel(value);
  };
}

/** `has(base.name.name)`: true where every part is there. */
export function compileHas(node: ASTNode, context: Context, compile: Compile): Evaluate {
  const chain = chainOf(node);
  let look = lookAtBase(chain.base, rootOf(chain, context.locals), context, compile);
  for (const link of chain.links) {
    const before = look;
    const key = keyOf(link, context, compile);
    look = (frame) => {
      const container = before(frame);
      const content = container === undefined ? undefined : contentOf(container);
      return content === undefined ? undefined : lookUp(content, key(frame));
    };
  }
  return (frame) => {
    const value = look(frame);
    return value !== undefined && contentOf(value) !== undefined;
  };
}
