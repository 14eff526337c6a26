import type { ValueMap } from '../query/value.ts';
import type { RunReason } from '../run/event.ts';
import type {
  AssertionResult,
  CommandEvidence,
  DecisionEvidence,
  Reason,
  RequestEvidence,
  ResponseEvidence,
} from '../run/outcome.ts';
import type { RunState, StepState } from '../run/record.ts';
import type { ServiceCoverage } from './coverage.ts';
import type { BatchEntry, BatchListEntry } from './json-batch.ts';
import type { Summary } from './reporter.ts';

/** Of every document on stdout; it rises when a shape changes. */
export const schemaVersion = 1;

/** What `run`, `status ID`, `wait` and `retry` print with `--json`. */
export interface RunDocument {
  readonly schemaVersion: typeof schemaVersion;
  readonly runs: readonly RunEntry[];
  readonly summary: Omit<Summary, 'exitCode'>;
  /** With `--coverage`: what the runs touched of the services' OpenAPI documents. */
  readonly coverage?: readonly ServiceCoverage[];
  /** That of all the runs, where there is one. */
  readonly batch?: BatchEntry;
  readonly exitCode: number;
}

/** The same without steps: `list`, and `status` alone. */
export interface ListDocument extends Omit<RunDocument, 'runs'> {
  readonly runs: readonly ListEntry[];
  /** Those that have a line of their own in place of their runs. */
  readonly batches?: readonly BatchListEntry[];
}

export interface ListEntry {
  readonly id: string;
  readonly journey: string;
  readonly case: string | null;
  /** The row of a data file that gave the inputs, from 1. */
  readonly row: number | null;
  /** Id of the batch that it belongs to, where there is one. */
  readonly batch?: string;
  readonly environment: string;
  readonly backend: 'local' | 'cloud';
  /** SHA-256, hex. */
  readonly artifact: string;
  readonly state: RunState;
  readonly reason: RunReason | null;
  readonly exitCode: number;
  readonly retryOf: string | null;
  readonly retriedBy: string | null;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly durationMs: number | null;
}

export interface RunEntry extends ListEntry {
  /** What stopped it before its first step: a variable that could not be had. */
  readonly error: ErrorEntry | null;
  readonly steps: readonly StepEntry[];
}

export interface StepEntry {
  readonly key: string;
  readonly name: string | null;
  readonly state: StepState;
  readonly reason: Reason | null;
  /** What went wrong but for assertions: a failed send, or a value that could not be had. */
  readonly error: ErrorEntry | null;
  /** The other values that could not be had. */
  readonly furtherErrors?: readonly ErrorEntry[];
  readonly attempts: number;
  readonly durationMs: number | null;
  /** Of the last attempt. */
  readonly request: RequestEvidence | null;
  readonly response: ResponseEvidence | null;
  /** Of an `exec` step alone. */
  readonly command?: CommandEvidence;
  /** What called back a `waitFor` step. */
  readonly call?: RequestEvidence;
  /** Of a `manual` step alone. */
  readonly decision?: DecisionEvidence;
  /** While it waits for somebody. */
  readonly waitsFor?: string;
  readonly outputs: ValueMap;
  readonly assertions: readonly AssertionEntry[];
}

export interface ErrorEntry {
  readonly reason: Reason;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** `expected`, `actual` and `note` are left out where there is none: null is a value. */
export interface AssertionEntry
  extends Pick<AssertionResult, 'text' | 'passed' | 'expected' | 'actual' | 'note'> {
  readonly path: string | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
