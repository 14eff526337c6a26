import { named } from './map-shapes.ts';
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
  besideTarget,
  isPlainTarget,
  isTextTarget,
  oneTarget,
  type ParsedTarget,
  plainTargets,
  readArgument,
  readJudged,
  readTargetBeside,
  reportStrange,
} from './target.ts';
import {
  argumentSchema,
  besideSchemas,
  oneTargetRules,
  schemaArgument,
  targetSchemas,
} from './target-schema.ts';

/** A value that a step gives to later ones. */
export interface ParsedOutput {
  readonly target: ParsedTarget;
  readonly secret?: true;
  readonly optional?: true;
  readonly default?: Node;
}

const what = 'an output';
const beside = ['secret', 'optional', 'default'];
const known = [...plainTargets, ...argumentTargets, ...besideTarget, ...beside];
const trueShape = onlyTrue();
const secretShape = onlyTrue('Hidden wherever it would be shown');
const optionalShape = onlyTrue('May be absent');

function readShort(node: Node & { kind: 'text' }, reading: Reading): ParsedOutput | undefined {
  if (isPlainTarget(node.text)) return { target: { kind: node.text, span: node.span } };
  if (node.text.startsWith('$') && !node.text.startsWith('${{')) {
    return { target: { kind: 'body', span: node.span, argument: node } };
  }
  return reportAt(
    reading,
    'bad-jsonpath',
    node.span,
    `"${node.text}" is not a JSONPath`,
    fixOfShort(node.text),
  );
}

function fixOfShort(text: string): string {
  if (text.includes('${{')) return `write { value: "${text}" }`;
  if (text === 'body') return 'write $ for the whole body';
  const [kind = '', name = ''] = text.split(/[.:](.*)/s);
  if (['header', 'headers'].includes(kind) && name !== '') return `write { header: ${name.trim()} }`;
  return kind === 'body' ? `write $.${name}` : `write $.${text}, or { header: ${text} }`;
}

function readTarget({ key, value }: Member, reading: Reading): ParsedTarget | undefined {
  const kind = key.text;
  if (kind === 'openapi') return reportAt(reading, 'assertion-target', key.span, '"openapi" gives no value');
  if (kind === 'schema') {
    const argument = readJudged(kind, value, reading);
    return argument && { kind, span: blameSpan(reading, value), argument };
  }
  if (isTextTarget(kind)) {
    const argument = readArgument(kind, value, reading);
    return argument === undefined ? undefined : { kind, span: argument.span, argument };
  }
  if (!isPlainTarget(kind)) return undefined;
  return trueShape.read(value, reading) === undefined ? undefined : { kind, span: key.span };
}

function readBeside(node: MapNode, reading: Reading): Omit<ParsedOutput, 'target'> {
  const found: { secret?: true; optional?: true; default?: Node } = {};
  for (const { key, value } of node.members) {
    if (key.text === 'secret' && secretShape.read(value, reading)) found.secret = true;
    if (key.text === 'optional' && optionalShape.read(value, reading)) found.optional = true;
    if (key.text === 'default') found.default = value;
  }
  return found;
}

function readLong(node: MapNode, reading: Reading): ParsedOutput | undefined {
  const strange = node.members.filter(({ key }) => !known.includes(key.text));
  for (const member of strange) reportStrange(member, what, known, reading);
  if (strange.length > 0) return undefined;
  const member = oneTarget(node.members, blameSpan(reading, node), what, reading);
  if (member === undefined) return undefined;
  const target = readTarget(member, reading);
  const ofTarget = readTargetBeside(member.key.text, node.members, reading);
  if (target === undefined || ofTarget === undefined) return undefined;
  return { target: { ...target, ...ofTarget }, ...readBeside(node, reading) };
}

function takenBy(name: string): (JsonSchema & object) | undefined {
  if (name === 'schema') return schemaArgument;
  if (name === 'openapi') return undefined;
  return isTextTarget(name) ? argumentSchema(name) : { const: true };
}

function outputSchema(definitions: Definitions): JsonSchema {
  const properties = {
    ...targetSchemas(takenBy),
    ...besideSchemas(definitions),
    secret: secretShape.schema(definitions),
    optional: optionalShape.schema(definitions),
    default: { description: 'Given where the value is not there' },
  };
  const long = { type: 'object', properties, additionalProperties: false, ...oneTargetRules };
  return { anyOf: [{ type: 'string', pattern: '^\\$(?!\\{\\{)' }, { enum: [...plainTargets] }, long] };
}

/** A bare JSONPath, the name of a target, or a target with `secret`, `optional` and `default` beside it. */
const anyOutput: Shape<ParsedOutput> = {
  read(node, reading) {
    if (node.kind === 'text') return readShort(node, reading);
    if (node.kind === 'map') return readLong(node, reading);
    return wrongType(reading, node, 'a JSONPath or a target', 'like $.id, or { header: location }');
  },
  schema: outputSchema,
};
export const outputShape = named('output', () => anyOutput);
