import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudBackend } from '../backends/cloud.ts';
import { sayMissing, sayStates } from '../reporters/batch-facts.ts';
import { createProgress } from '../reporters/progress.ts';
import { countOpen } from '../run/batch.ts';
import { listenForInterrupts } from './interrupt.ts';
import type { Io } from './io.ts';

/** Milliseconds between looks at a batch. */
const lookMs = 500;

const notice = 'left: what runs goes on';

/** Until nothing of a batch goes on by itself any more; what there is meanwhile is on the live line. */
export async function watchBatch({ batches }: CloudBackend, id: string, io: Io): Promise<number | undefined> {
  const interrupts = listenForInterrupts(io, notice);
  const progress = createProgress(io.stderr);
  const { signal } = interrupts;
  try {
    while (!signal.aborted) {
      const shown = await batches.get(id, []);
      if (countOpen(shown) === 0 && !shown.making) break;
      const missing = shown.making ? `; ${sayMissing(shown)}` : '';
      progress.show(() => sayStates(shown) + missing);
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    }
    return interrupts.exitCode();
  } finally {
    progress.stop();
    interrupts.stop();
  }
}

/** Until a run has ended, or is interrupted. */
export async function watchRun(backend: CloudBackend, id: string, io: Io): Promise<number | undefined> {
  const interrupts = listenForInterrupts(io, notice);
  const progress = createProgress(io.stderr);
  try {
    let current = 'queued';
    progress.show(() => current);
    const onEvent = ({ type, ...event }: Parameters<Parameters<CloudBackend['watch']>[1]>[0]): void => {
      current = 'key' in event && event.key !== undefined ? event.key : type.replace('run.', '');
      progress.show(() => current);
    };
    await backend.watch(id, onEvent, interrupts.signal);
    return interrupts.exitCode();
  } finally {
    progress.stop();
    interrupts.stop();
  }
}
