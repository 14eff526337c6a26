import type { Artifact } from '../artifact/types.ts';
import type { RunEvent } from '../run/event.ts';
import type { RunRecord } from '../run/record.ts';

/** What a page can show. */
export interface Look {
  /** Characters in a line; 80 where nobody knows. */
  readonly columns: number;
  readonly colour: boolean;
  /** A terminal that a person looks at: long names are cut there, and lines may be redrawn. */
  readonly interactive: boolean;
  /** False: ASCII symbols only. */
  readonly unicode: boolean;
}

export interface Stream extends Look {
  write(text: string): void;
}

/** What a reporter knows of a run beside its record. */
export interface RunContext {
  readonly artifact: Artifact;
  readonly runId: string;
  readonly backend: 'local' | 'cloud';
  /** What a command about it must be told beside its id, as it is typed: ` --runner https://runner.example`. */
  readonly reach?: string;
  /** The record that this run retries, where the caller has it: tells why a step runs again. */
  readonly previous?: RunRecord;
}

/** How the runs of one command ended. */
export interface Summary {
  readonly runs: number;
  readonly passed: number;
  readonly failed: number;
  readonly canceled: number;
  /** Queued, running, waiting or interrupted. */
  readonly open: number;
  readonly exitCode: number;
}

/** Tells what happens in the runs of one command. Several runs may be under way at once. */
export interface Reporter {
  /** Called once a run, with what is recorded so far. */
  started?(context: RunContext, record: RunRecord): void;
  /** `record` is the record after the event. */
  event?(event: RunEvent, record: RunRecord): void;
  /** The run has ended, or is interrupted and nobody follows it any longer. */
  finished(context: RunContext, record: RunRecord): void;
  /** After the last run: what is told once a command. */
  end?(summary: Summary): void | Promise<void>;
}
