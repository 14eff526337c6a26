import { masked } from './mask.ts';

/** `variable`: what a masked part of the text is called. */
export type Quote = (text: string, variable?: string) => string;

/**
 * Writes words of a POSIX shell. Each masked part is a variable: which of them are the same secret is not known here, so
 * each has a name of its own.
 */
export function createQuote(): Quote {
  const used = new Map<string, number>();
  const next = (variable: string): string => {
    const count = (used.get(variable) ?? 0) + 1;
    used.set(variable, count);
    return count === 1 ? variable : `${variable}_${count}`;
  };
  return (text, variable = 'SECRET') => {
    if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
    if (control.test(text)) {
      const [first = '', ...more] = text.split(masked);
      return escaped(first) + more.map((after) => `"$${next(variable)}"${escaped(after)}`).join('');
    }
    if (!text.includes(masked)) return `'${text.replaceAll("'", `'\\''`)}'`;
    const [first = '', ...more] = text.replace(/["\\$`]/g, '\\$&').split(masked);
    return `"${first}${more.map((after) => refer(next(variable), after)).join('')}"`;
  };
}

const control = /[\p{Cc}\p{Bidi_Control}]/u;
const named: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  "'": "\\'",
  '\\': '\\\\',
};

/** `$'a\nb'` (POSIX.1-2024, XCU 2.2.4): a report may indent a line, and show no control character. */
function escaped(text: string): string {
  if (text === '') return '';
  const inside = text.replace(
    /[\p{Cc}\p{Bidi_Control}'\\]/gu,
    (character) => named[character] ?? numbered(character),
  );
  return `$'${inside}'`;
}

function numbered(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A variable and the text behind it, which must not read as more of its name. */
function refer(variable: string, after: string): string {
  return (/^\w/.test(after) ? `\${${variable}}` : `$${variable}`) + after;
}
