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
    if (!text.includes(masked)) return `'${text.replaceAll("'", `'\\''`)}'`;
    const [first = '', ...more] = text.replace(/["\\$`]/g, '\\$&').split(masked);
    return `"${first}${more.map((after) => refer(next(variable), after)).join('')}"`;
  };
}

/** A variable and the text behind it, which must not read as more of its name. */
function refer(variable: string, after: string): string {
  return (/^\w/.test(after) ? `\${${variable}}` : `$${variable}`) + after;
}
