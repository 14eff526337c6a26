import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { RunEvent } from '../run/event.ts';
import { readExact } from '../stores/json-file/event-codec.ts';
import type { JournalLine } from '../stores/store.ts';
import type { WatchEnd } from './backend.ts';
import type { Connection } from './connection.ts';

/**
 * Follows a run's journal from its start; where contact is lost it goes on behind the last line it saw. An
 * interruption before the line `tip` is history: somebody went on with the run since.
 */
export async function watchJournal(
  connection: Connection,
  path: string,
  tip: number,
  onEvent: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<WatchEnd> {
  let seen = 0;
  let end: WatchEnd | undefined;
  const take = (line: JournalLine): void => {
    if (line.seq <= seen) return;
    seen = line.seq;
    for (const event of line.events) {
      onEvent(event);
      if (event.type === 'run.finished') end = 'finished';
      if (event.type === 'run.interrupted' && line.seq >= tip) end = 'interrupted';
    }
  };
  while (end === undefined && !signal.aborted) {
    try {
      const headers = { accept: 'text/event-stream', 'last-event-id': String(seen) };
      const response = await connection.stream(path, headers, signal);
      await readLines(response, take, () => end !== undefined);
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof LostContactError)) throw error;
    }
  }
  return end ?? 'left';
}

class LostContactError extends Error {
  override readonly name = 'LostContactError';
}

async function readLines(
  response: Response,
  take: (line: JournalLine) => void,
  done: () => boolean,
): Promise<void> {
  if (response.body === null) return;
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  try {
    while (!done()) {
      const { value, done: ended } = await reader.read();
      if (ended) return;
      if (value.event === 'line') take(readExact(value.data) as JournalLine);
    }
  } catch (cause) {
    throw new LostContactError('the event stream broke off', { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
