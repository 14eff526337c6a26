import type { CheerioAPI } from 'cheerio';
import { rememberLatest } from './latest.ts';

export type MarkupKind = 'xml' | 'html';

/** A node of the tree, as much of it as is read here. */
export interface MarkupNode {
  readonly type: string;
  readonly name?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  /** Of texts and comments. */
  readonly data?: string;
  readonly children?: readonly MarkupNode[];
}

export type ParsedMarkup =
  | { readonly ok: true; readonly root: MarkupNode; readonly query: CheerioAPI }
  | { readonly ok: false; readonly message: string };

let library: typeof import('cheerio') | undefined;

/** Loads the library, once: from then on everything is synchronous. */
export async function loadMarkup(): Promise<void> {
  library ??= await import('cheerio');
}

/** Elements nest at most this deep: the libraries walk trees by recursion, and slower the deeper they are. */
export const maxMarkupDepth = 500;

export const tooDeep = `elements nest deeper than ${maxMarkupDepth} levels`;

/** Without recursion, whatever the depth. */
function isTooDeep(root: MarkupNode): boolean {
  let level: readonly MarkupNode[] = [root];
  // The root lies above all elements, and texts in the deepest one.
  for (let depth = 0; depth <= maxMarkupDepth + 1; depth += 1) {
    level = level.flatMap(({ children = [] }) => children);
  }
  return level.length > 0;
}

/**
 * Parses HTML as browsers without scripts do (WHATWG HTML, 13.2), so that `tbody` and its kin are there, or
 * XML leniently. Both know elements by the names written; only those of HTML are in lower case.
 * @throws TypeError where `loadMarkup` was not awaited.
 */
export const parseMarkup = rememberLatest((text: string, kind: MarkupKind): ParsedMarkup => {
  if (library === undefined) throw new TypeError('loadMarkup() comes first');
  const query = library.load(text, kind === 'xml' ? { xml: true } : { scriptingEnabled: false });
  const [root] = query.root().toArray();
  if (root === undefined || isTooDeep(root)) return { ok: false, message: tooDeep };
  return { ok: true, root, query };
});
