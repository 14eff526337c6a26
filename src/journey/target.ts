import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import type { Member, Node, TextNode } from './node.ts';
import { type Reading, reportAt, wrongType } from './shape.ts';

export const plainTargets = ['status', 'text', 'duration', 'error', 'attempts'] as const;
export const argumentTargets = ['header', 'body', 'value'] as const;

/** Targets of the language that this version does not know yet. */
export const laterTargets = [
  'cookie',
  'xpath',
  'css',
  'regex',
  'bytes',
  'md5',
  'sha1',
  'sha256',
  'sha512',
  'timing',
  'redirects',
  'url',
  'httpVersion',
  'certificate',
  'output',
  'schema',
  'openapi',
] as const;

/** Keys that stand beside a target, and are not known yet either. */
export const laterBeside = ['filter', 'attribute', 'namespaces'] as const;

export type PlainTarget = (typeof plainTargets)[number];
export type ArgumentTarget = (typeof argumentTargets)[number];

/** What is looked at, with the text that names it. */
export type ParsedTarget =
  | { readonly kind: PlainTarget; readonly span: Span }
  | { readonly kind: ArgumentTarget; readonly span: Span; readonly argument: TextNode };

export function isPlainTarget(name: string): name is PlainTarget {
  return plainTargets.some((known) => known === name);
}

export function isArgumentTarget(name: string): name is ArgumentTarget {
  return argumentTargets.some((known) => known === name);
}

export function isTarget(name: string): boolean {
  return isPlainTarget(name) || isArgumentTarget(name);
}

const examples: Readonly<Record<ArgumentTarget, string>> = {
  header: 'a name, like location',
  body: 'a JSONPath, like $.id',
  value: `an expression in \${{ }}`,
};

/** The argument of a target: a header's name, a JSONPath, an expression. */
export function readArgument(kind: ArgumentTarget, node: Node, reading: Reading): TextNode | undefined {
  if (node.kind === 'text') return node;
  return wrongType(reading, node, examples[kind]);
}

/** Reports a key that is neither target nor anything else that may stand here. */
export function reportStrange(
  { key }: Member,
  what: string,
  known: readonly string[],
  reading: Reading,
): undefined {
  const later = [...laterTargets, ...laterBeside].some((name) => name === key.text);
  if (later) return reportAt(reading, 'not-supported-yet', key.span, `"${key.text}" is not supported yet`);
  const message = `"${key.text}" is not a key of ${what}`;
  return reportAt(reading, 'unknown-key', key.span, message, didYouMean(key.text, known));
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
  const known = [...plainTargets, ...argumentTargets].join(', ');
  if (found.length === 0) {
    return reportAt(reading, 'assertion-target', span, `${what} needs a target`, `one of ${known}`);
  }
  const second = found[1]?.key.span ?? span;
  return reportAt(
    reading,
    'assertion-target',
    second,
    `${what} has one target, not ${found.length}`,
    'write two',
  );
}
