import type { RunRecord } from '../run/record.ts';
import type { RunStore } from '../stores/store.ts';

/** Nobody works on it, and nobody is to: it waits for an instant, or for a person. */
export function isAtRest({ state }: RunRecord): boolean {
  return state === 'waiting' || state === 'interrupted';
}

/** Durable keys that were intended and have no outcome. */
export function openKeys(record: RunRecord): readonly string[] {
  return record.steps.flatMap((step) =>
    step.attempts
      .filter((one) => one.intent !== undefined && one.outcome === undefined)
      .map((one) => one.key),
  );
}

/** Resolves when an open run has ended. */
export function endOf(store: RunStore, id: string): Promise<void> {
  return new Promise((resolve) => {
    const leave = store.subscribe(id, (line) => {
      if (!line.events.some((event) => event.type === 'run.finished')) return;
      leave();
      resolve();
    });
  });
}
