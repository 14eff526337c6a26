import type { Span } from '../diagnostics/source.ts';
import { assertionSchema } from './assertion-schema.ts';
import { named } from './map-shapes.ts';
import {
  isOperator,
  operatorNames,
  type ParsedMatcher,
  type ParsedOperator,
  readMatcher,
  readOperator,
} from './matcher.ts';
import type { MapNode, Member, TextNode } from './node.ts';
import { onlyTrue, text } from './scalar-shapes.ts';
import { blameSpan, type Reading, reportAt, type Shape, wrongType } from './shape.ts';
import {
  argumentTargets,
  besideTarget,
  isJudgingTarget,
  isPlainTarget,
  isTarget,
  isTextTarget,
  type JudgingTarget,
  oneTarget,
  type ParsedTarget,
  plainTargets,
  readArgument,
  readJudged,
  readTargetBeside,
  reportStrange,
  type TargetBeside,
  type TextTarget,
} from './target.ts';

/** One target with what must hold of it. */
export interface ParsedAssertion {
  /** The part that a person should look at. */
  readonly span: Span;
  readonly target: ParsedTarget;
  readonly matcher: ParsedMatcher;
  readonly soft?: true;
  readonly message?: TextNode;
}

type Beside = Pick<ParsedAssertion, 'soft' | 'message'>;

const what = 'an assertion';
const known = [...plainTargets, ...argumentTargets, ...operatorNames, ...besideTarget, 'soft', 'message'];
const softShape = onlyTrue('Reported, and does not fail the run');
const messageShape = text('Shown on failure');

function readBeside(node: MapNode, reading: Reading): Beside {
  const beside: { soft?: true; message?: TextNode } = {};
  for (const { key, value } of node.members) {
    if (key.text === 'soft' && softShape.read(value, reading) !== undefined) beside.soft = true;
    const message = key.text === 'message' ? messageShape.read(value, reading) : undefined;
    if (message !== undefined) beside.message = message;
  }
  return beside;
}

/** From the target to the end of the last operator that stands on its line. */
function spanOnLine(target: Member, operators: readonly Member[], reading: Reading): Span {
  const start = target.key.span.start;
  const lineEnd = reading.source.text.indexOf('\n', start);
  const ends = [target, ...operators].map(({ value }) => value.span.end).filter((end) => end > start);
  const within = ends.filter((end) => lineEnd === -1 || end <= lineEnd);
  return { start, end: Math.max(target.key.span.end, ...within) };
}

/** An assertion but for what stands beside its target. */
type Bare = Pick<ParsedAssertion, 'span' | 'target' | 'matcher'>;

/** What a target alone means: that it exists; of a `value`, and of what judges by itself, that it is true. */
function alone(kind: string, key: Span): ParsedMatcher {
  const holds = kind === 'value' || isJudgingTarget(kind);
  const operator: ParsedOperator = holds
    ? { name: 'equals', key, value: { kind: 'boolean', span: key, value: true } }
    : { name: 'exists', key, value: true };
  return { operators: [operator], form: 'operators' };
}

/** `header: location` with its operators beside it. */
function readBesideForm(
  kind: TextTarget,
  target: Member,
  operators: readonly Member[],
  reading: Reading,
): Bare[] {
  const argument = readArgument(kind, target.value, reading);
  const read = operators.map(({ key, value }) => readOperator(key.text, key.span, value, reading));
  const whole = read.flatMap((operator) => operator ?? []);
  if (argument === undefined || whole.length < read.length) return [];
  const span = spanOnLine(target, operators, reading);
  const written: ParsedMatcher = { operators: whole, form: 'operators' };
  const matcher = whole.length === 0 ? alone(kind, target.key.span) : written;
  return [{ span, target: { kind, span: argument.span, argument }, matcher }];
}

/** `body: { $.a: 1, $.b: { … } }`: each argument is an assertion of its own. */
function readMapForm(kind: TextTarget, map: MapNode, reading: Reading): Bare[] {
  if (map.members.length === 0)
    reportAt(reading, 'assertion-target', map.span, `"${kind}" has nothing to look at`);
  return map.members.flatMap(({ key, value }) => {
    const argument = readArgument(kind, key, reading);
    const matcher = readMatcher(value, reading);
    if (argument === undefined || matcher === undefined) return [];
    return [{ span: key.span, target: { kind, span: key.span, argument }, matcher }];
  });
}

/** `schema: FILE`, or the schema itself; `openapi: true`, or a file: it must hold. */
function readJudging(
  kind: JudgingTarget,
  { key, value }: Member,
  operators: readonly Member[],
  reading: Reading,
): Bare[] {
  const [stray] = operators;
  if (stray !== undefined) {
    const message = `${kind === 'schema' ? 'a schema' : 'openapi'} holds or not: it takes no operator`;
    reportAt(reading, 'assertion-target', stray.key.span, message);
    return [];
  }
  if (readJudged(kind, value, reading) === undefined) return [];
  const span = spanOnLine({ key, value }, [], reading);
  const target = { kind, span: blameSpan(reading, value), argument: value } as const;
  return [{ span, target, matcher: alone(kind, key.span) }];
}

function readTarget(target: Member, operators: readonly Member[], reading: Reading): Bare[] {
  const kind = target.key.text;
  if (isJudgingTarget(kind)) return readJudging(kind, target, operators, reading);
  const stray = operators[0];
  if (isTextTarget(kind) && (target.value.kind !== 'map' || stray === undefined)) {
    if (target.value.kind === 'map') return readMapForm(kind, target.value, reading);
    return readBesideForm(kind, target, operators, reading);
  }
  if (stray !== undefined) {
    const message = `operators of "${kind}" stand in its value here`;
    reportAt(reading, 'assertion-target', stray.key.span, message, `write ${kind}: { ${stray.key.text}: … }`);
    return [];
  }
  const matcher = readMatcher(target.value, reading);
  if (matcher === undefined || !isPlainTarget(kind)) return [];
  const span = spanOnLine(target, [], reading);
  return [{ span, target: { kind, span: target.key.span }, matcher }];
}

function withBeside(bare: Bare, ofTarget: TargetBeside, beside: Beside): ParsedAssertion {
  return { ...bare, target: { ...bare.target, ...ofTarget }, ...beside };
}

function readAssertion(node: MapNode, reading: Reading): readonly ParsedAssertion[] {
  const strange = node.members.filter(({ key }) => !known.includes(key.text));
  for (const member of strange) reportStrange(member, what, known, reading);
  if (strange.length > 0) return [];
  const target = oneTarget(node.members, blameSpan(reading, node), what, reading);
  if (target === undefined) return [];
  const operators = node.members.filter(({ key }) => isOperator(key.text) && !isTarget(key.text));
  const ofTarget = readTargetBeside(target.key.text, node.members, reading);
  const beside = readBeside(node, reading);
  const read = readTarget(target, operators, reading);
  return ofTarget === undefined ? [] : read.map((bare) => withBeside(bare, ofTarget, beside));
}

/** One entry of `assertions`: a target and its matcher in one of three forms; a map of arguments gives several. */
const anyAssertion: Shape<readonly ParsedAssertion[]> = {
  read(node, reading) {
    if (node.kind === 'map') return readAssertion(node, reading);
    return wrongType(reading, node, 'an assertion (a map)', 'like status: 200');
  },
  schema: (definitions) =>
    assertionSchema(definitions, {
      soft: softShape.schema(definitions),
      message: messageShape.schema(definitions),
    }),
};
export const assertionShape = named('assertion', () => anyAssertion);
