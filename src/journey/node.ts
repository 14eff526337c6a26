import type { Span } from '../diagnostics/source.ts';
import type { ExactNumber, Value } from '../query/value.ts';

/** A text as a person wrote it. */
export interface TextNode {
  readonly kind: 'text';
  readonly span: Span;
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
}

export interface NumberNode {
  readonly kind: 'number';
  readonly span: Span;
  readonly value: number | ExactNumber;
  /** As written in the file: `1.10`, `0x1F`. */
  readonly written: string;
}

export interface BooleanNode {
  readonly kind: 'boolean';
  readonly span: Span;
  readonly value: boolean;
}

export interface NullNode {
  readonly kind: 'null';
  readonly span: Span;
}

export interface ListNode {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly Node[];
}

export interface Member {
  readonly key: TextNode;
  readonly value: Node;
}

export interface MapNode {
  readonly kind: 'map';
  readonly span: Span;
  readonly members: readonly Member[];
  /** A member was left out because its text is broken: nothing may be said to be missing. */
  readonly broken?: true;
}

/** A YAML or JSON document as a tree whose every node knows where it stands. */
export type Node = TextNode | NumberNode | BooleanNode | NullNode | ListNode | MapNode;

/** The value that a node stands for; members stay in the order written. */
export function nodeValue(node: Node): Value {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'number':
    case 'boolean':
      return node.value;
    case 'null':
      return null;
    case 'list':
      return node.items.map(nodeValue);
    case 'map':
      return Object.fromEntries(node.members.map(({ key, value }) => [key.text, nodeValue(value)]));
  }
}

export function memberOf(node: MapNode, name: string): Member | undefined {
  return node.members.find(({ key }) => key.text === name);
}

const kindNames: Readonly<Record<Exclude<Node['kind'], 'boolean'>, string>> = {
  text: 'a text',
  number: 'a number',
  null: 'null',
  list: 'a list',
  map: 'a map',
};

/** What a node is, for a message: `a list`. */
export function kindName(node: Node): string {
  return node.kind === 'boolean' ? String(node.value) : kindNames[node.kind];
}
