import type { RunEvent } from '../../src/run/event.ts';
import { type Log, LostRunError } from '../../src/stores/log.ts';
import { createMemoryLog } from '../../src/stores/memory.ts';
import type { NewRun } from '../../src/stores/store.ts';
import type { ClaimedPass, DurableRun } from './durable-run.ts';

/** A run over the memory log; what its listener heard is what is durable. */
export function openMemoryRun({ request, kept, secrets }: NewRun): Promise<DurableRun> {
  const events: RunEvent[] = [{ type: 'run.created', at: request.createdAt, request, kept }];
  let newest = 0;

  const logOf = (epoch: number): Log => {
    const log = createMemoryLog((event) => events.push(event));
    return {
      append: (event) =>
        epoch === newest ? log.append(event) : Promise.reject(new LostRunError(`epoch ${epoch} is over`)),
    };
  };
  const claim = (): ClaimedPass => {
    newest += 1;
    const epoch = newest;
    events.push({ type: 'run.started', at: Date.now(), epoch, worker: 'worker-1' });
    return { epoch, history: [...events], secrets, log: logOf(epoch) };
  };
  return Promise.resolve({
    claim: async () => claim(),
    history: async () => [...events],
    resume: async (sendAgain) => {
      events.push({ type: 'run.resumed', at: Date.now(), by: 'ada', sendAgain });
    },
    cancel: async () => {
      events.push({ type: 'run.cancelRequested', at: Date.now(), by: 'ada' });
    },
    restart: async (lastLine) => {
      newest += 1;
      if (lastLine === 'torn') events.pop();
    },
    close: async () => {},
  });
}
