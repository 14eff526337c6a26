import { createTally, type Tally } from '../reporters/exit-code.ts';
import type { Reporter, Summary } from '../reporters/reporter.ts';
import { explain } from './errors.ts';
import type { Interrupts } from './interrupt.ts';
import { ToldError } from './stop.ts';

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
  await end(reporters, summary);
  return summary.exitCode;
}

async function end(reporters: readonly Reporter[], summary: Summary): Promise<void> {
  for (const reporter of reporters) await reporter.end?.(summary);
}
