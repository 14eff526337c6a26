import type { RunEvent } from '../run/event.ts';
import type { Log } from './log.ts';

/** A log that keeps nothing but what its listener makes of it: in-process runs. */
export function createMemoryLog(onEvent: (event: RunEvent) => void): Log {
  return {
    append(event) {
      onEvent(event);
      return Promise.resolve();
    },
  };
}
