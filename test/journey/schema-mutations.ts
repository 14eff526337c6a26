/** A change of a JSON document, drawn at random: what is done, at which place, with which value. */
export interface Change {
  readonly what: 'drop' | 'rename' | 'add' | 'odd' | 'other' | 'fitting';
  readonly where: number;
  readonly with: number;
}

/** Values by the keys that they stand at, and all keys: what documents are changed with. */
export interface Kept {
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
  readonly byKey: ReadonlyMap<string, readonly unknown[]>;
}

const odd: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 1.5, 429, 101, 2 ** 54],
  ...['', 'x', 'none', 'null', '429', '5xx', '$.id', '10s', '1.5h30m', '10', 'GET', 'a b', 'dns', 'status'],
  ...[`\${{ inputs.a }}`, `$\${{ a`, '-1', 'first', 'nth'],
  ...[
    { openapi: true },
    { openapi: 'a' },
    { schema: 5 },
    { schema: true, filter: ['first'] },
    { output: 'a' },
  ],
  ...[[], {}, [1, 2], ['10s', 3], [[1]], { equals: 1 }, { nth: 0 }, { first: 1 }, { a: { b: 1 } }],
  ...[
    { body: '$.a', contains: 'b' },
    { body: { '$.a': 1 } },
    { file: 'a', text: 'b' },
    { '$.a': { is: null } },
  ],
];

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What the documents are made of. */
export function kept(documents: readonly unknown[]): Kept {
  const byKey = new Map<string, unknown[]>();
  const visit = (value: unknown): void => {
    if (!isContainer(value)) return;
    for (const [key, member] of Object.entries(value)) {
      if (!Array.isArray(value)) byKey.set(key, [...(byKey.get(key) ?? []), member]);
      visit(member);
    }
  };
  documents.forEach(visit);
  return { keys: [...byKey.keys()], values: [...byKey.values()].flat(), byKey };
}

function pick<T>(items: readonly T[], index: number): T | undefined {
  return items[index % items.length];
}

type Container = Record<string, unknown>;

/** Every member of every map and list below. */
function placesOf(value: unknown): readonly { readonly holder: Container; readonly key: string }[] {
  if (!isContainer(value)) return [];
  const holder = value as Container;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])]);
}

function put(holder: Container, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

function drop(holder: Container, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

type Make = (holder: Container, key: string, change: Change, from: Kept) => void;

function insert(holder: Container, key: string, value: unknown): void {
  if (Array.isArray(holder)) holder.unshift(structuredClone(value));
  else put(holder, key, structuredClone(value));
}

const makers: Readonly<Record<Change['what'], Make>> = {
  drop: (holder, key) => drop(holder, key),
  rename: (holder, key, change, { keys }) => {
    const value = holder[key];
    drop(holder, key);
    insert(holder, pick(keys, change.with) ?? 'x', value);
  },
  add: (holder, _, change, { keys, byKey }) => {
    const key = pick(keys, change.with) ?? 'x';
    insert(holder, key, pick(byKey.get(key) ?? odd, change.where));
  },
  odd: (holder, key, change) => put(holder, key, structuredClone(pick(odd, change.with))),
  other: (holder, key, change, { values }) => put(holder, key, structuredClone(pick(values, change.with))),
  fitting: (holder, key, change, { byKey }) =>
    put(holder, key, structuredClone(pick(byKey.get(key) ?? odd, change.with))),
};

export const changeKinds = Object.keys(makers) as readonly Change['what'][];

/** A copy of the document with the changes made. */
export function mutate(document: unknown, changes: readonly Change[], from: Kept): unknown {
  const copy: unknown = structuredClone(document);
  for (const change of changes) {
    const place = pick(placesOf(copy), change.where);
    if (place !== undefined) makers[change.what](place.holder, place.key, change, from);
  }
  return copy;
}
