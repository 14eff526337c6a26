import { compare, equal } from './cel-operators.ts';
import { type FunctionTable, overload } from './cel-overload.ts';
import { CelList, type CelValue, Optional } from './cel-value.ts';
import { charactersOf } from './characters.ts';
import { Fault } from './evaluation.ts';

const longestRange = 100_000n;

function distinct(items: readonly CelValue[]): readonly CelValue[] {
  const kept: CelValue[] = [];
  for (const item of items) if (!kept.some((other) => equal(item, other))) kept.push(item);
  return kept;
}

function flatten(items: readonly CelValue[], depth: number): readonly CelValue[] {
  return items.flatMap((item) => {
    if (!(item instanceof CelList)) return [item];
    return depth > 1 ? flatten(item.items, depth - 1) : item.items;
  });
}

function flattenTo(list: CelList, depth: bigint): CelList {
  if (depth < 0n) throw new Fault('flatten() wants a depth of 0 or more');
  return depth === 0n ? list : new CelList(flatten(list.items, Number(depth)));
}

function range(count: bigint): CelList {
  if (count > longestRange) throw new Fault(`lists.range() gives at most ${longestRange} elements`);
  return new CelList(Array.from({ length: Math.max(0, Number(count)) }, (_, index) => BigInt(index)));
}

function slice(list: CelList, start: bigint, end: bigint): CelList {
  if (start < 0n || end < start || end > BigInt(list.length)) {
    throw new Fault(`slice(${start}, ${end}) lies outside of a list of ${list.length}`);
  }
  return new CelList(list.items.slice(Number(start), Number(end)));
}

/** Elements in the order of their keys, one key an element. */
export function sortByKeys(items: readonly CelValue[], keys: readonly CelValue[]): readonly CelValue[] {
  return items
    .map((item, index) => ({ item, key: keys[index] ?? null }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ item }) => item);
}

/** The lists extension of CEL; `sortBy` is a macro. */
export const listFunctions: FunctionTable = {
  'lists.range': [overload(['int'], 'list', ([count]) => range(count))],
  '.distinct': [overload(['list'], 'list', ([list]) => new CelList(distinct(list.items)))],
  '.flatten': [
    overload(['list'], 'list', ([list]) => flattenTo(list, 1n)),
    overload(['list', 'int'], 'list', ([list, depth]) => flattenTo(list, depth)),
  ],
  '.reverse': [
    overload(['list'], 'list', ([list]) => new CelList([...list.items].reverse())),
    overload(['string'], 'string', ([text]) => [...charactersOf(text)].reverse().join('')),
  ],
  '.slice': [overload(['list', 'int', 'int'], 'list', ([list, start, end]) => slice(list, start, end))],
  '.sort': [overload(['list'], 'list', ([list]) => new CelList(sortByKeys(list.items, list.items)))],
  '.first': [overload(['list'], 'optional', ([list]) => new Optional(list.at(0)))],
  '.last': [overload(['list'], 'optional', ([list]) => new Optional(list.at(list.length - 1)))],
};
