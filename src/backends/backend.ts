import type { RunEvent } from '../run/event.ts';
import type { NewRun } from '../stores/store.ts';

/** Where a run happens, as the command line sees it. */
export interface Backend {
  readonly kind: 'local' | 'cloud';
  /** What a command must be told to come here again, as it is typed; empty where it comes here by itself. */
  readonly reach: string;
  /** Registers a run; with a runner it is durable when this resolves. */
  start(run: NewRun): Promise<void>;
  /**
   * Tells every event of a run, in order and once, until it is finished or interrupted, or the signal fires.
   * Gives why it ended.
   */
  watch(id: string, onEvent: (event: RunEvent) => void, signal: AbortSignal): Promise<WatchEnd>;
  /** Asks a run to stop; its cleanup runs. */
  cancel(id: string): Promise<void>;
  close(): Promise<void>;
}

export type WatchEnd = 'finished' | 'interrupted' | 'left';

/** The runner cannot be reached, or contact was lost: exit code 5. */
export class UnreachableError extends Error {
  override readonly name: string = 'UnreachableError';
}

/** It never could be: nothing was asked of it. */
export class NeverReachedError extends UnreachableError {
  override readonly name = 'NeverReachedError';
}

/** What answers there is no runner, or none of this version: exit code 5. */
export class NoRunnerError extends Error {
  override readonly name = 'NoRunnerError';
}

/** The token is missing or wrong: exit code 4. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

/** The runner has no such run or batch: exit code 7. */
export class UnknownRunError extends Error {
  override readonly name = 'UnknownRunError';
}

/** The runner could not write down what was asked, or not read what it is about: exit code 3. */
export class NotStoredError extends Error {
  override readonly name = 'NotStoredError';
}

/** The run is in a state in which this cannot be done: exit code 2. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The batch takes no more runs, because a person canceled it: exit code 6. */
export class BatchCanceledError extends Error {
  override readonly name = 'BatchCanceledError';
}
