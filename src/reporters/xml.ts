/** An element and what is in it; an attribute that is undefined is left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string | number | undefined };
  readonly children: readonly (XmlElement | string)[];
}

/** A document of XML 1.0 in UTF-8. What XML forbids is removed from texts; names are taken as they are. */
export function renderXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderElement(root, '')}\n`;
}

function renderElement(element: XmlElement, indent: string): string {
  const attributes = Object.entries(element.attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [` ${name}="${escapeAttribute(String(value))}"`],
  );
  const open = `${indent}<${element.name}${attributes.join('')}`;
  if (element.children.length === 0) return `${open}/>`;
  // White space around text would become a part of it.
  if (element.children.some((child) => typeof child === 'string')) {
    const inside = element.children.map((child) =>
      typeof child === 'string' ? escapeText(child) : renderElement(child, ''),
    );
    return `${open}>${inside.join('')}</${element.name}>`;
  }
  const inside = element.children.map((child) =>
    typeof child === 'string' ? child : renderElement(child, `${indent}  `),
  );
  return `${open}>\n${inside.join('\n')}\n${indent}</${element.name}>`;
}

const escapes: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function escapeText(text: string): string {
  return allowed(text).replaceAll(/[&<>\r]/g, (character) => escapes[character] ?? '');
}

/** A parser turns a line break in an attribute into a space (XML 1.0, 3.3.3). */
function escapeAttribute(text: string): string {
  return allowed(text).replaceAll(/[&<>"\t\n\r]/g, (character) => escapes[character] ?? '');
}

/** The Char production of XML 1.0, 2.2; half a surrogate pair is none. */
function allowed(text: string): string {
  return text.replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');
}
