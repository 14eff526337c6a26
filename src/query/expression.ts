import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import type { Span } from '../diagnostics/source.ts';
import { analyze, type FileReference, type Reference } from './cel-analysis.ts';
import { compileNode } from './cel-evaluator.ts';
import { type Evaluate, placeFault } from './cel-frame.ts';
import { factsOf } from './cel-guards.ts';
import { syntaxHint } from './cel-hints.ts';
import { type FixedPath, fixedPath, readPath } from './cel-members.ts';
import type { Problem } from './cel-problems.ts';
import { chainOf } from './cel-tree.ts';
import { checkTypes, type DeclaredTypes } from './cel-types.ts';
import { fromCel } from './cel-value.ts';
import { EvaluationError, type Scope } from './evaluation.ts';
import type { Value } from './value.ts';

export type { FileReference, Reference } from './cel-analysis.ts';
export type { Problem } from './cel-problems.ts';
export type { DeclaredTypes } from './cel-types.ts';
export { type Draws, EvaluationError, type Scope } from './evaluation.ts';

const maxLength = 20_000;
const maxDepth = 64;

/** An expression of CEL, checked. */
export interface Expression {
  readonly text: string;
  readonly references: readonly Reference[];
  /** What `file()` reads. */
  readonly files: readonly FileReference[];
  /** Steps that certainly ran where this expression is true. */
  readonly guards: readonly string[];
  /** Places where a value from outside is divided by an integer, which drops the fraction of an integer. */
  readonly integerDivisions: readonly Span[];
  /** What is known of its types, once those of some paths are. */
  checkTypes(declared: DeclaredTypes): ReturnType<typeof checkTypes>;
  /** The value; undefined for an empty optional. @throws EvaluationError */
  evaluate(scope: Scope): Value | undefined;
}

export interface ParseOptions {
  /** Names that are known beside the roots: of a loop, a template's values, `row`, `callbacks`. */
  readonly locals?: readonly string[];
}

export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problems: readonly Problem[] };

let environment: Environment | undefined;

function parse(text: string): ParseResult {
  // Every aggregate and call is bounded by the text's length already.
  const wide = { maxListElements: maxLength, maxMapEntries: maxLength, maxCallArguments: maxLength };
  environment ??= new Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
    limits: { ...wide, maxDepth, maxAstNodes: maxLength },
  });
  return environment.parse(text);
}

const tokenNames: Readonly<Record<string, string>> = {
  EOF: 'the end',
  IDENTIFIER: 'a name',
  NUMBER: 'a number',
  STRING: 'a text',
  BYTES: 'bytes',
  BOOLEAN: 'true or false',
  NULL: 'null',
  IN: '"in"',
  LPAREN: '"("',
  RPAREN: '")"',
  LBRACKET: '"["',
  RBRACKET: '"]"',
  LBRACE: '"{"',
  RBRACE: '"}"',
  DOT: '"."',
  COMMA: '","',
  COLON: '":"',
  QUESTION: '"?"',
  PLUS: '"+"',
  MINUS: '"-"',
  MULTIPLY: '"*"',
  DIVIDE: '"/"',
  MODULO: '"%"',
  EQ: '"=="',
  NE: '"!="',
  LT: '"<"',
  LE: '"<="',
  GT: '">"',
  GE: '">="',
  AND: '"&&"',
  OR: '"||"',
  NOT: '"!"',
};

function problemOf(message: string, span: Span, fix?: string): ParsedExpression {
  return { ok: false, problems: [{ kind: 'syntax', message, span, ...(fix === undefined ? {} : { fix }) }] };
}

/** The library's error class is not exported with a value; its fields are public. */
function syntaxProblem(error: object, text: string): ParsedExpression {
  const summary = 'summary' in error ? String(error.summary) : String(error);
  const range = 'range' in error ? (error.range as Span | undefined) : undefined;
  const start = Math.min(range?.start ?? 0, text.length);
  const end = Math.max(start, Math.min(range?.end ?? text.length, text.length));
  const words = summary.replace(/\b[A-Z]{2,}\b/g, (word) => tokenNames[word] ?? word);
  const message = words
    .replace(/^Exceeded maxDepth.*/, `nested deeper than ${maxDepth} levels`)
    .replace(/^Unexpected token: the end$/, 'the expression ends too early');
  return problemOf(message.charAt(0).toLowerCase() + message.slice(1), { start, end }, syntaxHint(text));
}

function whole(text: string): Span {
  return { start: 0, end: text.length };
}

/** A path of fixed names alone is read without any conversion. */
function createReader(path: FixedPath, text: string): Expression['evaluate'] {
  return (scope) => readPath(scope, path, text);
}

function createEvaluator(node: ASTNode, text: string): Expression['evaluate'] {
  let compiled: Evaluate | undefined;
  return (scope) => {
    try {
      compiled ??= compileNode(node, { text, locals: [] });
      return fromCel(compiled({ scope, locals: [] }));
    } catch (error) {
      if (error instanceof RangeError) {
        throw new EvaluationError('the expression is nested too deeply, or its value is too large', {
          span: whole(text),
        });
      }
      throw placeFault(error, whole(text));
    }
  };
}

function createExpression(node: ASTNode, text: string, names: readonly string[]): ParsedExpression {
  const { problems, references, files, integerDivisions } = analyze(node, text, names);
  if (problems.length > 0) return { ok: false, problems };
  const { whenTrue } = factsOf(node, []);
  const guards = whenTrue === 'everything' ? [] : [...whenTrue];
  const chain = chainOf(node);
  const path = fixedPath(chain, []);
  const evaluate =
    path !== undefined && path.links.length === chain.links.length
      ? createReader(path, text)
      : createEvaluator(node, text);
  const check = (declared: DeclaredTypes): ReturnType<typeof checkTypes> => checkTypes(node, declared);
  const found = { references, files, guards, integerDivisions };
  return { ok: true, expression: { text, ...found, checkTypes: check, evaluate } };
}

/**
 * Parses one expression (without `${{ }}`) and checks the names of roots and functions. At most 20,000
 * characters and 64 levels.
 */
export function parseExpression(text: string, { locals = [] }: ParseOptions = {}): ParsedExpression {
  if (text.trim() === '') return problemOf('an expression is missing', whole(text));
  if (text.length > maxLength) return problemOf(`longer than ${maxLength} characters`, whole(text));
  try {
    return createExpression(parse(text).ast, text, locals);
  } catch (error) {
    if (error instanceof RangeError) return problemOf('nested too deeply', whole(text));
    if (error instanceof Error && error.name === 'ParseError') return syntaxProblem(error, text);
    throw error;
  }
}
