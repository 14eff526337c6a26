import { isNumber } from '../query/value.ts';

/** Finds what is wrong with one part of an artifact, told behind its path: `.steps[0].id is not a text`; else undefined. */
export type Check = (value: unknown) => string | undefined;

type Members = Readonly<Record<string, Check>>;

export const anything: Check = (value) => (value === undefined ? ' is missing' : undefined);
export const isText: Check = (value) => (typeof value === 'string' ? undefined : ' is not a text');
export const isCount: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : ' is not a number';
export const isTrue: Check = (value) => (value === true ? undefined : ' is not true');
export const isFlag: Check = (value) => (typeof value === 'boolean' ? undefined : ' is not a flag');

export function isOneOf(words: readonly string[]): Check {
  return (value) => (words.some((word) => word === value) ? undefined : ` is not one of ${words.join(', ')}`);
}

function asMap(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isMap =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumber(value as never);
  return isMap ? (value as Readonly<Record<string, unknown>>) : undefined;
}

export function isListOf(check: Check): Check {
  return (value) => (Array.isArray(value) ? checkItems(value, () => check) : ' is not a list');
}

export function isTuple(...checks: readonly Check[]): Check {
  return (value) =>
    Array.isArray(value) && value.length === checks.length
      ? checkItems(value, (index) => checks[index])
      : ` is not a list of ${checks.length}`;
}

function checkItems(
  items: readonly unknown[],
  checkOf: (index: number) => Check | undefined,
): string | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const fault = checkOf(index)?.(items[index]);
    if (fault !== undefined) return `[${index}]${fault}`;
  }
  return undefined;
}

/** A map with these members and no others. */
export function isRecord(required: Members, optional: Members = {}): Check {
  const checks = new Map(Object.entries({ ...optional, ...required }));
  const needed = Object.keys(required);
  return (value) => {
    const map = asMap(value);
    if (map === undefined) return ' is not a map';
    for (const name of Object.keys(map)) {
      const check = checks.get(name);
      const fault = check === undefined ? ' is not known' : check(map[name]);
      if (fault !== undefined) return `.${name}${fault}`;
    }
    const missing = needed.find((name) => !Object.hasOwn(map, name));
    return missing === undefined ? undefined : `.${missing} is missing`;
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
  return (value) => {
    const kind = asMap(value)?.kind;
    const check = typeof kind === 'string' ? checks.get(kind) : undefined;
    return check === undefined ? '.kind is not known' : check(value);
  };
}

export function isEither(first: Check, second: Check): Check {
  return (value) => (first(value) === undefined ? undefined : second(value));
}
