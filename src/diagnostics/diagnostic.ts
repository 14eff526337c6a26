import type { DiagnosticCode } from './codes.ts';
import type { Place } from './source.ts';

export type Severity = 'error' | 'warning';

/** What is wrong, where, and what to do about it. Codes are stable, prose is not. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  /** Absent where no text is to blame (a flag, a missing file). */
  readonly place?: Place;
  /** What to do: shown behind the carets. */
  readonly fix?: string;
}

/** Receives diagnostics as they are found: one bad line never hides the next. */
export type Report = (diagnostic: Diagnostic) => void;
