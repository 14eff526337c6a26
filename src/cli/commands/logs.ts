import { didYouMean } from '../../diagnostics/did-you-mean.ts';
import { loadProject } from '../../project/project.ts';
import { isNamed, renderLogs } from '../../reporters/logs.ts';
import { findRun } from '../find-run.ts';
import type { Io } from '../io.ts';
import { requireKept } from '../runner-connection.ts';
import { Stop } from '../stop.ts';

export interface LogOptions {
  readonly runner?: string;
  readonly step?: string;
  readonly failed?: boolean;
}

/** Everything that a run sent and got, step by step. */
export async function logsCommand(argument: string, options: LogOptions, io: Io): Promise<number> {
  const backend = await requireKept(loadProject(io.cwd), options, io);
  const { record } = await findRun(backend, argument, io);
  const { step } = options;
  if (step !== undefined && !record.steps.some((one) => isNamed(one, step))) {
    const keys = record.steps.map(({ key }) => key);
    throw new Stop(7, `the run has no step "${step}"`, didYouMean(step, keys));
  }
  const chosen = { ...(step === undefined ? {} : { step }), failed: options.failed === true };
  const text = renderLogs(record, chosen, io.stdout);
  io.stdout.write(text);
  if (text === '')
    io.stderr.write(options.failed === true ? 'No step of it failed.\n' : 'Nothing was sent yet.\n');
  return 0;
}
