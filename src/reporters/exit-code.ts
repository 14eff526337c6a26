import type { RunReason } from '../run/event.ts';
import type { RunRecord } from '../run/record.ts';
import type { Summary } from './reporter.ts';

/** Worst first; a code that is not among them is worse than all. */
const worstFirst = [70, 2, 4, 5, 8, 6, 3, 1, 7, 0];

/** The exit code that one run gives a command (`reqflo help exit-codes`). */
export function exitCodeOf(record: RunRecord): number {
  switch (record.state) {
    case 'passed':
      return 0;
    case 'failed':
      return codeOfReason(record.reason);
    case 'canceled':
      return 6;
    case 'queued':
    case 'running':
    case 'waiting':
    case 'interrupted':
      return 8;
  }
}

/** Of several runs: the worst, in the order 70, 2, 4, 5, 8, 6, 3, 1, 7, 0. */
export function worstExitCode(codes: readonly number[]): number {
  const ranks = new Map(worstFirst.map((code, rank) => [code, rank]));
  return codes.reduce(
    (worst, code) => ((ranks.get(code) ?? -1) < (ranks.get(worst) ?? -1) ? code : worst),
    0,
  );
}

/** `exitCode`: what the command ends with, where that is not the worst of its runs (contact was lost). */
export function summaryOf(records: readonly RunRecord[], exitCode?: number): Summary {
  const tally = createTally();
  for (const record of records) {
    tally.begin();
    tally.add(record);
  }
  return tally.summary(exitCode);
}

/** Counts how runs end, one at a time; it keeps none of them. */
export interface Tally {
  /** A run is followed from now on; until it is added it counts as open. */
  begin(): void;
  add(record: RunRecord): void;
  /** A code of something that is no run. */
  note(exitCode: number): void;
  summary(exitCode?: number): Summary;
}

export function createTally(): Tally {
  const ended = { passed: 0, failed: 0, canceled: 0 };
  const codes = new Set<number>();
  let begun = 0;
  let told = 0;
  return {
    begin() {
      begun++;
    },
    add(record) {
      told++;
      codes.add(exitCodeOf(record));
      const { state } = record;
      if (state === 'passed' || state === 'failed' || state === 'canceled') ended[state]++;
    },
    note(exitCode) {
      codes.add(exitCode);
    },
    summary(exitCode) {
      const open = begun - ended.passed - ended.failed - ended.canceled;
      if (told < begun) codes.add(8);
      return { runs: begun, ...ended, open, exitCode: exitCode ?? worstExitCode([...codes]) };
    },
  };
}

/** A failed run that does not say why has a bug of ours in it. */
function codeOfReason(reason: RunReason = 'internal'): number {
  switch (reason) {
    case 'assertion':
    case 'unmet':
      return 1;
    case 'request':
    case 'value':
      return 3;
    case 'timeout':
    case 'superseded':
      return 6;
    case 'internal':
      return 70;
  }
}
