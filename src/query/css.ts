import { loadMarkup, type MarkupKind, parseMarkup } from './markup.ts';
import type { Value } from './value.ts';

export type Selection =
  | { readonly ok: true; readonly values: readonly Value[] }
  | { readonly ok: false; readonly message: string };

/** Must be awaited once before `selectCss` and `checkSelector`. */
export const loadCss = loadMarkup;

function causeOf(error: unknown, selector: string): string {
  if (error instanceof RangeError) return 'nested too deeply';
  const message = error instanceof Error ? error.message : String(error);
  const plain = message
    .replace(` (${selector})`, '')
    .replace(/ ?by css-select$/, '')
    .replace(/, found $/, ', found the end');
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}

/**
 * The texts of all elements that a selector finds (Selectors Level 4, as far as it can hold without a browser),
 * in document order; with `attribute` that attribute of those that have it.
 */
export function selectCss(
  text: string,
  selector: string,
  attribute?: string,
  kind: MarkupKind = 'html',
): Selection {
  const parsed = parseMarkup(text, kind);
  if (!parsed.ok) return parsed;
  const { query } = parsed;
  try {
    const found = query.root().find(selector).toArray();
    const values = found.map((element) =>
      attribute === undefined ? query(element).text() : query(element).attr(attribute),
    );
    return { ok: true, values: values.filter((value) => value !== undefined) };
  } catch (error) {
    return { ok: false, message: causeOf(error, selector) };
  }
}

/** What is wrong with a selector; undefined where it is one. */
export function checkSelector(selector: string): { readonly message: string } | undefined {
  if (selector.trim() === '') return { message: 'a selector is missing' };
  // The parser lets it pass, and then selects what nobody meant.
  if (/[>+~]\s*$/.test(selector)) return { message: 'the selector ends too early' };
  const checked = selectCss('', selector);
  return checked.ok ? undefined : { message: checked.message };
}
