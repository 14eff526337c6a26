import { codeFrame } from './code-frame.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Source } from './source.ts';

/** Colours a text, or leaves it as it is. Colour says nothing that a word does not. */
export interface Painter {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly dim: (text: string) => string;
}

const same = (text: string): string => text;
export const noColour: Painter = { error: same, warning: same, dim: same };

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/**
 *     error[unknown-output]: step "login" has no output "tokn"
 *       journeys/checkout-flow.yaml:41:38
 *       41 │       auth: { bearer: "${{ steps.login.outputs.tokn }}" }
 *          │                                                ^^^^ did you mean "token"?
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  source: Source | undefined,
  paint: Painter = noColour,
  columns = Number.POSITIVE_INFINITY,
): string {
  const { severity, code, message, place, fix } = diagnostic;
  const title = `${paint[severity](`${severity}[${code}]`)}: ${message}`;
  if (place === undefined) return fix === undefined ? title : `${title}\n  ${fix}`;
  const where = paint.dim(`${place.file}:${place.line}:${place.column}`);
  if (source !== undefined) {
    return `${title}\n  ${where}\n${indent(codeFrame(source, place, fix, columns - 2))}`;
  }
  return fix === undefined ? `${title}\n  ${where}` : `${title}\n  ${where}\n  ${fix}`;
}

function count(number: number, word: string): string[] {
  if (number === 0) return [];
  return [`${number} ${word}${number === 1 ? '' : 's'}`];
}

/** `2 errors, 1 warning`; empty where there is nothing to tell. */
export function renderCounts(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return [...count(errors, 'error'), ...count(diagnostics.length - errors, 'warning')].join(', ');
}

/**
 * Every diagnostic with its frame, then the counts; `Nothing was sent.` behind errors. Ends in a line break. `columns`: of
 * the terminal that shows them.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly Source[],
  paint: Painter = noColour,
  columns?: number,
): string {
  if (diagnostics.length === 0) return '';
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const shown = diagnostics.map((one) =>
    renderDiagnostic(one, byFile.get(one.place?.file ?? ''), paint, columns),
  );
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  const end = `${renderCounts(diagnostics)}.${failed ? ' Nothing was sent.' : ''}`;
  return `${[...shown, end].join('\n\n')}\n`;
}
