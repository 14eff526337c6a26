import { loadProject } from '../../project/project.ts';
import { findRun } from '../find-run.ts';
import type { Io } from '../io.ts';
import { requireKept } from '../runner-connection.ts';

/** Asks a run to stop: what is on its way is finished, and cleanup runs. */
export async function cancelCommand(
  argument: string,
  options: { readonly runner?: string },
  io: Io,
): Promise<number> {
  const backend = await requireKept(loadProject(io.cwd), options, io);
  const { record } = await findRun(backend, argument, io);
  const { id } = record.request;
  await backend.cancel(id);
  io.stdout.write(`${id}\n`);
  io.stderr.write(`asked to stop; its cleanup runs (reqflo wait ${id})\n`);
  return 0;
}
