import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean, nearest } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import { unknownAlgorithm } from './cel-effect-functions.ts';
import { functions } from './cel-functions.ts';
import { functionHints } from './cel-hints.ts';
import { takesCount } from './cel-overload.ts';
import { type Chain, roots, spanOf } from './cel-tree.ts';
import { isDigestAlgorithm } from './digest.ts';
import { parsePattern } from './regex.ts';

export interface Problem {
  readonly kind: 'syntax' | 'unknown-function' | 'dynamic-name' | 'unknown-name';
  readonly message: string;
  /** Offsets in the expression's own text; of a text or a template, in the whole string. */
  readonly span: Span;
  readonly fix?: string;
  /** The name that is not known. */
  readonly name?: string;
}

/** Where the names are that are not everywhere. */
const placesOfNames: Readonly<Record<string, string>> = {
  item: 'inside forEach',
  index: 'inside forEach and repeat',
  repeat: 'inside repeat',
  values: 'in a request template',
  row: 'where a journey runs with a data file',
  callbacks: 'where a journey waits for a callback',
};

/** A name that is neither in the scope, which knows `known`, nor a variable of a macro. */
export function nameProblem(name: string, span: Span, known: readonly string[]): Problem {
  const kind = 'unknown-name';
  const place = Object.hasOwn(placesOfNames, name) ? placesOfNames[name] : undefined;
  if (place !== undefined) return { kind, message: `${name} is known only ${place}`, span };
  const names = [...known, ...[...roots].filter((root) => root !== 'shell')];
  return { kind, message: `there is no name "${name}"`, span, fix: didYouMean(name, names), name };
}

function bareName(name: string): string {
  return name.startsWith('.') ? name.slice(1) : name;
}

function unknownFunction(name: string, span: Span): Problem {
  const kind = 'unknown-function';
  const word = bareName(name);
  const message = `there is no function ${word}()`;
  const other = name.startsWith('.') ? word : `.${word}`;
  if (functions.has(other)) {
    return { kind, message, span, fix: name.startsWith('.') ? `write ${word}(x)` : `write x.${word}()` };
  }
  const hint = functionHints.get(name);
  if (hint !== undefined) return { kind, message, span, fix: hint };
  const near = [...new Set(nearest(name, functions.keys()).map(bareName))];
  return near.length === 0
    ? { kind, message, span }
    : { kind, message, span, fix: `did you mean ${near.join('() or ')}()?` };
}

/** A function that does not exist, or not with so many arguments (a method's receiver is the first). */
export function functionProblem(name: string, count: number, span: Span): Problem | undefined {
  const overloads = functions.get(name);
  if (overloads === undefined) return unknownFunction(name, span);
  if (overloads.some((one) => takesCount(one, count))) return undefined;
  const receivers = name.startsWith('.') ? 1 : 0;
  const counts = [...new Set(overloads.map(({ parameters }) => parameters.length - receivers))].join(' or ');
  const noun = counts === '1' ? 'argument' : 'arguments';
  const message = `${bareName(name)}() takes ${counts} ${noun}, not ${count - receivers}`;
  return { kind: 'unknown-function', message, span };
}

export function literalText(node: ASTNode | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

function fileProblem(path: ASTNode): Problem | undefined {
  if (literalText(path) !== undefined) return undefined;
  const fix = 'write the path itself: file("data/order.json")';
  return {
    kind: 'dynamic-name',
    message: 'the path of file() cannot be calculated',
    span: spanOf(path),
    fix,
  };
}

/** What an argument that stands in the expression itself must be: a path, a pattern, an algorithm. */
export function argumentProblem(name: string, args: readonly ASTNode[]): Problem | undefined {
  const [first, second] = args;
  if (name === 'file' && first !== undefined) return fileProblem(first);
  const isPattern = bareName(name) === 'matches';
  const argument = isPattern ? second : first;
  const text = literalText(argument);
  if (argument === undefined || text === undefined) return undefined;
  const span = spanOf(argument);
  if (name === 'hmac' && !isDigestAlgorithm(text)) {
    return { kind: 'syntax', message: unknownAlgorithm(text), span };
  }
  const parsed = isPattern ? parsePattern(text) : undefined;
  if (parsed?.ok !== false) return undefined;
  return { kind: 'syntax', message: `wrong pattern: ${parsed.message}`, span };
}

/** How many names after a root may not be calculated; of a step's outputs one more. */
const fixedDepths: Readonly<Record<string, number>> = {
  inputs: 1,
  variables: 1,
  env: 1,
  secrets: 1,
  shell: 1,
  outputs: 1,
  values: 1,
  repeat: 1,
  callbacks: 1,
  services: 2,
  steps: 2,
};

/** A name that the compiler has to know, and that is calculated. */
export function calculatedNameProblem(
  root: string,
  chain: Chain,
  fixed: readonly string[],
): Problem | undefined {
  const depth = root === 'steps' && fixed[1] === 'outputs' ? 3 : (fixedDepths[root] ?? 0);
  const calculated = chain.links[fixed.length];
  if (calculated === undefined || fixed.length >= depth) return undefined;
  const where = [root, ...fixed].join('.');
  const message = `a name of ${where} cannot be calculated`;
  return {
    kind: 'dynamic-name',
    message,
    span: calculated.span,
    fix: `write the name itself: ${where}.NAME`,
  };
}

export function hasProblem(node: ASTNode): Problem {
  const message = 'has() wants something that is read, like has(steps.login.outputs.token)';
  return { kind: 'syntax', message, span: spanOf(node) };
}

export function variableProblem(macro: string, span: Span): Problem {
  return { kind: 'syntax', message: `${macro}() wants a variable's name first`, span };
}
