import type { RunEvent } from '../../src/run/event.ts';
import type { Log } from '../../src/stores/log.ts';
import type { NewRun } from '../../src/stores/store.ts';

/** A pass as its worker gets it: what is recorded, and where to write. */
export interface ClaimedPass {
  readonly epoch: number;
  /** Hidden parts opened. */
  readonly history: readonly RunEvent[];
  readonly secrets: { readonly [name: string]: string };
  readonly log: Log;
}

/** One run in a store: what outlives the passes over it, and the processes. */
export interface DurableRun {
  /** Begins a pass. From here on those before it can never write again. */
  claim(): Promise<ClaimedPass>;
  /** Everything durable, hidden parts opened. */
  history(): Promise<readonly RunEvent[]>;
  /** A person's word about an interrupted run. */
  resume(sendAgain: readonly string[]): Promise<void>;
  cancel(): Promise<void>;
  /** The process is gone, and another one opens the store; `torn`: of the last line only a part was written. */
  restart(lastLine: 'whole' | 'torn'): Promise<void>;
  close(): Promise<void>;
}

export type OpenRun = (run: NewRun) => Promise<DurableRun>;
