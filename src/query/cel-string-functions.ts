import { formatText } from './cel-format.ts';
import { type FunctionTable, overload } from './cel-overload.ts';
import { CelList } from './cel-value.ts';
import { charactersOf, countCharacters, sliceCharacters } from './characters.ts';
import { Fault } from './evaluation.ts';

/** An index into a text of `length` characters, its end included. */
function checkIndex(index: bigint, length: number): number {
  if (index < 0n || index > BigInt(length)) throw new Fault(`index ${index} lies outside of 0 to ${length}`);
  return Number(index);
}

function indexOf(text: string, part: string, from = 0n): bigint {
  const start = checkIndex(from, countCharacters(text));
  const unit = text.indexOf(part, sliceCharacters(text, 0, start).length);
  return unit === -1 ? -1n : BigInt(countCharacters(text.slice(0, unit)));
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  const length = countCharacters(text);
  const start = from === undefined ? length : checkIndex(from, length);
  const unit = text.lastIndexOf(part, sliceCharacters(text, 0, start).length);
  return unit === -1 ? -1n : BigInt(countCharacters(text.slice(0, unit)));
}

function substring(text: string, from: bigint, to?: bigint): string {
  const length = countCharacters(text);
  const start = checkIndex(from, length);
  const end = to === undefined ? length : checkIndex(to, length);
  if (end < start) throw new Fault(`the end ${end} lies before the start ${start}`);
  return sliceCharacters(text, start, end);
}

function replace(text: string, old: string, replacement: string, limit = -1n): string {
  let left = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
  return text.replaceAll(old, (found) => {
    left -= 1;
    return left >= 0 ? replacement : found;
  });
}

function split(text: string, separator: string, limit = -1n): CelList {
  const parts = separator === '' ? charactersOf(text) : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return new CelList(parts);
  if (limit === 0n) return new CelList([]);
  const kept = Number(limit) - 1;
  return new CelList([...parts.slice(0, kept), parts.slice(kept).join(separator)]);
}

function join(list: CelList, separator = ''): string {
  const odd = list.items.findIndex((item) => typeof item !== 'string');
  if (odd !== -1)
    throw new Fault(`join wants a list of texts, and element ${odd} is none`, 'use map(x, string(x))');
  return list.items.join(separator);
}

const quoteEscapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

function quote(text: string): string {
  return `"${charactersOf(text)
    .map((sign) => quoteEscapes[sign] ?? sign)
    .join('')}"`;
}

/** The strings extension of CEL; indexes count Unicode characters. */
export const stringFunctions: FunctionTable = {
  '.charAt': [
    overload(['string', 'int'], 'string', ([text, index]) => {
      const at = checkIndex(index, countCharacters(text));
      return sliceCharacters(text, at, at + 1);
    }),
  ],
  '.indexOf': [
    overload(['string', 'string'], 'int', ([text, part]) => indexOf(text, part)),
    overload(['string', 'string', 'int'], 'int', ([text, part, from]) => indexOf(text, part, from)),
  ],
  '.lastIndexOf': [
    overload(['string', 'string'], 'int', ([text, part]) => lastIndexOf(text, part)),
    overload(['string', 'string', 'int'], 'int', ([text, part, from]) => lastIndexOf(text, part, from)),
  ],
  '.substring': [
    overload(['string', 'int'], 'string', ([text, from]) => substring(text, from)),
    overload(['string', 'int', 'int'], 'string', ([text, from, to]) => substring(text, from, to)),
  ],
  '.replace': [
    overload(['string', 'string', 'string'], 'string', ([text, old, by]) => replace(text, old, by)),
    overload(['string', 'string', 'string', 'int'], 'string', ([text, old, by, limit]) =>
      replace(text, old, by, limit),
    ),
  ],
  '.split': [
    overload(['string', 'string'], 'list', ([text, separator]) => split(text, separator)),
    overload(['string', 'string', 'int'], 'list', ([text, separator, limit]) =>
      split(text, separator, limit),
    ),
  ],
  '.join': [
    overload(['list'], 'string', ([list]) => join(list)),
    overload(['list', 'string'], 'string', ([list, separator]) => join(list, separator)),
  ],
  '.lowerAscii': [
    overload(['string'], 'string', ([text]) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase())),
  ],
  '.upperAscii': [
    overload(['string'], 'string', ([text]) => text.replace(/[a-z]+/g, (part) => part.toUpperCase())),
  ],
  '.trim': [overload(['string'], 'string', ([text]) => text.trim())],
  '.format': [overload(['string', 'list'], 'string', ([text, list]) => formatText(text, list.items))],
  'strings.quote': [overload(['string'], 'string', ([text]) => quote(text))],
};
