import type { RunEvent } from '../run/event.ts';
import { renderEvents } from '../stores/json-file/event-codec.ts';
import { sealHidden } from '../stores/json-file/hidden.ts';
import { type Log, LostRunError } from '../stores/log.ts';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A log whose writer is the runner process: what one macrotask produces is one message, one line, one sync. */
export interface IpcLog extends Log {
  /** The oldest batch that was not answered yet is durable. */
  appended(): void;
  /** This pass has lost its run. */
  refused(message: string): void;
}

/** Seals what evidence may not show with the run's key before it leaves this process. */
export function createIpcLog(key: string, send: (events: string) => void): IpcLog {
  let events: RunEvent[] = [];
  let waiting: Waiting[] = [];
  const sent: Waiting[][] = [];
  let lost: LostRunError | undefined;

  const flush = (): void => {
    const batch = events.map((event) => sealHidden(key, event));
    sent.push(waiting);
    events = [];
    waiting = [];
    send(renderEvents(batch));
  };
  return {
    append(event) {
      if (lost !== undefined) return Promise.reject(lost);
      return new Promise((resolve, reject) => {
        if (events.length === 0) setImmediate(flush);
        events.push(event);
        waiting.push({ resolve, reject });
      });
    },
    appended() {
      for (const one of sent.shift() ?? []) one.resolve();
    },
    refused(message) {
      lost ??= new LostRunError(message);
      for (const one of [...sent.splice(0).flat(), ...waiting]) one.reject(lost);
    },
  };
}
