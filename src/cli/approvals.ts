import type { LocalBackend } from '../backends/local.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { caseAndRowOf, labelOf } from '../reporters/step.ts';
import { visibleLine } from '../reporters/text.ts';
import { waitedAttempt } from '../run/key.ts';
import type { RunRecord } from '../run/record.ts';
import type { Person } from './person.ts';

/** Asks a person about each step that waits for one, one after the other, and tells the run what they said. */
export function createApprovals(person: Person, backend: LocalBackend): Reporter {
  const open = new Map<string, AbortController>();
  let queue: Promise<void> = Promise.resolve();

  async function ask(record: RunRecord, step: string, question: string, over: AbortSignal): Promise<void> {
    // What the answer before ended, a failed one perhaps all, is heard first.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (over.aborted) return;
    const { id } = record.request;
    const decision = await person.decide(questionOf(record, step, question), over);
    if (over.aborted) return;
    // A terminal that was closed gives no answer any more.
    if (decision === undefined) await backend.cancel(id);
    else await backend.decide(id, step, { kind: 'decision', at: Date.now(), ...decision });
  }

  return {
    event(event, record) {
      if (event.type !== 'wait.started' && event.type !== 'wait.finished') return;
      const name = `${record.request.id} ${event.key}`;
      if (event.type === 'wait.finished') {
        open.get(name)?.abort();
        open.delete(name);
        return;
      }
      const step = waitedAttempt(event.key);
      if (step === undefined || event.for.kind !== 'signal' || event.for.from.kind !== 'person') return;
      const { question } = event.for.from;
      const over = new AbortController();
      open.set(name, over);
      queue = queue.then(() => ask(record, step, question, over.signal));
    },
    finished() {
      // Its waits have ended before.
    },
  };
}

/** `? belt: Is the parcel on the belt?`, `? belt (row 3): Is …`: of several runs each says which it is. */
function questionOf(record: RunRecord, key: string, question: string): string {
  const step = record.steps.find((one) => one.key === key);
  const name = step === undefined ? key : labelOf(step);
  const which = caseAndRowOf(record.request);
  return `? ${name}${which === '' ? '' : ` (${which})`}: ${visibleLine(question)}`;
}
