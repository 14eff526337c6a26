import { parseJson } from '../query/json.ts';
import { endOfString } from '../query/json-reader.ts';
import { ExactNumber, type Value } from '../query/value.ts';
import { cutEnd, visible } from './text.ts';

/**
 * JSON text of plain data (RFC 8259). An exact number is written as it was, bytes are base64, and a member
 * that is undefined is left out.
 */
export function renderJson(data: unknown): string {
  if (data instanceof ExactNumber) return data.text;
  if (Object.is(data, -0)) return '-0';
  if (data instanceof Uint8Array) return JSON.stringify(Buffer.from(data).toString('base64'));
  if (Array.isArray(data)) return `[${data.map((item) => renderJson(item ?? null)).join(',')}]`;
  if (typeof data !== 'object' || data === null) return JSON.stringify(data) ?? 'null';
  const members = Object.entries(data).filter(([, value]) => value !== undefined);
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${renderJson(value)}`).join(',')}}`;
}

const plainToken = /[{}[\],:]|[^\s{}[\],:"]+/y;

/** Strings are not left to a pattern, whose stack a long one would fill. */
function tokensOf(json: string): readonly string[] {
  const tokens: string[] = [];
  for (let at = 0; at < json.length; ) {
    const end = json.charAt(at) === '"' ? endOfString(json, at) : endOfPlain(json, at);
    if (end > at) tokens.push(json.slice(at, end));
    at = Math.max(end, at + 1);
  }
  return tokens;
}

/** Where a token that is no string ends; `at` itself, where there is none but space. */
function endOfPlain(json: string, at: number): number {
  plainToken.lastIndex = at;
  return plainToken.test(json) ? plainToken.lastIndex : at;
}

/**
 * JSON text for a reader: what fits into `width` columns stays on one line, `{ "sku": "SKU-0" }`, the rest has
 * a member a line. Numbers and strings stay as they were written.
 */
export function layJson(json: string, width: number): string {
  const tokens = tokensOf(json);
  let at = 0;
  const take = (): string => tokens[at++] ?? '';
  const readValue = (indent: number, column: number): string => {
    const open = take();
    if (open !== '{' && open !== '[') return open;
    const members: string[] = [];
    while (at < tokens.length && tokens[at] !== '}' && tokens[at] !== ']') {
      if (tokens[at] === ',') take();
      else members.push(open === '{' ? readMember(indent + 2) : readValue(indent + 2, indent + 2));
    }
    take();
    return layMembers(open, members, indent, width - column);
  };
  const readMember = (indent: number): string => {
    const name = take();
    take();
    return `${name}: ${readValue(indent, indent + name.length + 2)}`;
  };
  return readValue(0, 0);
}

function layMembers(open: '{' | '[', members: readonly string[], indent: number, room: number): string {
  const close = open === '{' ? '}' : ']';
  if (members.length === 0) return open + close;
  const space = open === '{' ? ' ' : '';
  const line = `${open}${space}${members.join(', ')}${space}${close}`;
  if (line.length <= room && !line.includes('\n')) return line;
  const inside = members.map((member) => `${' '.repeat(indent + 2)}${member}`);
  return `${open}\n${inside.join(',\n')}\n${' '.repeat(indent)}${close}`;
}

/** JSON that nests too deeply to be laid out counts as plain text. */
export function isJson(text: string): boolean {
  return parseJson(text).ok;
}

/** More UTF-16 units than any sign has that takes a column. */
const unitsInColumn = 64;

/** A value as a person reads it, at most `width` characters. */
export function renderValue(value: Value, width: number, ellipsis: string): string {
  if (value instanceof Uint8Array) return value.length === 1 ? '1 byte' : `${value.length} bytes`;
  const laid = layJson(renderJson(value), Number.POSITIVE_INFINITY);
  // To measure all of a text that is cut anyway takes seconds.
  return cutEnd(visible(laid.slice(0, width * unitsInColumn)), width, ellipsis);
}

/** An output beside its name: quotes are left out where nothing is lost by it. */
export function renderOutput(value: Value, width: number, ellipsis: string): string {
  const plain =
    typeof value === 'string' && /^(?:(?=.*\p{L})[\p{L}\p{N}_][\p{L}\p{N}_.@:/+-]*|\*+)$/u.test(value);
  if (plain && !isJson(value)) return cutEnd(value, width, ellipsis);
  return renderValue(value, width, ellipsis);
}
