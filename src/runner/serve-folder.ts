import { join } from 'node:path';

/** Where a runner keeps what is not the record: registration, log, pids of workers. */
export function runnerFolder(dir: string): string {
  return join(dir, 'runner');
}
