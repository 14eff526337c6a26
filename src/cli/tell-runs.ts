import { createTally, type Tally, worstExitCode } from '../reporters/exit-code.ts';
import type { Reporter, Summary } from '../reporters/reporter.ts';
import { explain } from './errors.ts';
import type { Interrupts } from './interrupt.ts';
import { Stop, ToldError } from './stop.ts';

/**
 * Ends the telling of runs, and gives the exit code. What breaks off in the middle is told with what was seen so
 * far: a document is one document whatever happens. @throws ToldError
 */
export async function tellRuns(
  reporters: readonly Reporter[],
  interrupts: Interrupts,
  work: (tally: Tally) => Promise<void>,
): Promise<number> {
  const tally = createTally();
  try {
    await work(tally);
  } catch (cause) {
    if (tally.summary().runs === 0) throw cause;
    await end(reporters, tally.summary(explain(cause).exitCode));
    throw new ToldError('it broke off', { cause });
  }
  const summary = tally.summary(interrupts.exitCode());
  try {
    await end(reporters, summary);
  } catch (cause) {
    // A report that could not be written hides nothing that is worse.
    if (!(cause instanceof Stop)) throw cause;
    const exitCode = worstExitCode([summary.exitCode, cause.exitCode]);
    throw new ToldError('it was not told', { cause: new Stop(exitCode, cause.message, cause.hint) });
  }
  return summary.exitCode;
}

async function end(reporters: readonly Reporter[], summary: Summary): Promise<void> {
  for (const reporter of reporters) await reporter.end?.(summary);
}
