import type { TextNode } from '../journey/node.ts';
import { parseInstant } from '../query/date-text.ts';
import { parseDuration } from '../query/duration.ts';
import { type Compiling, reportError } from './compiling.ts';
import { compileText } from './expression.ts';
import type { Position } from './position.ts';

/** Until when a step waits: a duration or a time (RFC 3339), or an expression that gives one. */
export function compileWait(compiling: Compiling, position: Position, node: TextNode): string {
  const written = node.text;
  const isLiteral = !written.includes('${{');
  const isDateAlone = /^\d{4}-\d\d-\d\d$/.test(written);
  if (
    isLiteral &&
    parseDuration(written) === undefined &&
    (isDateAlone || parseInstant(written) === undefined)
  ) {
    const message = `"${written}" is neither a duration nor a time`;
    reportError(compiling, 'bad-duration', node.span, message, 'like 10s, 1h30m, or 2030-01-31T12:00:00Z');
  }
  return compileText(compiling, position, node);
}
