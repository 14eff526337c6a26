import { parseDuration } from '../query/duration.ts';
import { ExactNumber } from '../query/value.ts';
import type { Node, TextNode } from './node.ts';
import { inOurWords } from './other-words.ts';
import { type JsonSchema, type Reading, reportAt, type Shape, type Spanned, wrongType } from './shape.ts';

function described(schema: JsonSchema & object, description: string | undefined): JsonSchema {
  return description === undefined ? schema : { ...schema, description };
}

/** A text; a number that YAML made of one (`version: 1.10`) is told to be quoted. */
export function text(description?: string): Shape<TextNode> {
  return {
    read(node, reading) {
      if (node.kind === 'text') return node;
      if (node.kind === 'number') {
        const message = `expected a text, got the number ${node.written}`;
        return reportAt(reading, 'number-needs-quotes', node.span, message, `write "${node.written}"`);
      }
      const fix = node.kind === 'boolean' ? `write "${node.value}"` : undefined;
      return wrongType(reading, node, 'a text', fix);
    },
    schema: () => described({ type: 'string' }, description),
  };
}

/** Any value, whose texts and keys may hold expressions. */
export function template(description?: string): Shape<Node> {
  return { read: (node) => node, schema: () => described({}, description) };
}

export function flag(description?: string): Shape<Spanned<boolean>> {
  return {
    read(node, reading) {
      if (node.kind === 'boolean') return { value: node.value, span: node.span };
      return wrongType(reading, node, 'true or false');
    },
    schema: () => described({ type: 'boolean' }, description),
  };
}

/** A flag that only makes sense set. */
export function onlyTrue(description?: string): Shape<Spanned<true>> {
  return {
    read(node, reading) {
      if (node.kind === 'boolean' && node.value) return { value: true, span: node.span };
      return wrongType(reading, node, 'true', 'write true, or leave it out');
    },
    schema: () => described({ const: true }, description),
  };
}

export interface Bounds {
  readonly integer?: true;
  readonly minimum?: number;
  readonly maximum?: number;
}

function unfit(value: number, bounds: Bounds): string | undefined {
  if (bounds.integer && !Number.isSafeInteger(value)) return 'expected a whole number';
  if (bounds.minimum !== undefined && value < bounds.minimum) return `expected at least ${bounds.minimum}`;
  if (bounds.maximum !== undefined && value > bounds.maximum) return `expected at most ${bounds.maximum}`;
  return undefined;
}

export function number(bounds: Bounds = {}, description?: string): Shape<Spanned<number>> {
  const { integer, ...limits } = bounds;
  return {
    read(node, reading) {
      if (node.kind !== 'number') return wrongType(reading, node, integer ? 'a whole number' : 'a number');
      const value = node.value instanceof ExactNumber ? Number(node.value.text) : node.value;
      const message = unfit(value, bounds);
      if (message === undefined) return { value, span: node.span };
      return reportAt(reading, 'invalid-value', node.span, `${message}, got ${node.written}`);
    },
    schema: () => described({ type: integer ? 'integer' : 'number', ...limits }, description),
  };
}

/** One of a closed list of words. */
export function word<T extends string>(words: readonly T[], description?: string): Shape<Spanned<T>> {
  return {
    read(node, reading) {
      const written = writtenWord(node);
      if (written === undefined) return wrongType(reading, node, `one of ${words.join(', ')}`);
      const value = words.find((candidate) => candidate === written);
      if (value !== undefined) return { value, span: node.span };
      const message = `"${written}" is not one of ${words.join(', ')}`;
      return reportAt(reading, 'invalid-value', node.span, message, inOurWords(written, words));
    },
    schema: () => described({ enum: words.flatMap(spellings) }, description),
  };
}

/** `on: [429]` and `is: null` are words too, whatever YAML makes of them. */
function writtenWord(node: Node): string | undefined {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'number') return node.written;
  return node.kind === 'null' ? 'null' : undefined;
}

/** YAML reads 429 as a number and null as nothing: either is the word too. */
function spellings(written: string): readonly unknown[] {
  if (written === 'null') return [written, null];
  return /^\d+$/.test(written) ? [written, Number(written)] : [written];
}

/** Milliseconds of a number with a unit. */
export function duration(description?: string): Shape<Spanned<number>> {
  return {
    read(node, reading) {
      const value = readDuration(node, reading);
      return value === undefined ? undefined : { value, span: node.span };
    },
    schema: () => described({ type: 'string', pattern: '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$' }, description),
  };
}

export function readDuration(node: Node, reading: Reading): number | undefined {
  const value = node.kind === 'text' ? parseDuration(node.text) : undefined;
  if (value !== undefined) return value;
  if (node.kind === 'number') {
    const message = 'a duration needs a unit';
    return reportAt(
      reading,
      'bad-duration',
      node.span,
      message,
      `write ${node.written}ms or ${node.written}s`,
    );
  }
  if (node.kind !== 'text') return wrongType(reading, node, 'a duration', 'like 250ms, 2s, 10m, 1h30m');
  const message = `"${node.text}" is not a duration`;
  return reportAt(reading, 'bad-duration', node.span, message, 'like 250ms, 2s, 1.5s, 10m, 1h30m, 1d');
}
