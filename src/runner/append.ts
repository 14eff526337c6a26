import { readEvents } from '../stores/json-file/event-codec.ts';
import { LostRunError } from '../stores/log.ts';
import type { RunStore } from '../stores/store.ts';
import type { FromWorker } from '../worker/protocol.ts';
import type { PoolWorker } from './worker-pool.ts';

/** Writes down what a worker sent, and tells it that it is durable, or that its pass has lost the run. */
export async function appendFor(
  worker: PoolWorker,
  { id, epoch, events }: Extract<FromWorker, { type: 'append' }>,
  store: RunStore,
  log: (line: string) => void,
): Promise<void> {
  try {
    await store.append(id, epoch, readEvents(events));
    worker.send({ type: 'appended', id, epoch });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    worker.send({ type: 'refused', id, epoch, message });
    if (!(error instanceof LostRunError)) log(`${id}: ${message}`);
  }
}
