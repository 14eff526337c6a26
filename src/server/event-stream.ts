import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { RunEvent } from '../run/event.ts';
import { renderExact } from '../stores/json-file/event-codec.ts';
import type { JournalLine } from '../stores/store.ts';
import type { RunnerControl } from './control.ts';
import { followLines } from './follow-lines.ts';

/** Milliseconds between comments that keep an idle connection open. */
export const heartbeatMs = 15_000;

/**
 * A run's journal as server-sent events: one a line, whose id is its `seq`. With `Last-Event-ID` it goes on
 * behind that line. It ends when the run is finished; a line is sent only after its sync.
 */
export function streamEvents(context: Context, control: RunnerControl, id: string): Response {
  const after = Number(context.req.header('last-event-id') ?? context.req.query('after') ?? 0);
  return streamSSE(context, async (stream) => {
    const leave = control.follow();
    const following = followLines(control.store, id, Number.isInteger(after) ? after : 0);
    stream.onAbort(() => following.stop());
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), heartbeatMs);
    try {
      for await (const lines of following.lines) await stream.write(lines.map(renderLine).join(''));
    } finally {
      clearInterval(heartbeat);
      leave();
    }
  });
}

/** As JSON it has no line breaks, which would end its field. */
function renderLine(line: JournalLine): string {
  return `event: line\ndata: ${renderExact(visible(line))}\nid: ${line.seq}\n\n`;
}

/** Towards readers ciphertext is noise: it is of no use without the run's key. */
function visible(line: JournalLine): JournalLine {
  const strip = (event: RunEvent): RunEvent => {
    if (event.type === 'step.finished') {
      const { sealed: _, hidden: __, ...rest } = event;
      return rest;
    }
    if (event.type === 'run.created') {
      const { sealedSecrets: _, ...rest } = event;
      return { ...rest, kept: rest.kept.map(({ sealed: __, hidden: ___, ...kept }) => kept) };
    }
    if (event.type === 'run.resumed') {
      const { sealedSecrets: _, ...rest } = event;
      return rest;
    }
    return event;
  };
  return { ...line, events: line.events.map(strip) };
}
