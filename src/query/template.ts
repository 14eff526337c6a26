import type { Span } from '../diagnostics/source.ts';
import {
  EvaluationError,
  type Expression,
  type ParseOptions,
  type Problem,
  parseExpression,
  type Scope,
} from './expression.ts';
import { type Piece, scanTemplate } from './template-scanner.ts';
import { renderText, ValueError } from './text.ts';
import { isList, isMap, type Value, type ValueMap } from './value.ts';

export interface PlacedExpression {
  readonly expression: Expression;
  /** Of the expression's text, in its string. */
  readonly offset: number;
}

export interface Part {
  /** Written by the author; else it comes from an expression. */
  readonly literal: boolean;
  readonly text: string;
}

/** A string that may hold `${{ expression }}`. Errors and problems have places in the whole string. */
export interface ParsedText {
  readonly expressions: readonly PlacedExpression[];
  /** The text, where no expression is in it. */
  readonly constant: string | undefined;
  /** The value: of the one expression that is the whole text, with its type; else a text. @throws EvaluationError */
  evaluate(scope: Scope): Value | undefined;
  /** Always a text. @throws EvaluationError also for null, bytes and an empty optional. */
  render(scope: Scope): string;
  /** The parts of the rendered text, for encodings that treat values apart. @throws EvaluationError */
  parts(scope: Scope): readonly Part[];
}

export interface Placed extends PlacedExpression {
  /** Where in the value its string stands: members' names and indexes. */
  readonly at: readonly (string | number)[];
  /** The string is the member's name, not its value. */
  readonly inKey: boolean;
}

/** A value whose strings, and whose members' names, may hold `${{ expression }}`. */
export interface ParsedTemplate {
  readonly expressions: readonly Placed[];
  readonly constant: boolean;
  /** An empty optional becomes null. @throws EvaluationError with the string's place in the value. */
  evaluate(scope: Scope): Value;
}

export type TextProblem = Problem & { readonly offset: number };
export type TemplateProblem = Problem & {
  readonly at: readonly (string | number)[];
  readonly inKey: boolean;
};

type Segment = { readonly literal: string } | PlacedExpression;

function moved({ start, end }: Span, offset: number): Span {
  return { start: start + offset, end: end + offset };
}

function parsePiece(piece: Piece, problems: TextProblem[], options: ParseOptions): Segment {
  if (piece.kind === 'literal') return { literal: piece.text };
  const parsed = parseExpression(piece.text, options);
  if (parsed.ok) return { expression: parsed.expression, offset: piece.offset };
  for (const problem of parsed.problems) {
    problems.push({ ...problem, span: moved(problem.span, piece.offset), offset: piece.offset });
  }
  return { literal: '' };
}

function evaluateAt({ expression, offset }: PlacedExpression, scope: Scope): Value | undefined {
  try {
    return expression.evaluate(scope);
  } catch (error) {
    throw error instanceof EvaluationError ? error.within(offset) : error;
  }
}

function renderAt(placed: PlacedExpression, scope: Scope): string {
  const { expression, offset } = placed;
  const value = evaluateAt(placed, scope);
  // The blanks inside the braces are not to blame.
  const start = offset + expression.text.length - expression.text.trimStart().length;
  const span = { start, end: start + expression.text.trim().length };
  if (value === undefined) {
    throw new EvaluationError('there is no value to write into a text', {
      span,
      fix: 'say what to write: .orValue("…")',
    });
  }
  try {
    return renderText(value);
  } catch (error) {
    throw error instanceof ValueError ? new EvaluationError(error.message, { span }) : error;
  }
}

function createText(segments: readonly Segment[]): ParsedText {
  const [only] = segments;
  const single = segments.length === 1 && only !== undefined && 'expression' in only ? only : undefined;
  const expressions = segments.filter((segment) => 'expression' in segment);
  const parts = (scope: Scope): readonly Part[] =>
    segments.map((segment) =>
      'expression' in segment
        ? { literal: false, text: renderAt(segment, scope) }
        : { literal: true, text: segment.literal },
    );
  const render = (scope: Scope): string =>
    parts(scope)
      .map(({ text }) => text)
      .join('');
  const literal = only !== undefined && 'literal' in only ? only.literal : '';
  const constant = expressions.length === 0 ? literal : undefined;
  const evaluate = (scope: Scope): Value | undefined => {
    if (single !== undefined) return evaluateAt(single, scope);
    return constant ?? render(scope);
  };
  return { expressions, constant, evaluate, render, parts };
}

