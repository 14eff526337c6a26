import type { MapNode, Member, Node } from './node.ts';
import { onlyTrue } from './scalar-shapes.ts';
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

/** A value that a step gives to later ones. */
export interface ParsedOutput {
  readonly target: ParsedTarget;
  readonly secret?: true;
  readonly optional?: true;
  readonly default?: Node;
}

const what = 'an output';
const beside = ['secret', 'optional', 'default'];
const known = [...plainTargets, ...argumentTargets, ...beside];
const trueShape = onlyTrue();

function readShort(node: Node & { kind: 'text' }, reading: Reading): ParsedOutput | undefined {
  if (isPlainTarget(node.text)) return { target: { kind: node.text, span: node.span } };
  if (node.text.startsWith('$') && !node.text.startsWith('${{')) {
    return { target: { kind: 'body', span: node.span, argument: node } };
  }
  const fix = node.text.includes('${{')
    ? `write { value: "${node.text}" }`
    : `write $.${node.text}, or { header: ${node.text} }`;
  return reportAt(reading, 'bad-jsonpath', node.span, `"${node.text}" is not a JSONPath`, fix);
}

function readTarget({ key, value }: Member, reading: Reading): ParsedTarget | undefined {
  const kind = key.text;
  if (isArgumentTarget(kind)) {
    const argument = readArgument(kind, value, reading);
    return argument === undefined ? undefined : { kind, span: argument.span, argument };
  }
  if (!isPlainTarget(kind)) return undefined;
  return trueShape.read(value, reading) === undefined ? undefined : { kind, span: key.span };
}

function readBeside(node: MapNode, reading: Reading): Omit<ParsedOutput, 'target'> {
  const found: { secret?: true; optional?: true; default?: Node } = {};
  for (const { key, value } of node.members) {
    if (key.text === 'secret' && trueShape.read(value, reading)) found.secret = true;
    if (key.text === 'optional' && trueShape.read(value, reading)) found.optional = true;
    if (key.text === 'default') found.default = value;
  }
  return found;
}

function readLong(node: MapNode, reading: Reading): ParsedOutput | undefined {
  const strange = node.members.filter(({ key }) => !known.includes(key.text));
  for (const member of strange) reportStrange(member, what, known, reading);
  if (strange.length > 0) return undefined;
  const member = oneTarget(node.members, blameSpan(reading, node), what, reading);
  const target = member === undefined ? undefined : readTarget(member, reading);
  return target === undefined ? undefined : { target, ...readBeside(node, reading) };
}

function outputSchema(_definitions: Definitions): JsonSchema {
  const targets = known
    .filter(isTarget)
    .map((name) => [name, isPlainTarget(name) ? { const: true } : { type: 'string' }]);
  const flags = { secret: { const: true }, optional: { const: true }, default: true };
  const properties = { ...Object.fromEntries(targets), ...flags };
  const long = { type: 'object', properties, additionalProperties: false };
  return { anyOf: [{ type: 'string', pattern: '^\\$' }, { enum: [...plainTargets] }, long] };
}

/** A bare JSONPath, the name of a target, or a target with `secret`, `optional` and `default` beside it. */
export const outputShape: Shape<ParsedOutput> = {
  read(node, reading) {
    if (node.kind === 'text') return readShort(node, reading);
    if (node.kind === 'map') return readLong(node, reading);
    return wrongType(reading, node, 'a JSONPath or a target', 'like $.id, or { header: location }');
  },
  schema: outputSchema,
};
