import { isFinal } from '../run/fold.ts';
import type { JournalLine, RunStore } from '../stores/store.ts';

/** A run's lines behind `after`: those that are there, then those that come, until it is finished or left. */
export interface Following {
  readonly lines: AsyncGenerator<JournalLine>;
  stop(): void;
}

export function followLines(store: RunStore, id: string, after: number): Following {
  const inbox = createInbox<JournalLine>();
  // Before the stored ones are read: a line between the two is seen twice, and shown once.
  const unsubscribe = store.subscribe(id, inbox.push);
  const stop = (): void => {
    unsubscribe();
    inbox.close();
  };
  return { lines: onceEach(store, id, after, inbox, stop), stop };
}

async function* onceEach(
  store: RunStore,
  id: string,
  after: number,
  inbox: Inbox<JournalLine>,
  stop: () => void,
): AsyncGenerator<JournalLine> {
  let seen = after;
  try {
    for await (const line of allLines(store, id, after, inbox)) {
      if (line.seq <= seen) continue;
      seen = line.seq;
      yield line;
      if (line.events.some((event) => event.type === 'run.finished')) return;
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
): AsyncGenerator<JournalLine> {
  yield* await store.lines(id, after);
  const run = store.get(id);
  if (run === undefined || (isFinal(run.record.state) && run.seq <= after)) return;
  for (let line = await inbox.next(); line !== undefined; line = await inbox.next()) yield line;
}

interface Inbox<Item> {
  readonly push: (item: Item) => void;
  /** The oldest item, when there is one; undefined once it is closed. */
  next(): Promise<Item | undefined>;
  close(): void;
}

function createInbox<Item>(): Inbox<Item> {
  const items: Item[] = [];
  let closed = false;
  let wake: () => void = () => {};
  return {
    push(item) {
      items.push(item);
      wake();
    },
    async next() {
      while (items.length === 0 && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return items.shift();
    },
    close() {
      closed = true;
      wake();
    },
  };
}
