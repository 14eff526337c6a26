import type { At } from '../artifact/types.ts';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import { placeOf, type Source, type Span } from '../diagnostics/source.ts';
import type { Plan, PlanStep } from './plan.ts';

/** What a journey is checked against: the names that its project knows. */
export interface ProjectNames {
  /** Services of reqflo.yaml and of every environment. */
  readonly services: readonly string[];
  /** Values that at least one environment gives; undefined where there is no environment. */
  readonly values?: readonly string[] | undefined;
}

/** Names that the journey was seen to use, gathered while it is compiled. */
export interface Usage {
  readonly inputs: Set<string>;
  readonly variables: Set<string>;
  /** `login.token` */
  readonly outputs: Set<string>;
  readonly services: Set<string>;
  readonly values: Set<string>;
  readonly secrets: Set<string>;
  /** Parts of answers that other steps read, by step id. */
  readonly reads: Map<string, (readonly string[])[]>;
}

/** What a condition says about steps before it. */
export interface KnownCondition {
  readonly text: string;
  readonly guards: readonly string[];
}

/** What all parts of the compiler share while one journey is compiled. */
export interface Compiling {
  readonly source: Source;
  readonly report: Report;
  readonly project: ProjectNames;
  readonly plan: Plan;
  readonly inputs: readonly string[];
  readonly variables: readonly string[];
  readonly acceptance: readonly string[];
  /** Where `defaults` stand: they are compiled anew for each step. */
  readonly defaults: Span | undefined;
  readonly usage: Usage;
  readonly conditions: Map<PlanStep, KnownCondition>;
}

export function createUsage(): Usage {
  return {
    inputs: new Set(),
    variables: new Set(),
    outputs: new Set(),
    services: new Set(),
    values: new Set(),
    secrets: new Set(),
    reads: new Map(),
  };
}

export function atOf(compiling: Compiling, span: Span): At {
  const { line, column, endLine, endColumn } = placeOf(compiling.source, span);
  return [0, line, column, endLine, endColumn];
}

export function reportError(
  compiling: Compiling,
  code: DiagnosticCode,
  span: Span,
  message: string,
  fix?: string,
): undefined {
  const place = placeOf(compiling.source, span);
  compiling.report({ code, severity: 'error', message, place, ...(fix === undefined ? {} : { fix }) });
  return undefined;
}

export function reportWarning(
  compiling: Compiling,
  code: DiagnosticCode,
  span: Span,
  message: string,
  fix?: string,
): void {
  const place = placeOf(compiling.source, span);
  compiling.report({ code, severity: 'warning', message, place, ...(fix === undefined ? {} : { fix }) });
}
