import type { RunEvent } from '../run/event.ts';

/** Events on their way to who follows a run. */
export interface Telling {
  tell(event: RunEvent): void;
  /** Tells what is still to be told. @throws what a listener threw */
  end(): void;
}

/** Tells a turn of the loop later: by then the next request is on its way, and nothing waits for the report. */
export function tellLater(onEvent: (event: RunEvent) => void): Telling {
  let events: RunEvent[] = [];
  let failure: { readonly cause: unknown } | undefined;
  const flush = (): void => {
    const told = events;
    events = [];
    try {
      for (const event of told) onEvent(event);
    } catch (cause) {
      failure ??= { cause };
    }
  };
  return {
    tell(event) {
      if (events.length === 0) setImmediate(flush);
      events.push(event);
    },
    end() {
      flush();
      if (failure !== undefined) throw failure.cause;
    },
  };
}
