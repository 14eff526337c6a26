import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseDocument,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import { placeOf, type Source, type Span } from '../diagnostics/source.ts';
import type { MapNode, Member, Node, TextNode } from './node.ts';
import { readPlainNumber } from './number.ts';
import { reportYamlErrors } from './yaml-errors.ts';

/** Nodes that aliases may add to a document: enough for people, too few for a bomb. */
const aliasLimit = 10_000;
const depthLimit = 200;

type YamlPair = YAMLMap.Parsed['items'][number];

interface Reading {
  readonly source: Source;
  readonly report: Report;
  readonly anchors: Map<string, ParsedNode>;
  readonly open: Set<unknown>;
  depth: number;
  fromAliases: number;
  insideAlias: number;
}

function fail(reading: Reading, code: DiagnosticCode, message: string, span: Span, fix?: string): undefined {
  const place = placeOf(reading.source, span);
  reading.report({ code, severity: 'error', message, place, ...(fix === undefined ? {} : { fix }) });
  return undefined;
}

function spanOf(range: readonly number[] | null | undefined): Span {
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}

const styles: Readonly<Record<string, TextNode['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

function readScalar(reading: Reading, scalar: Scalar): Node | undefined {
  const span = spanOf(scalar.range);
  const { value } = scalar;
  if (typeof value === 'string')
    return { kind: 'text', span, text: value, style: styles[scalar.type ?? ''] ?? 'plain' };
  if (typeof value === 'boolean') return { kind: 'boolean', span, value };
  if (value === null) {
    if (scalar.source !== '') return { kind: 'null', span };
    return fail(
      reading,
      'yaml-missing-value',
      'a value is missing here',
      span,
      'write null, if null is meant',
    );
  }
  const written = scalar.source ?? String(value);
  const number = readPlainNumber(written);
  if (number !== undefined) return { kind: 'number', span, value: number, written };
  return fail(
    reading,
    'invalid-value',
    `${written} is not a number of JSON`,
    span,
    'put it in quotes, if text is meant',
  );
}

function readKey(reading: Reading, pair: YamlPair, map: YAMLMap.Parsed): TextNode | undefined {
  // An empty text in quotes is a key as any other; JSON has such members.
  const isMissing = isScalar(pair.key) && pair.key.source === '' && pair.key.type === 'PLAIN';
  if (!isScalar(pair.key) || isMissing) {
    const span = isMap(pair.key) || isSeq(pair.key) ? spanOf(pair.key.range) : spanOf(map.range);
    return fail(reading, 'yaml-syntax', 'a key must be a text', span);
  }
  const span = spanOf(pair.key.range);
  if (pair.key.value === '<<' && pair.key.type === 'PLAIN') {
    return fail(reading, 'yaml-merge-key', 'merge keys (<<) are not YAML 1.2', span, 'write the members out');
  }
  const text = typeof pair.key.value === 'string' ? pair.key.value : (pair.key.source ?? '');
  return { kind: 'text', span, text, style: styles[pair.key.type ?? ''] ?? 'plain' };
}

function readMember(
  reading: Reading,
  pair: YamlPair,
  map: YAMLMap.Parsed,
  seen: Map<string, TextNode>,
): Member | undefined {
  const key = readKey(reading, pair, map);
  if (key === undefined) return undefined;
  const first = seen.get(key.text);
  if (first !== undefined) {
    const line = placeOf(reading.source, first.span).line;
    return fail(
      reading,
      'yaml-duplicate-key',
      `"${key.text}" is here twice`,
      key.span,
      `the first is on line ${line}`,
    );
  }
  seen.set(key.text, key);
  const absent =
    pair.value === null || (isScalar(pair.value) && pair.value.value === null && pair.value.source === '');
  if (absent) {
    const message = `"${key.text}" has no value`;
    return fail(reading, 'yaml-missing-value', message, key.span, 'write null, if null is meant');
  }
  const value = readNode(reading, pair.value);
  return value === undefined ? undefined : { key, value };
}

function readMap(reading: Reading, map: YAMLMap.Parsed): MapNode {
  const seen = new Map<string, TextNode>();
  const members = map.items.flatMap((pair) => readMember(reading, pair, map, seen) ?? []);
  const whole = members.length === map.items.length ? {} : { broken: true as const };
  return { kind: 'map', span: spanOf(map.range), members, ...whole };
}

function readContent(reading: Reading, node: ParsedNode): Node | undefined {
  if (isScalar(node)) return readScalar(reading, node);
  if (isMap(node)) return readMap(reading, node);
  if (!isSeq(node)) return undefined;
  const items = node.items.flatMap((item) => readNode(reading, item) ?? []);
  return { kind: 'list', span: spanOf(node.range), items };
}

function readAlias(reading: Reading, name: string, span: Span): Node | undefined {
  const target = reading.anchors.get(name);
  if (target === undefined)
    return fail(reading, 'yaml-syntax', `there is no anchor &${name} before this`, span);
  if (reading.open.has(target)) {
    return fail(reading, 'yaml-alias-expansion', 'an alias stands inside itself', span);
  }
  reading.insideAlias++;
  const node = readNode(reading, target);
  reading.insideAlias--;
  return node;
}

function readNode(reading: Reading, node: ParsedNode | null): Node | undefined {
  if (node === null) return undefined;
  if (isAlias(node)) return readAlias(reading, node.source, spanOf(node.range));
  if (reading.insideAlias > 0 && ++reading.fromAliases > aliasLimit) {
    if (reading.fromAliases > aliasLimit + 1) return undefined;
    const span = spanOf(node.range);
    return fail(reading, 'yaml-alias-expansion', `aliases add more than ${aliasLimit} values`, span);
  }
  if (reading.depth >= depthLimit) {
    return fail(
      reading,
      'yaml-syntax',
      `this is nested deeper than ${depthLimit} levels`,
      spanOf(node.range),
    );
  }
  if (node.anchor !== undefined) reading.anchors.set(node.anchor, node);
  reading.open.add(node);
  reading.depth++;
  const read = readContent(reading, node);
  reading.depth--;
  reading.open.delete(node);
  return read;
}

function reportTags(source: Source, warnings: readonly YAMLError[], report: Report): void {
  for (const { code, message, pos } of warnings) {
    if (code !== 'TAG_RESOLVE_FAILED') continue;
    const place = placeOf(source, { start: pos[0], end: pos[1] });
    const name = message.replace(/^.*: /, '');
    report({
      code: 'yaml-unknown-tag',
      severity: 'error',
      message: `${name} is not a tag of YAML 1.2 core`,
      place,
    });
  }
}

function parse(source: Source, report: Report): Document.Parsed<ParsedNode> | undefined {
  try {
    return parseDocument(source.text, { uniqueKeys: false, merge: false, prettyErrors: false });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const place = placeOf(source, { start: 0, end: 0 });
    report({ code: 'yaml-syntax', severity: 'error', message: `${source.file} is nested too deeply`, place });
    return undefined;
  }
}

/** The document as a tree (YAML 1.2 core). Where its text is broken: diagnostics, and nothing. */
export function parseTree(source: Source, report: Report): Node | undefined {
  const document = parse(source, report);
  if (document === undefined) return undefined;
  const syntaxErrors = document.errors.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED');
  reportTags(source, [...document.errors, ...document.warnings], report);
  reportYamlErrors(source, document, syntaxErrors, report);
  if (syntaxErrors.length > 0) return undefined;
  const counts = { depth: 0, fromAliases: 0, insideAlias: 0 };
  const reading: Reading = { source, report, anchors: new Map(), open: new Set(), ...counts };
  if (document.contents !== null) return readNode(reading, document.contents);
  return fail(reading, 'yaml-syntax', `${source.file} is empty`, { start: 0, end: 0 });
}
