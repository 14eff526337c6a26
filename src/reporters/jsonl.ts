import type { RunEvent } from '../run/event.ts';
import { schemaVersion } from './json-document.ts';
import { renderJson } from './json-text.ts';
import type { Reporter } from './reporter.ts';

/** Each event on a line as it happens: `{ "schemaVersion", "run", "type", "at", … }`. */
export function createJsonlReporter(write: (text: string) => void): Reporter {
  return {
    event(event, record) {
      write(`${renderJson({ schemaVersion, run: record.request.id, ...readable(event) })}\n`);
    },
    finished() {
      // The run's own `run.finished` has told it.
    },
  };
}

/** What masking took out, and ciphertext, never reach a reader. */
function readable(event: RunEvent): object {
  if (event.type === 'step.finished' || event.type === 'signal.received') {
    const { hidden: _, sealed: __, ...shown } = event;
    return shown;
  }
  if (event.type === 'run.created') {
    const { sealedSecrets: _, ...shown } = event;
    return { ...shown, kept: event.kept.map(({ hidden: __, sealed: ___, ...kept }) => kept) };
  }
  if (event.type === 'run.resumed') {
    const { sealedSecrets: _, ...shown } = event;
    return shown;
  }
  return event;
}
