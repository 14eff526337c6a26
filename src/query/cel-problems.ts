import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean, nearest } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import { functions, laterFunctions } from './cel-functions.ts';
import { takesCount } from './cel-overload.ts';
import { type Chain, type Locals, roots, spanOf } from './cel-tree.ts';
import { parsePattern } from './regex.ts';

export interface Problem {
  readonly kind: 'syntax' | 'unknown-function' | 'dynamic-name' | 'unknown-name';
  readonly message: string;
  /** Offsets in the expression's own text; of a text or a template, in the whole string. */
  readonly span: Span;
  readonly fix?: string;
}

const laterRoots: ReadonlySet<string> = new Set(['item', 'index', 'repeat', 'row', 'callbacks', 'values']);

/** A name that is neither a root nor a variable of a macro. */
export function nameProblem(name: string, span: Span, locals: Locals): Problem {
  if (laterRoots.has(name)) return { kind: 'unknown-name', message: `${name} is not supported yet`, span };
  const known = [...locals, ...[...roots].filter((root) => root !== 'shell')];
  return { kind: 'unknown-name', message: `there is no name "${name}"`, span, fix: didYouMean(name, known) };
}

function bareName(name: string): string {
  return name.startsWith('.') ? name.slice(1) : name;
}

function unknownFunction(name: string, span: Span): Problem {
  const kind = 'unknown-function';
  const word = bareName(name);
  if (laterFunctions.has(word)) return { kind, message: `${word}() is not supported yet`, span };
  const message = `there is no function ${word}()`;
  const other = name.startsWith('.') ? word : `.${word}`;
  if (functions.has(other)) {
    return { kind, message, span, fix: name.startsWith('.') ? `write ${word}(x)` : `write x.${word}()` };
  }
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

/** A pattern that stands in the expression and does not parse. */
export function patternProblem(name: string, pattern: ASTNode | undefined): Problem | undefined {
  if (bareName(name) !== 'matches' || pattern?.op !== 'value' || typeof pattern.args !== 'string')
    return undefined;
  const parsed = parsePattern(pattern.args);
  if (parsed.ok) return undefined;
  return { kind: 'syntax', message: `wrong pattern: ${parsed.message}`, span: spanOf(pattern) };
}

/** How many names after a root may not be calculated; of a step's outputs one more. */
const fixedDepths: Readonly<Record<string, number>> = {
  inputs: 1,
  variables: 1,
  env: 1,
  secrets: 1,
  shell: 1,
  outputs: 1,
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
