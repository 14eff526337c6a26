import { loadProject } from '../../project/project.ts';
import { findRun } from '../find-run.ts';
import type { Io } from '../io.ts';
import { requireKept } from '../runner-connection.ts';

/** Checks every byte of a run's journal against its chain of hashes. */
export async function verifyCommand(
  argument: string,
  options: { readonly runner?: string },
  io: Io,
): Promise<number> {
  const backend = await requireKept(loadProject(io.cwd), options, io);
  const { record } = await findRun(backend, argument, io);
  const { id } = record.request;
  const result = await backend.verify(id);
  if (!result.ok) {
    io.stdout.write(`${id}  damaged at line ${result.line}: ${result.message}\n`);
    return 1;
  }
  const state = result.sealed ? 'sealed' : 'not finished yet';
  io.stdout.write(`${id}  intact, ${state}: ${result.lines} lines, SHA-256 ${result.hash}\n`);
  return 0;
}
