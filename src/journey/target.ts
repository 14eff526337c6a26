import type { Span } from '../diagnostics/source.ts';
import type { Filter } from '../query/filter.ts';
import { filtersShape } from './filter.ts';
import { type EntryList, entries } from './map-shapes.ts';
import type { Member, Node, TextNode } from './node.ts';
import { inOurWords } from './other-words.ts';
import { text, word } from './scalar-shapes.ts';
import { type Reading, reportAt, wrongType } from './shape.ts';

/** Targets without an argument. */
export const plainTargets = [
  'status',
  'text',
  'bytes',
  'md5',
  'sha1',
  'sha256',
  'sha512',
  'duration',
  'redirects',
  'url',
  'httpVersion',
  'attempts',
  'error',
] as const;

/** Targets whose argument is a text. */
export const textTargets = [
  'header',
  'cookie',
  'body',
  'xpath',
  'css',
  'regex',
  'timing',
  'certificate',
  'output',
  'value',
] as const;

/** Targets that judge the answer themselves: they hold or not, and take no operator and no filter. */
const judgingTargets = ['schema', 'openapi'] as const;

export const argumentTargets = [...textTargets, ...judgingTargets] as const;

export const timingPhases = ['dns', 'tcp', 'tls', 'firstByte', 'total'] as const;
export const certificateFields = [
  'subject',
  'issuer',
  'validFrom',
  'validTo',
  'subjectAltName',
  'serialNumber',
  'fingerprint256',
] as const;

export type PlainTarget = (typeof plainTargets)[number];
export type TextTarget = (typeof textTargets)[number];
export type JudgingTarget = (typeof judgingTargets)[number];
export type ArgumentTarget = (typeof argumentTargets)[number];

/** What is looked at, with what names it. */
export type ParsedTarget = TargetBeside &
  (
    | { readonly kind: PlainTarget; readonly span: Span }
    | { readonly kind: TextTarget; readonly span: Span; readonly argument: TextNode }
    /** A file's name, or what it would hold: the schema itself; true for the service's own document. */
    | { readonly kind: JudgingTarget; readonly span: Span; readonly argument: Node }
  );

/** What may stand beside every target, or beside one. */
export interface TargetBeside {
  readonly filters?: readonly Filter[];
  /** Of `css`. */
  readonly attribute?: TextNode;
  /** Of `xpath`. */
  readonly namespaces?: EntryList<TextNode>;
}

export function isPlainTarget(name: string): name is PlainTarget {
  return plainTargets.some((known) => known === name);
}

export function isTextTarget(name: string): name is TextTarget {
  return textTargets.some((known) => known === name);
}

export function isJudgingTarget(name: string): name is JudgingTarget {
  return judgingTargets.some((known) => known === name);
}

export function isTarget(name: string): boolean {
  return isPlainTarget(name) || isTextTarget(name) || isJudgingTarget(name);
}

const argumentNames: Readonly<Record<TextTarget, string>> = {
  header: 'a name, like location',
  cookie: 'a name, like session, or one with an attribute, like "session; Path"',
  body: 'a JSONPath, like $.id',
  xpath: 'an XPath, like //title',
  css: 'a selector, like h1.title',
  regex: 'a pattern, like "order (\\d+)"',
  timing: `one of ${timingPhases.join(', ')}`,
  certificate: `one of ${certificateFields.join(', ')}`,
  output: 'the name of an output of this step',
  value: `an expression in \${{ }}`,
};

/** Targets whose argument is one of a closed list. */
export const wordsOf: Readonly<Partial<Record<TextTarget, readonly string[]>>> = {
  timing: timingPhases,
  certificate: certificateFields,
};

/** The argument of a target: a header's name, a JSONPath, an expression. */
export function readArgument(kind: TextTarget, node: Node, reading: Reading): TextNode | undefined {
  if (node.kind !== 'text') return wrongType(reading, node, argumentNames[kind]);
  const words = wordsOf[kind];
  return words === undefined || word(words).read(node, reading) !== undefined ? node : undefined;
}

/** What a judging target is given: a schema or a file's name; of `openapi` true or a file's name. */
export function readJudged(kind: JudgingTarget, node: Node, reading: Reading): Node | undefined {
  if (node.kind === 'text') return node;
  if (kind === 'schema') {
    if (node.kind === 'map' || node.kind === 'boolean') return node;
    return wrongType(reading, node, "a schema, or a file's name");
  }
  if (node.kind === 'boolean' && node.value) return node;
  return wrongType(reading, node, "true, or a file's name");
}

export const namespacesShape = entries(text('URI of a namespace'), 'a map of prefixes and URIs');
export const attributeShape = text('That attribute of the element, instead of its text');

export const besideTarget = ['filter', 'attribute', 'namespaces'] as const;
const ownersOf: ReadonlyMap<string, string> = new Map([
  ['attribute', 'css'],
  ['namespaces', 'xpath'],
]);

/** Filters, the attribute of `css`, the namespaces of `xpath`; undefined where one is wrong. */
export function readTargetBeside(
  kind: string,
  members: readonly Member[],
  reading: Reading,
): TargetBeside | undefined {
  const beside: { -readonly [K in keyof TargetBeside]: TargetBeside[K] } = {};
  let whole = true;
  for (const { key, value } of members) {
    if (!besideTarget.some((name) => name === key.text)) continue;
    const owner = ownersOf.get(key.text) ?? kind;
    if (owner !== kind) {
      reportAt(reading, 'assertion-target', key.span, `"${key.text}" stands beside ${owner} alone`);
      whole = false;
    } else if (isJudgingTarget(kind)) {
      const judged = kind === 'schema' ? 'body' : 'answer';
      reportAt(reading, 'assertion-target', key.span, `"${kind}" judges the ${judged} as it is`);
      whole = false;
    } else whole = readOneBeside(key.text, value, beside, reading) && whole;
  }
  return whole ? beside : undefined;
}

function readOneBeside(
  name: string,
  value: Node,
  beside: { -readonly [K in keyof TargetBeside]: TargetBeside[K] },
  reading: Reading,
): boolean {
  if (name === 'filter') return assign(beside, 'filters', filtersShape.read(value, reading));
  if (name === 'attribute') return assign(beside, 'attribute', attributeShape.read(value, reading));
  return assign(beside, 'namespaces', namespacesShape.read(value, reading));
}

function assign<T, K extends keyof T>(map: T, name: K, value: T[K] | undefined): boolean {
  if (value === undefined) return false;
  map[name] = value;
  return true;
}

/** Reports a key that is neither target nor anything else that may stand here. */
export function reportStrange(
  { key }: Member,
  what: string,
  known: readonly string[],
  reading: Reading,
): undefined {
  const message = `"${key.text}" is not a key of ${what}`;
  return reportAt(reading, 'unknown-key', key.span, message, inOurWords(key.text, known));
}

/** The one target among the members; none, or two, do not compile. */
export function oneTarget(
  members: readonly Member[],
  span: Span,
  what: string,
  reading: Reading,
): Member | undefined {
  const found = members.filter(({ key }) => isTarget(key.text));
  if (found.length === 1) return found[0];
  if (found.length === 0) {
    const usual = ['status', 'header', 'body', 'text', 'value'].join(', ');
    return reportAt(reading, 'assertion-target', span, `${what} needs a target`, `like ${usual}`);
  }
  const second = found[1]?.key.span ?? span;
  const message = `${what} has one target, not ${found.length}`;
  return reportAt(reading, 'assertion-target', second, message, 'write two');
}
