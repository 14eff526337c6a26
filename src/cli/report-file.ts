import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileProblem } from './file-error.ts';
import { Stop } from './stop.ts';

/** A file that a report is written to as it grows. */
export interface ReportFile {
  write(text: string): void;
  /** Why not all of it was written. A run is not ended for that: what it began it cleans up. */
  problem(): Stop | undefined;
}

/**
 * Checked at the start: a report that cannot be written is to be known before the run, not after it.
 *
 * @throws Stop
 */
export function openReportFile(path: string): ReportFile {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  } catch (error) {
    throw refused(path, error);
  }
  let problem: Stop | undefined;
  return {
    write(text) {
      if (problem !== undefined) return;
      try {
        appendFileSync(path, text);
      } catch (error) {
        problem = refused(path, error, 'what is in it is not whole');
      }
    },
    problem: () => problem,
  };
}

/** Anything else would be a bug of ours. */
function refused(path: string, error: unknown, hint?: string): Stop {
  const problem = fileProblem(error);
  if (problem === undefined) throw error;
  return new Stop(problem.exitCode, `${path} cannot be written: ${problem.why}`, hint);
}
