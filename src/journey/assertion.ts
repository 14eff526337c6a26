import type { Span } from '../diagnostics/source.ts';
import {
  isOperator,
  operatorNames,
  operatorSchemas,
  type ParsedMatcher,
  type ParsedOperator,
  readMatcher,
  readOperator,
} from './matcher.ts';
import type { MapNode, Member, TextNode } from './node.ts';
import { onlyTrue, text } from './scalar-shapes.ts';
import {
  blameSpan,
  type Definitions,
  type JsonSchema,
  type Reading,
  reportAt,
  type Shape,
  wrongType,
} from './shape.ts';
import {
  type ArgumentTarget,
  argumentTargets,
  isArgumentTarget,
  isPlainTarget,
  isTarget,
  oneTarget,
  type ParsedTarget,
  plainTargets,
  readArgument,
  reportStrange,
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
const known = [...plainTargets, ...argumentTargets, ...operatorNames, 'soft', 'message'];
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

/** `header: location` with its operators beside it; none means that it exists, and of a `value` that it is true. */
function readBesideForm(
  kind: ArgumentTarget,
  target: Member,
  operators: readonly Member[],
  reading: Reading,
): Omit<ParsedAssertion, 'soft' | 'message'>[] {
  const argument = readArgument(kind, target.value, reading);
  const read = operators.map(({ key, value }) => readOperator(key.text, key.span, value, reading));
  const whole = read.flatMap((operator) => operator ?? []);
  if (argument === undefined || whole.length < read.length) return [];
  const span = spanOnLine(target, operators, reading);
  const key = target.key.span;
  const alone: ParsedOperator =
    kind === 'value'
      ? { name: 'equals', key, value: { kind: 'boolean', span: key, value: true } }
      : { name: 'exists', key, value: true };
  const matcher = { operators: whole.length === 0 ? [alone] : whole, form: 'operators' } as const;
  return [{ span, target: { kind, span: argument.span, argument }, matcher }];
}

/** `body: { $.a: 1, $.b: { … } }`: each argument is an assertion of its own. */
function readMapForm(
  kind: ArgumentTarget,
  map: MapNode,
  reading: Reading,
): Omit<ParsedAssertion, 'soft' | 'message'>[] {
  if (map.members.length === 0)
    reportAt(reading, 'assertion-target', map.span, `"${kind}" has nothing to look at`);
  return map.members.flatMap(({ key, value }) => {
    const matcher = readMatcher(value, reading);
    if (matcher === undefined) return [];
    return [{ span: key.span, target: { kind, span: key.span, argument: key }, matcher }];
  });
}

function readTarget(
  target: Member,
  operators: readonly Member[],
  reading: Reading,
): Omit<ParsedAssertion, 'soft'>[] {
  const kind = target.key.text;
  const stray = operators[0];
  if (isArgumentTarget(kind) && (target.value.kind !== 'map' || stray === undefined)) {
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

function readAssertion(node: MapNode, reading: Reading): readonly ParsedAssertion[] {
  const strange = node.members.filter(({ key }) => !known.includes(key.text));
  for (const member of strange) reportStrange(member, what, known, reading);
  if (strange.length > 0) return [];
  const target = oneTarget(node.members, blameSpan(reading, node), what, reading);
  if (target === undefined) return [];
  const operators = node.members.filter(({ key }) => isOperator(key.text) && !isTarget(key.text));
  const beside = readBeside(node, reading);
  return readTarget(target, operators, reading).map((assertion) => ({ ...assertion, ...beside }));
}

function assertionSchema(definitions: Definitions): JsonSchema {
  const operators = operatorSchemas(definitions);
  const matcher = { $ref: '#/$defs/matcher' };
  const plain = plainTargets.map((name) => [name, matcher]);
  const withArgument = { anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: matcher }] };
  const others = argumentTargets.map((name) => [name, withArgument]);
  const properties = {
    ...Object.fromEntries([...plain, ...others]),
    ...operators,
    soft: softShape.schema(definitions),
    message: messageShape.schema(definitions),
  };
  return { type: 'object', properties, additionalProperties: false };
}

/** One entry of `assertions`: a target and its matcher in one of three forms; a map of arguments gives several. */
export const assertionShape: Shape<readonly ParsedAssertion[]> = {
  read(node, reading) {
    if (node.kind === 'map') return readAssertion(node, reading);
    return wrongType(reading, node, 'an assertion (a map)', 'like status: 200');
  },
  schema: assertionSchema,
};
