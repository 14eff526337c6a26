import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import type { Reference } from '../query/expression.ts';
import { type Compiling, reportError } from './compiling.ts';
import type { PlanStep } from './plan.ts';

/** Turns a span of an expression's text into one of the file. */
export type Locate = (span: Span) => Span;

/** A name path, and where it stands in the file. */
export interface Read {
  readonly reference: Reference;
  readonly locate: Locate;
}

export interface NameRule {
  readonly code: DiagnosticCode;
  /** What to say of a name that is not known. */
  readonly missing: (name: string) => string;
  readonly known: readonly string[];
  readonly none?: string;
}

/** Whether the part `index` of a name path is a known name. */
export function checkName(compiling: Compiling, read: Read, index: number, rule: NameRule): boolean {
  const name = read.reference.path[index];
  const span = read.reference.spans[index];
  if (name === undefined || span === undefined || rule.known.includes(name)) return true;
  const fix = didYouMean(name, rule.known, rule.none);
  reportError(compiling, rule.code, read.locate(span), rule.missing(name), fix);
  return false;
}

export const responseParts = ['status', 'headers', 'body'];
export const commandParts = ['status', 'body', 'stderr'];
export const signalParts = ['headers', 'body'];

/** What the answer of a step has; undefined: of a request. */
export function partsOf(step: AnswerKind | undefined): readonly string[] {
  if (step?.isSignal === true) return signalParts;
  return step?.isCommand === true ? commandParts : responseParts;
}

type AnswerKind = Pick<PlanStep, 'isCommand' | 'isSignal'>;

function nameOf(step: AnswerKind | undefined): string {
  if (step?.isSignal === true) return 'what came in';
  return step?.isCommand === true ? 'a command' : 'a response';
}

/** `status`, `headers` (in lower case) or `body`; of a command `status`, `body` or `stderr`. */
export function checkResponsePart(
  compiling: Compiling,
  read: Read,
  index: number,
  step: AnswerKind | undefined,
): void {
  const known = partsOf(step);
  checkName(compiling, read, index, {
    code: 'unknown-name',
    missing: (name) => `${nameOf(step)} has no "${name}"`,
    known,
  });
  const header = read.reference.path[index] === 'headers' ? read.reference.path[index + 1] : undefined;
  const span = read.reference.spans[index + 1];
  if (header === undefined || span === undefined || header === header.toLowerCase()) return;
  const message = 'names in response.headers are in lower case';
  reportError(compiling, 'unknown-name', read.locate(span), message, `write ${header.toLowerCase()}`);
}

/** A record read as a whole, where one of its members must be named. */
export function reportWhole(compiling: Compiling, read: Read, wanted: string): void {
  const span = read.reference.spans[0] ?? { start: 0, end: 0 };
  reportError(compiling, 'dynamic-name', read.locate(span), `name the one that is meant: ${wanted}`);
}
