import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderDiagnostics } from '../diagnostics/render.ts';
import type { Source } from '../diagnostics/source.ts';
import { createPainter } from '../reporters/painter.ts';
import type { Stream } from '../reporters/reporter.ts';

/** Diagnostics for a person, with code frames. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly Source[],
  stream: Stream,
): void {
  if (diagnostics.length === 0) return;
  const columns = stream.interactive ? stream.columns : undefined;
  stream.write(renderDiagnostics(diagnostics, sources, createPainter(stream), columns));
}

/** The document that `validate --json`, and everything that stops before a run, prints. */
export function diagnosticsDocument(
  diagnostics: readonly (Omit<Diagnostic, 'code'> & { readonly code: string })[],
  exitCode: number,
): string {
  const rows = diagnostics.map(({ code, severity, message, place, fix }) => ({
    code,
    severity,
    message,
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
    endLine: place?.endLine ?? null,
    endColumn: place?.endColumn ?? null,
    fix: fix ?? null,
  }));
  return `${JSON.stringify({ schemaVersion: 1, diagnostics: rows, exitCode }, undefined, 2)}\n`;
}
