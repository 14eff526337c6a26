import type { AssertionResult, EvidenceError } from '../run/outcome.ts';
import type { RunRecord, StepRecord } from '../run/record.ts';
import { sayAwaited } from './awaited.ts';
import type { Coverage } from './coverage.ts';
import { exitCodeOf, summaryOf } from './exit-code.ts';
import type { BatchEntry } from './json-batch.ts';
import {
  type AssertionEntry,
  type ErrorEntry,
  type ListDocument,
  type ListEntry,
  type RunDocument,
  type RunEntry,
  type StepEntry,
  schemaVersion,
} from './json-document.ts';
import { layJson, renderJson } from './json-text.ts';
import type { Reporter, RunContext } from './reporter.ts';
import { lastTry, runDurationOf, triesOf } from './step.ts';
import { createStepDurations } from './step-duration.ts';

/** A run as far as a document needs to know it. */
export interface ReportedRun {
  readonly context: Pick<RunContext, 'backend'>;
  readonly record: RunRecord;
}

/** `exitCode`: the command's, where it is not the worst of its runs. */
export function runDocument(runs: readonly ReportedRun[], exitCode?: number): RunDocument {
  return { schemaVersion, runs: runs.map(runEntry), ...ending(runs, exitCode) };
}

function runEntry(run: ReportedRun): RunEntry {
  const { problem, steps } = run.record;
  return {
    ...listEntry(run),
    error: problem === undefined ? null : errorEntry(problem),
    steps: stepEntries(steps),
  };
}

export function listDocument(
  runs: readonly ReportedRun[],
  exitCode?: number,
  more: Pick<ListDocument, 'batch' | 'batches'> = {},
): ListDocument {
  return { schemaVersion, runs: runs.map(listEntry), ...more, ...ending(runs, exitCode) };
}

/** One document as text, as `--json` prints it. Numbers keep the digits they came with. */
export function renderDocument(document: object): string {
  return `${layJson(renderJson(document), 0)}\n`;
}

/**
 * Writes one document, a run as it finishes, so that the number of runs does not matter; a run that never
 * finished is in it at the end, as it was last seen.
 */
export function createJsonReporter(
  write: (text: string) => void,
  coverage?: Pick<Coverage, 'services'>,
  batch?: () => BatchEntry,
): Reporter {
  const open = new Map<string, ReportedRun>();
  let written = 0;

  function writeRun(run: ReportedRun): void {
    const entry = layJson(renderJson(runEntry(run)), 0).replace(/^/gm, '    ');
    write(`${written === 0 ? `{\n  "schemaVersion": ${schemaVersion},\n  "runs": [` : ','}\n${entry}`);
    written += 1;
  }

  return {
    started(context, record) {
      open.set(record.request.id, { context, record });
    },
    event(_event, record) {
      const known = open.get(record.request.id);
      if (known !== undefined) open.set(record.request.id, { ...known, record });
    },
    finished(context, record) {
      open.delete(record.request.id);
      writeRun({ context, record });
    },
    end(all) {
      for (const run of open.values()) writeRun(run);
      const { exitCode, ...summary } = all;
      const covered = coverage === undefined ? {} : { coverage: coverage.services() };
      const belonging = batch === undefined ? {} : { batch: batch() };
      const ended = { summary, ...covered, ...belonging, exitCode };
      if (written === 0) write(renderDocument({ schemaVersion, runs: [], ...ended }));
      else write(`\n  ],\n${renderDocument(ended).replace('{\n', '')}`);
    },
  };
}

function ending(
  runs: readonly ReportedRun[],
  code: number | undefined,
): Pick<RunDocument, 'summary' | 'exitCode'> {
  const { exitCode, ...summary } = summaryOf(
    runs.map((run) => run.record),
    code,
  );
  return { summary, exitCode };
}

function listEntry({ context, record }: ReportedRun): ListEntry {
  const { request } = record;
  return {
    id: request.id,
    journey: request.journey,
    case: request.case ?? null,
    row: request.row?.index ?? null,
    ...(request.batch === undefined ? {} : { batch: request.batch.id }),
    environment: request.environment.name,
    backend: context.backend,
    artifact: request.artifact,
    state: record.state,
    reason: record.reason ?? null,
    exitCode: exitCodeOf(record),
    retryOf: request.retryOf ?? null,
    retriedBy: record.retriedBy ?? null,
    createdAt: new Date(request.createdAt).toISOString(),
    durationMs: runDurationOf(record) ?? null,
  };
}

function stepEntries(steps: readonly StepRecord[]): readonly StepEntry[] {
  const durationOf = createStepDurations(steps);
  return steps.map((step) => stepEntry(step, durationOf(step)));
}

function stepEntry(step: StepRecord, durationMs: number | undefined): StepEntry {
  const last = lastTry(step);
  const { error, furtherErrors, request, response, assertions = [] } = last?.evidence ?? {};
  return {
    key: step.key,
    name: step.name ?? null,
    state: step.state,
    reason: step.reason ?? null,
    error: error === undefined ? null : errorEntry(error),
    ...(furtherErrors === undefined ? {} : { furtherErrors: furtherErrors.map(errorEntry) }),
    attempts: triesOf(step).length,
    durationMs: durationMs ?? null,
    request: request ?? null,
    response: response ?? null,
    ...cameIn(step),
    outputs: last?.outcome?.outputs ?? {},
    assertions: assertions.map(assertionEntry),
  };
}

/** What a step has that sends no request. */
function cameIn(step: StepRecord): Pick<StepEntry, 'command' | 'call' | 'decision' | 'waitsFor'> {
  const { command, call, decision } = lastTry(step)?.evidence ?? {};
  const waitsFor = sayAwaited(step);
  return {
    ...(command === undefined ? {} : { command }),
    ...(call === undefined ? {} : { call }),
    ...(decision === undefined ? {} : { decision }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
}

function errorEntry({ reason, message, place }: EvidenceError): ErrorEntry {
  const at = { file: place?.file ?? null, line: place?.line ?? null, column: place?.column ?? null };
  return { reason, message, ...at };
}

function assertionEntry(assertion: AssertionResult): AssertionEntry {
  const { text, passed, expected, actual, path, note, file, line, column } = assertion;
  return {
    text,
    passed,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    path: path ?? null,
    ...(note === undefined ? {} : { note }),
    file,
    line,
    column,
  };
}
