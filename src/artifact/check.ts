import { isNumber } from '../query/value.ts';

/** Finds what is wrong with one part of an artifact; undefined: nothing. `path` leads there: `steps[0].request`. */
export type Check = (value: unknown, path: string) => string | undefined;

type Members = Readonly<Record<string, Check>>;

export const anything: Check = (value, path) => (value === undefined ? `${path} is missing` : undefined);
export const isText: Check = (value, path) =>
  typeof value === 'string' ? undefined : `${path} is not a text`;
export const isCount: Check = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : `${path} is not a number`;
export const isTrue: Check = (value, path) => (value === true ? undefined : `${path} is not true`);
export const isFlag: Check = (value, path) =>
  typeof value === 'boolean' ? undefined : `${path} is not a flag`;

export function isOneOf(words: readonly string[]): Check {
  return (value, path) =>
    words.some((word) => word === value) ? undefined : `${path} is not one of ${words.join(', ')}`;
}

function asMap(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isMap =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumber(value as never);
  return isMap ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function firstOf<T>(
  items: readonly T[],
  find: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isListOf(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path} is not a list`;
    return firstOf(value, (item, index) => check(item, `${path}[${index}]`));
  };
}

export function isTuple(...checks: readonly Check[]): Check {
  return (value, path) => {
    if (!Array.isArray(value) || value.length !== checks.length)
      return `${path} is not a list of ${checks.length}`;
    return firstOf(checks, (check, index) => check(value[index], `${path}[${index}]`));
  };
}

/** A map with these members and no others. */
export function isRecord(required: Members, optional: Members = {}): Check {
  return (value, path) => {
    const map = asMap(value);
    if (map === undefined) return `${path} is not a map`;
    const strange = Object.keys(map).find(
      (name) => !Object.hasOwn(required, name) && !Object.hasOwn(optional, name),
    );
    if (strange !== undefined) return `${path}.${strange} is not known`;
    const missing = firstOf(Object.entries(required), ([name, check]) => check(map[name], `${path}.${name}`));
    if (missing !== undefined) return missing;
    return firstOf(Object.entries(optional), ([name, check]) =>
      map[name] === undefined ? undefined : check(map[name], `${path}.${name}`),
    );
  };
}

/** A union told apart by its member `kind`. */
export function isKindOf(
  kinds: Readonly<Record<string, readonly [required: Members, optional?: Members]>>,
): Check {
  const checks = new Map(
    Object.entries(kinds).map(([kind, [required, optional]]) => [
      kind,
      isRecord({ ...required, kind: isText }, optional),
    ]),
  );
  return (value, path) => {
    const kind = asMap(value)?.kind;
    const check = typeof kind === 'string' ? checks.get(kind) : undefined;
    return check === undefined ? `${path}.kind is not known` : check(value, path);
  };
}

export function isEither(first: Check, second: Check): Check {
  return (value, path) => (first(value, path) === undefined ? undefined : second(value, path));
}
