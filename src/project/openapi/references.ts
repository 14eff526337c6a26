import { isList, isMap, type Value } from '../../query/value.ts';

/** What a local reference leads to (RFC 6901 behind `#`); undefined: nothing, or out of the document. */
export function followPointer(root: Value, reference: string): Value | undefined {
  if (!reference.startsWith('#')) return undefined;
  const pointer = decodePointer(reference.slice(1));
  if (pointer === '') return root;
  if (!pointer.startsWith('/')) return undefined;
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Value | undefined>(member, root);
}

function decodePointer(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function member(value: Value | undefined, name: string): Value | undefined {
  if (isList(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Why a reference cannot be followed. */
export function explainReference(reference: string): string {
  return reference.startsWith('#')
    ? `"${reference}" is not in the document`
    : `"${reference}" leads out of the document: put it all into one file, nothing is fetched`;
}

/** Follows references of a response, a path or a parameter until there is none; undefined where one leads nowhere. */
export function dereference(root: Value, value: Value | undefined, problems: string[]): Value | undefined {
  let here = value;
  for (let hops = 0; isMap(here) && typeof here.$ref === 'string'; hops += 1) {
    const next = hops < 50 ? followPointer(root, here.$ref) : undefined;
    if (next === undefined) problems.push(explainReference(here.$ref));
    here = next;
  }
  return here;
}
