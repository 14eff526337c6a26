import type { Document, Element } from 'slimdom';
import type { MarkupNode } from './markup.ts';

/** A character as names of XML cannot hold it (WHATWG HTML, 13.2.9: coercing an HTML DOM into an infoset). */
function coerceCharacter(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  return `U${code.toString(16).toUpperCase().padStart(6, '0')}`;
}

/** A name without colons and without signs that XML forbids in names. */
function coerceName(name: string): string {
  return name.replace(/[^\p{L}\p{N}_.-]/gu, coerceCharacter).replace(/^[^\p{L}_]/u, coerceCharacter);
}

function createElement(document: Document, { name = '', attribs = {} }: MarkupNode): Element {
  const element = document.createElementNS(null, coerceName(name));
  for (const [attribute, value] of Object.entries(attribs)) {
    element.setAttributeNS(null, coerceName(attribute), value);
  }
  return element;
}

function createNode(document: Document, node: MarkupNode): Element | undefined {
  const isElement = node.attribs !== undefined;
  return isElement ? createElement(document, node) : undefined;
}

function appendChildren(document: Document, parent: Document | Element, node: MarkupNode): void {
  for (const child of node.children ?? []) {
    const element = createNode(document, child);
    if (element !== undefined) parent.appendChild(element);
    else if (child.type === 'text') parent.appendChild(document.createTextNode(child.data ?? ''));
    else if (child.type === 'comment') parent.appendChild(document.createComment(child.data ?? ''));
    // What a template holds lies in a root of its own.
    appendChildren(document, element ?? parent, child);
  }
}

/** Fills an empty document with the tree of HTML: names in lower case, no element in a namespace. */
export function fillDocument(document: Document, root: MarkupNode): Document {
  appendChildren(document, document, root);
  return document;
}
