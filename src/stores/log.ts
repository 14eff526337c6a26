import type { RunEvent } from '../run/event.ts';

/**
 * Where the events of one run go. All that the memory store and the JSON store differ in.
 * What is appended in one macrotask is one batch: one message, one line, one sync.
 */
export interface Log {
  /** Resolves when the event, and every one before it, is durable. Rejects when this pass has lost the run. */
  append(event: RunEvent): Promise<void>;
}

/** This pass may not write any more: another one owns the run, or the store is gone. */
export class LostRunError extends Error {
  override readonly name = 'LostRunError';
}
