import { loadProject } from '../../project/project.ts';
import { countOpen, type ShownBatch } from '../../run/batch.ts';
import { findTarget } from '../find-target.ts';
import type { Io } from '../io.ts';
import { requireKept } from '../runner-connection.ts';

/** Asks a run, or every open run of a batch, to stop: what is on its way is finished, and cleanup runs. */
export async function cancelCommand(
  argument: string,
  options: { readonly runner?: string },
  io: Io,
): Promise<number> {
  const backend = await requireKept(loadProject(io.cwd), options, io);
  const target = await findTarget(backend, argument, io);
  const id = target.kind === 'batch' ? target.id : target.run.record.request.id;
  const isOver = target.kind === 'batch' && isCanceled(await backend.batches.get(id, []));
  if (target.kind === 'batch') await backend.batches.cancel(id);
  else await backend.cancel(id);
  io.stdout.write(`${id}\n`);
  io.stderr.write(
    isOver
      ? 'it was canceled before, and all of its runs have ended\n'
      : `asked to stop; its cleanup runs (reqflo wait ${id}${backend.reach})\n`,
  );
  return 0;
}

/** And nothing of it is left to stop: asked again, because an answer was lost, it is done. */
function isCanceled(batch: ShownBatch): boolean {
  return batch.canceled && !batch.making && countOpen(batch) + batch.states.interrupted === 0;
}
