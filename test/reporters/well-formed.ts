export interface Node {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly Node[];
  /** Its own text, references resolved. */
  readonly text: string;
}

const references: { readonly [name: string]: string } = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Reads XML 1.0 without DTD, comments and sections of data. @throws Error on anything not well-formed. */
export function parseXml(text: string): Node {
  if (!/^(?:[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}])*$/u.test(text)) {
    throw new Error('a character that XML forbids');
  }
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray => {
    const sticky = new RegExp(pattern.source, 'yu');
    sticky.lastIndex = at;
    const found = sticky.exec(text);
    if (found === null) throw new Error(`${pattern.source} expected at ${text.slice(at, at + 40)}`);
    at = sticky.lastIndex;
    return found;
  };
  const element = (): Node => {
    const name = match(/<([\w.-]+)/)[1]!;
    const attributes: { [name: string]: string } = {};
    while (!text.startsWith('/>', at) && text[at] !== '>') {
      const [, key, value] = match(/\s+([\w.-]+)="([^<"]*)"/);
      if (Object.hasOwn(attributes, key!)) throw new Error(`${key} stands twice`);
      attributes[key!] = resolve(value!);
    }
    if (match(/\/?>/)[0] === '/>') return { name, attributes, children: [], text: '' };
    const children: Node[] = [];
    let own = '';
    while (!text.startsWith('</', at)) {
      if (text[at] === '<') children.push(element());
      else own += resolve(match(/[^<]+/)[0]);
    }
    if (match(/<\/([\w.-]+)>/)[1] !== name) throw new Error(`${name} is not closed`);
    return { name, attributes, children, text: own };
  };
  match(/<\?xml version="1\.0" encoding="UTF-8"\?>\s*/);
  const root = element();
  match(/\s*$/);
  return root;
}

function resolve(text: string): string {
  if (text.includes(']]>')) throw new Error(']]> in text');
  return text.replaceAll(/&([^;&]*);?/g, (whole, name: string) => {
    const character = name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : references[name];
    if (character === undefined || !whole.endsWith(';')) throw new Error(`a bad reference: ${whole}`);
    return character;
  });
}
