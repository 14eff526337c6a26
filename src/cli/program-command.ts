import { fileURLToPath } from 'node:url';
import type { WorkerCommand } from '../runner/worker-process.ts';

/** How this very program is started again: the same Node, the same bundle. */
export function programCommand(): WorkerCommand {
  return {
    file: process.execPath,
    arguments: [fileURLToPath(new URL('../../bin/reqflo.js', import.meta.url))],
  };
}
