const surrogate = /[\ud800-\udfff]/;

/** The Unicode characters (code points) of a text: what a person counts. */
export function charactersOf(text: string): readonly string[] {
  return surrogate.test(text) ? Array.from(text) : text.split('');
}

export function countCharacters(text: string): number {
  return surrogate.test(text) ? Array.from(text).length : text.length;
}

/** The characters from `start` up to, without, `end`. */
export function sliceCharacters(text: string, start: number, end?: number): string {
  return surrogate.test(text) ? Array.from(text).slice(start, end).join('') : text.slice(start, end);
}

/** Order by code points; `<` orders by UTF-16 units, which differ above U+FFFF. */
export function compareTexts(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  let index = 0;
  while (index < a.length && a.charCodeAt(index) === b.charCodeAt(index)) index += 1;
  // Within a surrogate pair the halves' order is that of the pairs.
  const left = a.codePointAt(index) ?? -1;
  const right = b.codePointAt(index) ?? -1;
  return left < right ? -1 : 1;
}
