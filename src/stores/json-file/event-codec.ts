import { ExactNumber } from '../../query/value.ts';
import type { RunEvent } from '../../run/event.ts';

/**
 * Trees of values as JSON text and back, exactly, members in the order they have (which is not the canonical
 * one, so the artifact's codec would write every event as a list of entries): an exact number is `{"$number":"10.0"}`,
 * bytes are `{"$bytes":"…base64…"}`, and a key of either name in somebody's own data gets one more `$`.
 */
const reserved = /^\$+(?:number|bytes)$/;
const escaped = /^\$\$+(?:number|bytes)$/;
const anyReserved = /"\$+(?:number|bytes)"/;

export function renderEvents(events: readonly RunEvent[]): string {
  return renderExact(events);
}

/** Trusts that the text was written by `renderEvents`: whoever calls it has checked the hash. */
export function readEvents(text: string): readonly RunEvent[] {
  return readExact(text) as readonly RunEvent[];
}

/** Any tree of values; `indent` is for people. */
export function renderExact(tree: unknown, indent?: number): string {
  return JSON.stringify(isPlain(tree) ? tree : encode(tree), undefined, indent);
}

/** Nothing in it is to be encoded, as in most events: it is written as it is, not copied first. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  if (value instanceof ExactNumber || value instanceof Uint8Array) return false;
  const members = value as { readonly [name: string]: unknown };
  return Object.keys(members).every((name) => !name.startsWith('$') && isPlain(members[name]));
}

export function readExact(text: string): unknown {
  return anyReserved.test(text) ? JSON.parse(text, decode) : JSON.parse(text);
}

function encode(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} is not JSON`);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber) return { $number: value.text };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(encode);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [reserved.test(name) ? `$${name}` : name, encode(member)]),
  );
}

/** A reviver: what is inside `value` is decoded already. */
function decode(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value);
  const [first] = members;
  if (first !== undefined && members.length === 1 && typeof first[1] === 'string') {
    if (first[0] === '$number') return new ExactNumber(first[1]);
    if (first[0] === '$bytes') return new Uint8Array(Buffer.from(first[1], 'base64'));
  }
  if (!members.some(([name]) => escaped.test(name))) return value;
  return Object.fromEntries(
    members.map(([name, member]) => [escaped.test(name) ? name.slice(1) : name, member]),
  );
}