/** Parses a string; problems have places in the whole string, `offset` is that of the expression at fault. */
export function parseText(
  text: string,
  options: ParseOptions = {},
):
  | { readonly ok: true; readonly text: ParsedText }
  | { readonly ok: false; readonly problems: readonly TextProblem[] } {
  const scanned = scanTemplate(text);
  if (!scanned.ok) {
    return {
      ok: false,
      problems: [{ kind: 'syntax', ...scanned.problem, offset: scanned.problem.span.start }],
    };
  }
  const problems: TextProblem[] = [];
  const segments = scanned.pieces.map((piece) => parsePiece(piece, problems, options));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, text: createText(segments) };
}

type Place = Pick<Placed, 'at' | 'inKey'>;
type Evaluate = (scope: Scope) => Value;

interface Found {
  readonly options: ParseOptions;
  readonly expressions: Placed[];
  readonly problems: TemplateProblem[];
}

/** A node of a template: a value that is always the same, or what evaluates it. */
type Node = { readonly constant: Value } | { readonly evaluate: Evaluate };

function placed<T>(place: Place, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof EvaluationError ? error.within(0, place.at, place.inKey) : error;
  }
}

function parseString(text: string, place: Place, found: Found): ParsedText | undefined {
  const parsed = parseText(text, found.options);
  if (parsed.ok) {
    for (const one of parsed.text.expressions) found.expressions.push({ ...one, ...place });
    return parsed.text;
  }
  for (const { offset: _, ...problem } of parsed.problems) found.problems.push({ ...problem, ...place });
  return undefined;
}

function parseStringNode(text: string, at: Place['at'], found: Found): Node {
  const place = { at, inKey: false };
  const parsed = parseString(text, place, found);
  if (parsed === undefined) return { constant: text };
  if (parsed.constant !== undefined) return { constant: parsed.constant };
  return { evaluate: (scope) => placed(place, () => parsed.evaluate(scope) ?? null) };
}

function evaluateNode(node: Node, scope: Scope): Value {
  return 'constant' in node ? node.constant : node.evaluate(scope);
}

function parseList(items: readonly Value[], at: Place['at'], found: Found): Node {
  const nodes = items.map((item, index) => parseNode(item, [...at, index], found));
  if (nodes.every((node) => 'constant' in node)) return { constant: nodes.map(({ constant }) => constant) };
  return { evaluate: (scope) => nodes.map((node) => evaluateNode(node, scope)) };
}

function parseName(name: string, at: Place['at'], found: Found): (scope: Scope) => string {
  const place = { at, inKey: true };
  const parsed = parseString(name, place, found);
  const constant = parsed === undefined ? name : parsed.constant;
  if (constant !== undefined) return () => constant;
  return (scope) => placed(place, () => parsed?.render(scope) ?? name);
}

function parseMap(value: ValueMap, at: Place['at'], found: Found): Node {
  const before = found.expressions.length;
  const members = Object.entries(value).map(([name, member]) => {
    const inner = [...at, name];
    return [parseName(name, inner, found), parseNode(member, inner, found)] as const;
  });
  const evaluate = (scope: Scope): Value =>
    Object.fromEntries(members.map(([name, node]) => [name(scope), evaluateNode(node, scope)]));
  if (found.expressions.length > before) return { evaluate };
  return { constant: evaluate(noScope) };
}

/** For what has no expression: nothing is read. */
const noScope: Scope = {
  get: () => undefined,
  draws: { uuid: () => '', random: () => 0, now: () => 0 },
};

function parseNode(value: Value, at: Place['at'], found: Found): Node {
  if (typeof value === 'string') return parseStringNode(value, at, found);
  if (isList(value)) return parseList(value, at, found);
  return isMap(value) ? parseMap(value, at, found) : { constant: value };
}

/** Parses all strings and members' names of a value; problems have places in their whole string. */
export function parseTemplate(
  value: Value,
  options: ParseOptions = {},
):
  | { readonly ok: true; readonly template: ParsedTemplate }
  | { readonly ok: false; readonly problems: readonly TemplateProblem[] } {
  const found: Found = { options, expressions: [], problems: [] };
  const node = parseNode(value, [], found);
  if (found.problems.length > 0) return { ok: false, problems: found.problems };
  const { expressions } = found;
  const evaluate = (scope: Scope): Value => evaluateNode(node, scope);
  return { ok: true, template: { expressions, constant: 'constant' in node, evaluate } };
}
