import type { Namespaces } from '../artifact/judgement.ts';
import type { At } from '../artifact/texts.ts';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Report, Severity } from '../diagnostics/diagnostic.ts';
import { placeOf, type Source, type Span } from '../diagnostics/source.ts';
import type { ParsedActor } from '../journey/actor.ts';
import type { Compilation, Needs, ProjectNames } from './compilation.ts';
import type { Plan, PlanStep } from './plan.ts';

/** Names that the journey was seen to use, gathered while it is compiled. */
export interface Usage extends Needs {
  readonly inputs: Set<string>;
  readonly variables: Set<string>;
  /** `login.token` */
  readonly outputs: Set<string>;
  /** Outputs that are secret, by themselves or for what they are calculated from: `login.token`. */
  readonly secretOutputs: Set<string>;
  /** Callbacks whose URL can be known before they are waited for. */
  readonly callbacks: Set<string>;
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
  readonly compilation: Compilation;
  readonly source: Source;
  readonly report: Report;
  readonly project: ProjectNames;
  readonly plan: Plan;
  readonly inputs: readonly string[];
  /** What inputs declare to be. */
  readonly inputTypes: ReadonlyMap<string, string>;
  readonly variables: readonly string[];
  readonly acceptance: readonly string[];
  readonly actors: ReadonlyMap<string, ParsedActor>;
  /** What the whole journey's XPaths know. */
  readonly namespaces: Namespaces;
  readonly usage: Usage;
  readonly conditions: Map<PlanStep, KnownCondition>;
  /** Files of the journeys that this one is a part of, outermost first, and its own. */
  readonly callers: readonly string[];
  /** In a request template: the names of its values, which are nearly all that it sees. */
  readonly templateValues?: readonly string[];
  /** In the retry of a service: it holds for requests of any journey, and sees nothing else. */
  readonly answerAlone?: true;
}

export function createUsage(needs: Needs): Usage {
  return {
    ...needs,
    inputs: new Set(),
    variables: new Set(),
    outputs: new Set(),
    secretOutputs: new Set(),
    callbacks: new Set(),
    reads: new Map(),
  };
}

export function atOf({ compilation, source }: Compiling, span: Span): At {
  const { line, column, endLine, endColumn } = placeOf(source, span);
  return [compilation.sources.indexOf(source), line, column, endLine, endColumn];
}

function reportAs(
  severity: Severity,
  { source, report }: Compiling,
  code: DiagnosticCode,
  span: Span,
  message: string,
  fix: string | undefined,
): void {
  const place = placeOf(source, span);
  report({ code, severity, message, place, ...(fix === undefined ? {} : { fix }) });
}

export function reportError(
  compiling: Compiling,
  code: DiagnosticCode,
  span: Span,
  message: string,
  fix?: string,
): undefined {
  reportAs('error', compiling, code, span, message, fix);
  return undefined;
}

export function reportWarning(
  compiling: Compiling,
  code: DiagnosticCode,
  span: Span,
  message: string,
  fix?: string,
): void {
  reportAs('warning', compiling, code, span, message, fix);
}
