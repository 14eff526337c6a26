import { type BatchRecord, countOpen, isComplete, type ShownBatch, stateOfBatch } from '../run/batch.ts';
import { isFinal } from '../run/fold.ts';
import type { RunRequest } from '../run/request.ts';
import type { Answered, BatchControl } from '../server/control.ts';
import type { BatchRefusal } from '../stores/batch.ts';
import type { RunStore } from '../stores/store.ts';

export interface BatchDeskOptions {
  readonly store: RunStore;
  /** Somebody needs the runner; gives what ends it. */
  readonly follow: () => () => void;
  readonly cancelRun: (id: string, by: string) => Promise<Answered>;
}

/** What a runner minds of batches beside their runs: who registers them, and what is not to be registered. */
export class BatchDesk implements BatchControl {
  readonly #options: BatchDeskOptions;
  /** How many register runs of a batch now. */
  readonly #makers = new Map<string, number>();

  constructor(options: BatchDeskOptions) {
    this.#options = options;
  }

  make(id: string): () => void {
    const leave = this.#options.follow();
    this.#makers.set(id, (this.#makers.get(id) ?? 0) + 1);
    let gone = false;
    return () => {
      if (gone) return;
      gone = true;
      leave();
      const others = (this.#makers.get(id) ?? 1) - 1;
      if (others > 0) this.#makers.set(id, others);
      else this.#makers.delete(id);
    };
  }

  show(batch: BatchRecord): ShownBatch {
    return { ...batch, making: !isComplete(batch) && this.#makers.has(batch.batch.id) };
  }

  /** Why a run is not taken; a retry is, whatever became of its batch. */
  refusal({ batch, retryOf }: RunRequest): BatchRefusal | undefined {
    if (batch === undefined || retryOf !== undefined) return undefined;
    return this.#options.store.batches.refusal(batch);
  }

  /** A run that was registered while its batch was being canceled is canceled with it. */
  async entered(request: RunRequest): Promise<void> {
    if (this.refusal(request) === 'batchCanceled') await this.#options.cancelRun(request.id, 'reqflo cancel');
  }

  async cancel(id: string, by: string): Promise<Answered> {
    const { store, cancelRun } = this.#options;
    const stored = store.batches.get(id);
    if (stored === undefined) return { kind: 'unknown' };
    // Asked twice, because an answer was lost, it is done already.
    const isOver = countOpen(stored) + stored.states.interrupted === 0 && isComplete(stored);
    if (isOver && !stored.canceled) {
      return {
        kind: 'refused',
        state: stateOfBatch(this.show(stored)),
        message: 'all of its runs have ended already',
      };
    }
    await store.batches.cancel(id);
    for (const { record, corrupt } of store.batches.runs(id)) {
      const isToStop = !isFinal(record.state) && record.stopAsked === undefined && corrupt === undefined;
      if (isToStop) await cancelRun(record.request.id, by);
    }
    return { kind: 'done', id };
  }
}
