import { misfit } from '../artifact/fitting.ts';
import type { Entries } from '../artifact/texts.ts';
import type { InputDeclaration } from '../artifact/types.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import type { EntryList } from '../journey/map-shapes.ts';
import { type Node, nodeValue } from '../journey/node.ts';
import { type Compiling, reportError } from './compiling.ts';
import { checkTemplate } from './expression.ts';
import type { Position } from './position.ts';

/** What declares the values: a template, or a journey. */
interface Declarer {
  readonly what: string;
  readonly kind: 'value' | 'input';
  /** Where the step names it. */
  readonly span: Span;
}

/** Values that a step gives by name to what declares them; literals are checked against the declaration. */
export function checkGiven(
  compiling: Compiling,
  position: Position,
  given: EntryList<Node> | undefined,
  declared: readonly InputDeclaration[],
  { what, kind, span }: Declarer,
): Entries {
  const known = declared.map(({ name }) => name);
  const entries = given?.entries ?? [];
  for (const { name, default: fallback } of declared) {
    if (fallback !== undefined || entries.some(({ key }) => key.text === name)) continue;
    reportError(compiling, 'missing-input', given?.span ?? span, `${what} needs the ${kind} "${name}"`);
  }
  return entries.map(({ key, value }) => {
    const rules = declared.find(({ name }) => name === key.text);
    if (rules === undefined) {
      const message = `${what} has no ${kind} "${key.text}"`;
      reportError(
        compiling,
        'unknown-input',
        key.span,
        message,
        didYouMean(key.text, known, 'it declares none'),
      );
    }
    const parsed = checkTemplate(compiling, position, value);
    const problem = parsed?.constant && rules !== undefined ? misfit(nodeValue(value), rules) : undefined;
    if (problem !== undefined) reportError(compiling, 'input-type', value.span, `"${key.text}" ${problem}`);
    return [key.text, nodeValue(value)] as const;
  });
}
