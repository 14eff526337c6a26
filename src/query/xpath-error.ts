/** What is wrong with an XPath expression; `offset` in its text. */
export interface XPathProblem {
  readonly message: string;
  readonly offset: number;
}

/** `XPST0003`: the codes of XPath 3.1, appendix F; static errors begin with `XPST`. */
const code = /\b(?:XP|XQ|FO|FF)[A-Z]{2}\d{4}\b[:,]? */;

/** It holds whatever the document. */
export function isStatic(error: unknown): error is Error {
  return error instanceof RangeError || (error instanceof Error && /\bXPST\d{4}\b/.test(error.message));
}

/** The library frames its message with the expression, and a trace behind it. */
export function causeOf(error: unknown): string {
  if (error instanceof RangeError) return 'nested too deeply';
  const message = error instanceof Error ? error.message : String(error);
  const [, framed] = /^Error: (.*)$/m.exec(message) ?? [];
  const cause = (framed ?? message).replace(code, '').split('\n', 1)[0] ?? '';
  return cause.charAt(0).toLowerCase() + cause.slice(1).replace(/\.$/, '');
}

function offsetOf(error: Error): number | undefined {
  const position = 'position' in error ? error.position : undefined;
  const start =
    typeof position === 'object' && position !== null && 'start' in position ? position.start : {};
  const offset = typeof start === 'object' && start !== null && 'offset' in start ? start.offset : undefined;
  return typeof offset === 'number' ? offset : undefined;
}

function syntaxProblem(expression: string, offset: number): XPathProblem {
  const found = expression.codePointAt(offset);
  if (found === undefined) return { message: 'the expression ends too early', offset };
  return { message: `${JSON.stringify(String.fromCodePoint(found))} is not expected here`, offset };
}

/** What has no place in the library's messages, with the name at fault. */
const nameProblems: readonly {
  readonly pattern: RegExp;
  readonly message: (name: string, count: string) => string;
  readonly written: (name: string) => string;
}[] = [
  {
    pattern: /XPST0081\W+The prefix (\S+) could not be resolved/,
    message: (name) => `the prefix "${name}" has no namespace`,
    written: (name) => `${name}:`,
  },
  {
    pattern: /XPST0017\W+Function (?:Q\{[^}]*\})?(\S+) with arity of (\d+) not registered/,
    message: (name, count) =>
      `there is no function ${name}() with ${count} argument${count === '1' ? '' : 's'}`,
    written: (name) => name,
  },
  {
    pattern: /XPST0008\W+The variable (\S+) is not in scope/,
    message: (name) => `there is no variable $${name}`,
    written: (name) => `$${name}`,
  },
];

/** A static error of the library as a problem with its place. */
export function problemOf(error: Error, expression: string): XPathProblem {
  for (const { pattern, message, written } of nameProblems) {
    const [, name, count = ''] = pattern.exec(error.message) ?? [];
    if (name === undefined) continue;
    return { message: message(name, count), offset: Math.max(0, expression.indexOf(written(name))) };
  }
  const offset = offsetOf(error);
  const isSyntax = /Failed to parse script/.test(error.message);
  if (offset !== undefined && isSyntax) return syntaxProblem(expression, offset);
  if (/XQuery functionality/.test(error.message)) return { message: 'this is XQuery, not XPath', offset: 0 };
  return { message: causeOf(error), offset: offset ?? 0 };
}
