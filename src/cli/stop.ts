import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';

/** Ends a command with a code and a clear word: what is wrong, and what to do. Never a stack trace. */
export class Stop extends Error {
  override readonly name = 'Stop';
  readonly exitCode: number;
  readonly hint: string | undefined;
  constructor(exitCode: number, message: string, hint?: string) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** What stops before a run: diagnostics, with the texts that they point at. */
export class DiagnosedStop extends Error {
  override readonly name = 'DiagnosedStop';
  readonly exitCode: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly Source[];
  constructor(exitCode: number, diagnostics: readonly Diagnostic[], sources: readonly Source[]) {
    super(diagnostics[0]?.message ?? 'stopped');
    this.exitCode = exitCode;
    this.diagnostics = diagnostics;
    this.sources = sources;
  }
}

/** What broke off while runs were told: the document of what was seen so far is out, only the words are missing. */
export class ToldError extends Error {
  override readonly name = 'ToldError';
}
