import type { RunEvent, StepFinished } from '../run/event.ts';
import type { Evidence } from '../run/outcome.ts';

/** Events on their way to who follows a run. */
export interface Telling {
  tell(event: RunEvent): void;
  /** What is shown of the step is made when it is told. */
  tellFinished(event: StepFinished, evidence: () => Evidence): void;
  /** Tells what is still to be told. @throws what a listener threw */
  end(): void;
}

/** Milliseconds; sooner than anybody sees. */
const patience = 20;

/**
 * Tells many at a time, and a little later: the next request does not wait for the report, nor does the report's code
 * push the engine's out of the processor's caches at every step.
 */
export function tellLater(onEvent: (event: RunEvent) => void): Telling {
  let events: (() => RunEvent)[] = [];
  let failure: { readonly cause: unknown } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    const told = events;
    events = [];
    timer = undefined;
    try {
      for (const event of told) onEvent(event());
    } catch (cause) {
      failure ??= { cause };
    }
  };
  const add = (event: () => RunEvent): void => {
    events.push(event);
    timer ??= setTimeout(flush, patience);
  };
  return {
    tell: (event) => add(() => event),
    tellFinished: (event, evidence) => add(() => ({ ...event, evidence: evidence() })),
    end() {
      clearTimeout(timer);
      flush();
      if (failure !== undefined) throw failure.cause;
    },
  };
}
