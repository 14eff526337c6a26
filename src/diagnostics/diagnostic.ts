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

/** In the order that a person reads a file; what has no place comes first. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  const [left, right] = [a.place, b.place];
  if (left === undefined || right === undefined)
    return Number(left !== undefined) - Number(right !== undefined);
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}
