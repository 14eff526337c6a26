import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import type { MapNode, Member, Node, TextNode } from './node.ts';
import {
  blameSpan,
  type Definitions,
  type Infer,
  type JsonSchema,
  type Reading,
  reportAt,
  type Shape,
  wrongType,
} from './shape.ts';

type Shapes = Readonly<Record<string, Shape<unknown>>>;

export interface RecordRules<R extends Shapes, O extends Shapes> {
  /** For messages: `a step`. */
  readonly name: string;
  readonly required: R;
  readonly optional: O;
  /** Keys of the language that this version does not know yet. */
  readonly later?: readonly string[];
  /** The key that is meant where something else than a map is written. */
  readonly main?: string;
  /** Texts that mean `type` instead. */
  readonly types?: readonly string[];
  /** Keys that stand somewhere else, and where. */
  readonly elsewhere?: ReadonlyMap<string, string>;
}

export type RecordOf<R extends Shapes, O extends Shapes> = { readonly node: MapNode } & {
  readonly [K in keyof R]: Infer<R[K]>;
} & { readonly [K in keyof O]?: Infer<O[K]> };

function reportUnknown(key: TextNode, rules: RecordRules<Shapes, Shapes>, reading: Reading): undefined {
  if (rules.later?.includes(key.text)) {
    return reportAt(reading, 'not-supported-yet', key.span, `"${key.text}" is not supported yet`);
  }
  const known = [...Object.keys(rules.required), ...Object.keys(rules.optional)];
  const message = `"${key.text}" is not a key of ${rules.name}`;
  const fix = rules.elsewhere?.get(key.text) ?? didYouMean(key.text, known);
  return reportAt(reading, 'unknown-key', key.span, message, fix);
}

function readMembers(
  node: MapNode,
  rules: RecordRules<Shapes, Shapes>,
  reading: Reading,
): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const { key, value } of node.members) {
    const own = (shapes: Shapes): Shape<unknown> | undefined =>
      Object.hasOwn(shapes, key.text) ? shapes[key.text] : undefined;
    const shape = own(rules.required) ?? own(rules.optional);
    if (shape === undefined) reportUnknown(key, rules, reading);
    else found.set(key.text, shape.read(value, reading));
  }
  return found;
}

function schemaOfRecord(rules: RecordRules<Shapes, Shapes>, definitions: Definitions): JsonSchema {
  const all = { ...rules.required, ...rules.optional };
  const properties = Object.entries(all).map(([name, shape]) => [name, shape.schema(definitions)]);
  const required = Object.keys(rules.required);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

type Rules = Pick<RecordRules<Shapes, Shapes>, 'main' | 'types'>;

/** How to write a value as a map that has it. */
function asMap(node: Node, { main: key, types }: Rules, { source }: Reading): string | undefined {
  if (key === undefined || node.kind === 'null') return undefined;
  if (node.kind === 'text' && types?.includes(node.text)) return `write { type: ${node.text} }`;
  const written = source.text.slice(node.span.start, node.span.end);
  const isShort = written.length <= 40 && !/[\n#]/.test(written);
  return `write { ${key}: ${isShort ? written : '…'} }`;
}

/** A map with known keys. */
export function record<R extends Shapes, O extends Shapes>(rules: RecordRules<R, O>): Shape<RecordOf<R, O>> {
  return {
    read(node, reading) {
      if (node.kind !== 'map') {
        return wrongType(reading, node, `${rules.name} (a map)`, asMap(node, rules, reading));
      }
      const found = readMembers(node, rules, reading);
      const missing = node.broken ? [] : Object.keys(rules.required).filter((name) => !found.has(name));
      for (const name of missing) {
        const message = `${rules.name} needs "${name}"`;
        reportAt(reading, 'missing-key', blameSpan(reading, node), message);
      }
      const whole = Object.keys(rules.required).every((name) => found.get(name) !== undefined);
      const fields = [...found].filter(([, value]) => value !== undefined);
      return whole ? ({ node, ...Object.fromEntries(fields) } as RecordOf<R, O>) : undefined;
    },
    schema: (definitions) => schemaOfRecord(rules, definitions),
  };
}

export interface Entry<T> {
  readonly key: TextNode;
  readonly value: T;
}

export interface EntryList<T> {
  readonly span: Span;
  readonly entries: readonly Entry<T>[];
}

/** A map from names that the author chooses, in the order written. */
export function entries<T>(shape: Shape<T>, what = 'a map', fix?: string): Shape<EntryList<T>> {
  return {
    read(node, reading) {
      if (node.kind !== 'map') return wrongType(reading, node, what, fix);
      const readEntry = ({ key, value }: Member): Entry<T>[] => {
        const read = shape.read(value, reading);
        return read === undefined ? [] : [{ key, value: read }];
      };
      return { span: node.span, entries: node.members.flatMap(readEntry) };
    },
    schema: (definitions) => ({ type: 'object', additionalProperties: shape.schema(definitions) }),
  };
}

export interface Listed<T> {
  readonly span: Span;
  readonly items: readonly T[];
}

/** For who wrote one thing where several may stand. */
export const howToList = 'put a dash before each, or [ ] around all';

export function list<T>(shape: Shape<T>, what = 'a list'): Shape<Listed<T>> {
  return {
    read(node, reading) {
      if (node.kind !== 'list') return wrongType(reading, node, what, howToList);
      return { span: node.span, items: node.items.flatMap((item) => shape.read(item, reading) ?? []) };
    },
    schema: (definitions) => ({ type: 'array', items: shape.schema(definitions) }),
  };
}

/** A shape by name: for shapes that contain themselves. */
export function named<T>(name: string, shape: () => Shape<T>): Shape<T> {
  return {
    read: (node, reading) => shape().read(node, reading),
    schema(definitions) {
      if (!definitions.has(name)) {
        definitions.set(name, true);
        definitions.set(name, shape().schema(definitions));
      }
      return { $ref: `#/$defs/${name}` };
    },
  };
}
