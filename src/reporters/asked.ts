import type { RunEvent } from '../run/event.ts';
import type { RunRecord } from '../run/record.ts';

/** Whether a person is being asked in one of several runs: they type where a live line would be. */
export interface Asked {
  hear(event: RunEvent, record: RunRecord): void;
  isAny(): boolean;
}

export function createAsked(): Asked {
  const open = new Set<string>();
  return {
    hear(event, record) {
      if (event.type !== 'wait.started' && event.type !== 'wait.finished') return;
      const name = `${record.request.id} ${event.key}`;
      if (event.type === 'wait.finished') open.delete(name);
      else if (event.for.kind === 'signal' && event.for.from.kind === 'person') open.add(name);
    },
    isAny: () => open.size > 0,
  };
}
