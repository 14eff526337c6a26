import { numberFrom, type Value } from './value.ts';

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;

interface Reader {
  readonly text: string;
  readonly maxDepth: number;
  at: number;
}

class JsonError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}

function skipSpace(reader: Reader): void {
  const code = reader.text.charCodeAt(reader.at);
  if (code <= 0x20) take(reader, space);
}

function unexpected(reader: Reader, wanted: string): never {
  // Not what is there instead: the text may be a secret.
  const found = reader.at < reader.text.length ? '' : ', found the end';
  throw new JsonError(`expected ${wanted}${found}`, reader.at);
}

function takeSign(reader: Reader, sign: string): boolean {
  skipSpace(reader);
  if (reader.text.charAt(reader.at) !== sign) return false;
  reader.at += 1;
  return true;
}

/** The end of the string that begins at `start`, behind its quote; -1 where it is not closed. */
export function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1) {
    let before = quote - 1;
    while (text.charAt(before) === '\\') before -= 1;
    // An even number of backslashes escape one another, not the quote.
    if ((quote - before) % 2 === 1) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}

function readString(reader: Reader): string {
  const start = reader.at;
  const end = endOfString(reader.text, start);
  if (end === -1) throw new JsonError('this string is not closed', start);
  reader.at = end;
  try {
    // Escapes and control characters are the platform's affair.
    return JSON.parse(reader.text.slice(start, end));
  } catch {
    throw new JsonError('this string holds a control character or a wrong escape', start);
  }
}

/** `__proto__` is a member like any other. */
function setMember(members: Record<string, Value>, name: string, value: Value): void {
  if (name !== '__proto__') members[name] = value;
  else Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}

function readObject(reader: Reader, depth: number): Value {
  const members: Record<string, Value> = {};
  if (takeSign(reader, '}')) return members;
  do {
    skipSpace(reader);
    if (reader.text.charAt(reader.at) !== '"') unexpected(reader, "a member's name in double quotes");
    const name = readString(reader);
    if (!takeSign(reader, ':')) unexpected(reader, '":"');
    setMember(members, name, readValue(reader, depth));
  } while (takeSign(reader, ','));
  if (!takeSign(reader, '}')) unexpected(reader, '"," or "}"');
  return members;
}

function readList(reader: Reader, depth: number): Value {
  const items: Value[] = [];
  if (takeSign(reader, ']')) return items;
  do items.push(readValue(reader, depth));
  while (takeSign(reader, ','));
  if (!takeSign(reader, ']')) unexpected(reader, '"," or "]"');
  return items;
}

function readWord(reader: Reader): boolean | null {
  const found = take(reader, word);
  if (found === undefined) unexpected(reader, 'a value');
  return found === 'null' ? null : found === 'true';
}

function readValue(reader: Reader, depth: number): Value {
  skipSpace(reader);
  const sign = reader.text.charAt(reader.at);
  if (sign === '"') return readString(reader);
  if (sign === '{' || sign === '[') {
    if (depth === reader.maxDepth) throw new JsonError(`nested deeper than ${depth} levels`, reader.at);
    reader.at += 1;
    return sign === '{' ? readObject(reader, depth + 1) : readList(reader, depth + 1);
  }
  const digits = take(reader, number);
  return digits === undefined ? readWord(reader) : numberFrom(digits);
}

/** Reads JSON token by token: slower than `JSON.parse`, but keeps numbers as written and knows places. */
export function readJson(
  text: string,
  maxDepth: number,
): { ok: true; value: Value } | { ok: false; message: string; offset: number } {
  const reader: Reader = { text, maxDepth, at: 0 };
  try {
    const value = readValue(reader, 0);
    skipSpace(reader);
    if (reader.at < text.length) unexpected(reader, 'the end');
    return { ok: true, value };
  } catch (error) {
    if (error instanceof JsonError) return { ok: false, message: error.message, offset: error.offset };
    throw error;
  }
}
