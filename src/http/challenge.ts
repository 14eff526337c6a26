/** What a server asks for (RFC 9110, 11.6.1); scheme and names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const character = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
const end = '(?=\\s*(?:,|$))';
const parameter = `(${character}+)\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${character}+)${end})`;
// With its token68, where it has one in place of parameters.
const scheme = `(${character}+)(?!${character}|\\s*=)(?:\\s+[\\w\\-.~+/]+=*${end})?`;
const part = new RegExp(`${parameter}|${scheme}`, 'y');

/** Reads the value of a WWW-Authenticate, which may hold several; what follows an error in it is left out. */
export function readChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let index = skip(header, 0);
  while (index < header.length) {
    part.lastIndex = index;
    const match = part.exec(header);
    if (match === null) break;
    const [text, name, quoted, bare, asked] = match;
    if (asked !== undefined) {
      challenges.push({ scheme: asked.toLowerCase(), parameters: new Map() });
    } else if (name !== undefined) {
      const value = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
      challenges.at(-1)?.parameters.set(name.toLowerCase(), value);
    }
    index = skip(header, index + text.length);
  }
  return challenges;
}

function skip(header: string, from: number): number {
  let index = from;
  while (' \t,'.includes(header.charAt(index)) && index < header.length) index += 1;
  return index;
}
