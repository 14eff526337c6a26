import { isFinal } from '../run/fold.ts';
import type { JournalLine, RunStore } from '../stores/store.ts';

/** A run's lines behind `after`: those that are there, then those that come, until it is finished or left. */
export interface Following {
  /** Several at a time where they come fast: for whoever reads them, and for the runner, that is less work. */
  readonly lines: AsyncGenerator<readonly JournalLine[]>;
  stop(): void;
}

/** Milliseconds between what is given and what is given next; the end of a run does not wait. */
const patienceMs = 20;

/** Of the lines that are there already: a long run is not one text. */
const mostAtOnce = 100;

export function followLines(store: RunStore, id: string, after: number): Following {
  const inbox = createInbox(isLast);
  // Before the stored ones are read: a line between the two is seen twice, and shown once.
  const unsubscribe = store.subscribe(id, inbox.push);
  const stop = (): void => {
    unsubscribe();
    inbox.close();
  };
  return { lines: onceEach(store, id, after, inbox, stop), stop };
}

function isLast({ events }: JournalLine): boolean {
  return events.some((event) => event.type === 'run.finished');
}

async function* onceEach(
  store: RunStore,
  id: string,
  after: number,
  inbox: Inbox<JournalLine>,
  stop: () => void,
): AsyncGenerator<readonly JournalLine[]> {
  let seen = after;
  try {
    for await (const lines of allLines(store, id, after, inbox)) {
      const fresh = lines.filter(({ seq }) => seq > seen);
      const last = fresh.at(-1);
      if (last === undefined) continue;
      seen = last.seq;
      yield fresh;
      if (fresh.some(isLast)) return;
    }
  } finally {
    stop();
  }
}

async function* allLines(
  store: RunStore,
  id: string,
  after: number,
  inbox: Inbox<JournalLine>,
): AsyncGenerator<readonly JournalLine[]> {
  const stored = await store.lines(id, after);
  for (let at = 0; at < stored.length; at += mostAtOnce) yield stored.slice(at, at + mostAtOnce);
  const run = store.get(id);
  if (run === undefined || (isFinal(run.record.state) && run.seq <= after)) return;
  for (let lines = await inbox.take(); lines.length > 0; lines = await inbox.take()) {
    yield lines;
    await inbox.rest(patienceMs);
  }
}

interface Inbox<Item> {
  readonly push: (item: Item) => void;
  /** All that is there, once there is something; nothing once it is closed. */
  take(): Promise<readonly Item[]>;
  /** Until the time is over, or something urgent is there, or it is closed. */
  rest(ms: number): Promise<void>;
  close(): void;
}

function createInbox<Item>(isUrgent: (item: Item) => boolean): Inbox<Item> {
  let items: Item[] = [];
  let closed = false;
  let wake: () => void = () => {};
  let hurry: () => void = () => {};
  return {
    push(item) {
      items.push(item);
      wake();
      if (isUrgent(item)) hurry();
    },
    async take() {
      while (items.length === 0 && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const taken = items;
      items = [];
      return taken;
    },
    async rest(ms) {
      if (closed || items.some(isUrgent)) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        hurry = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    close() {
      closed = true;
      wake();
      hurry();
    },
  };
}
