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
