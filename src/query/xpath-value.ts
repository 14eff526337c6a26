import type { Value } from './value.ts';
import { xmlLibraries } from './xml-libraries.ts';

/** A kind of value that JSON has not: dates, durations, functions. */
export class ResultError extends Error {}

function readNode(node: object): string | undefined {
  const { Node, Document: WholeDocument } = xmlLibraries().slimdom;
  if (node instanceof WholeDocument) return node.documentElement?.textContent ?? '';
  return node instanceof Node ? (node.textContent ?? '') : undefined;
}

function readObject(item: object): Value {
  const text = readNode(item);
  if (text !== undefined) return text;
  if (Array.isArray(item)) return item.map(readItem);
  if (Object.getPrototypeOf(item) !== Object.prototype) {
    throw new ResultError(
      'its value is neither a node nor text, number or boolean: write string(…) around it',
    );
  }
  return Object.fromEntries(Object.entries(item).map(([name, member]) => [name, readItem(member)]));
}

/** An item of a result as a value: a node as its text, a map as an object. @throws ResultError */
export function readItem(item: unknown): Value {
  if (item === null || typeof item === 'string' || typeof item === 'boolean') return item;
  if (typeof item === 'number') return isThere(item) ? item : null;
  if (typeof item === 'object') return readObject(item);
  throw new ResultError('its value is a function');
}

/** NaN and the infinities are no JSON numbers: nothing is there. */
export function isThere(item: unknown): boolean {
  return typeof item !== 'number' || Number.isFinite(item);
}
