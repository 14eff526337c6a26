export type ParsedPattern =
  | { readonly ok: true; readonly pattern: RegExp }
  | { readonly ok: false; readonly message: string };

/** A pattern of ECMAScript (ECMA-262, 22.2) with the `u` flag. */
export function parsePattern(text: string): ParsedPattern {
  try {
    return { ok: true, pattern: new RegExp(text, 'u') };
  } catch (error) {
    // `Invalid regular expression: /(/u: Unterminated group` says the pattern again, which the reader sees.
    const message = error instanceof Error ? error.message : String(error);
    const cause = message.slice(message.lastIndexOf(': ') + 2);
    return { ok: false, message: cause.charAt(0).toLowerCase() + cause.slice(1) };
  }
}

const known = new Map<string, ParsedPattern>();

/** The same, once for each text; for patterns that are parsed where they are used. */
export function knownPattern(text: string): ParsedPattern {
  const before = known.get(text);
  if (before !== undefined) return before;
  const parsed = parsePattern(text);
  // Calculated patterns must not pile up.
  if (known.size >= 200) known.clear();
  known.set(text, parsed);
  return parsed;
}

/** What a search finds: group 1 where it took part, else the whole match. */
export function groupOf(match: RegExpMatchArray): string {
  return match[1] ?? match[0];
}
