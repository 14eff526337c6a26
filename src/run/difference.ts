import { equalValues } from '../query/equal.ts';
import { isList, isMap, typeOf, type Value } from '../query/value.ts';
import type { Difference } from './outcome.ts';

/**
 * Every path at which `actual` is not what `expected` says, as normalized JSONPaths under `path`.
 * `like`: objects may have more members.
 */
export function findDifferences(
  expected: Value,
  actual: Value,
  how: 'equals' | 'like',
  path = '$',
): Difference[] {
  if (isMap(expected) && isMap(actual)) return ofMaps(expected, actual, how, path);
  if (isList(expected) && isList(actual)) return ofLists(expected, actual, how, path);
  if (equalValues(expected, actual)) return [];
  const note = nearMiss(expected, actual);
  return [{ path, expected, actual, ...(note === undefined ? {} : { note }) }];
}

function ofMaps(
  expected: { readonly [name: string]: Value },
  actual: { readonly [name: string]: Value },
  how: 'equals' | 'like',
  path: string,
): Difference[] {
  const wanted = Object.entries(expected).flatMap(([name, value]): Difference[] => {
    const at = path + memberPath(name);
    const there = Object.hasOwn(actual, name) ? actual[name] : undefined;
    if (there === undefined) return [{ path: at, expected: value, note: 'not there' }];
    return findDifferences(value, there, how, at);
  });
  if (how === 'like') return wanted;
  const extra = Object.entries(actual)
    .filter(([name]) => !Object.hasOwn(expected, name))
    .map(
      ([name, value]): Difference => ({ path: path + memberPath(name), actual: value, note: 'not expected' }),
    );
  return [...wanted, ...extra];
}

function ofLists(
  expected: readonly Value[],
  actual: readonly Value[],
  how: 'equals' | 'like',
  path: string,
): Difference[] {
  const wanted = expected.flatMap((value, index): Difference[] => {
    const at = `${path}[${index}]`;
    const there = actual[index];
    if (there === undefined) return [{ path: at, expected: value, note: 'not there' }];
    return findDifferences(value, there, how, at);
  });
  const extra = actual.slice(expected.length).map(
    (value, index): Difference => ({
      path: `${path}[${expected.length + index}]`,
      actual: value,
      note: 'not expected',
    }),
  );
  return [...wanted, ...extra];
}

/** RFC 9535, 2.7, but for the short form of plain names. */
function memberPath(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `.${name}`;
  return `['${name.replace(/['\\]/g, '\\$&')}']`;
}

/** What makes two unequal values look alike: the type, white space, case. */
export function nearMiss(expected: Value, actual: Value): string | undefined {
  const [wanted, got] = [typeOf(expected), typeOf(actual)];
  if (wanted !== got) return `${article(got)}${got}, not ${article(wanted)}${wanted}`;
  if (typeof expected !== 'string' || typeof actual !== 'string') return undefined;
  if (expected.trim() === actual.trim()) return 'differs in white space alone';
  if (expected.toLowerCase() === actual.toLowerCase()) return 'differs in upper and lower case alone';
  return expected.normalize() === actual.normalize() ? 'differs in Unicode normalization alone' : undefined;
}

function article(type: string): string {
  if (type === 'null' || type === 'bytes') return '';
  return /^[aeio]/.test(type) ? 'an ' : 'a ';
}
