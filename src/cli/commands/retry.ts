import { loadProject, type Project } from '../../project/project.ts';
import { createSecretLookup } from '../../project/secrets.ts';
import type { RunRecord } from '../../run/record.ts';
import { createRunId } from '../../stores/ids.ts';
import { findRun } from '../find-run.ts';
import type { Io } from '../io.ts';
import { createReporters } from '../reporters.ts';
import { requireKept } from '../runner-connection.ts';
import { Stop } from '../stop.ts';
import { followKept, type WaitOptions } from './wait.ts';

export interface RetryOptions extends WaitOptions {
  readonly fromFailed?: boolean;
  readonly fromStart?: boolean;
  readonly detach?: boolean;
}

/** Goes on with an interrupted run, or makes a new, linked run of a finished one. */
export async function retryCommand(argument: string, options: RetryOptions, io: Io): Promise<number> {
  if (options.fromFailed === true && options.fromStart === true) {
    throw new Stop(2, '--from-failed and --from-start exclude each other');
  }
  const project = loadProject(io.cwd);
  const backend = await requireKept(project, options, io);
  const { record } = await findRun(backend, argument, io);
  announceSendAgain(record, options, io);
  const from = fromOption(options);
  const id = await backend.retry(record.request.id, {
    ...(from === undefined ? {} : { from }),
    newId: createRunId(Date.now()),
    secrets: secretsNow(project, record, io),
  });
  if (options.detach === true) {
    io.stdout.write(`${id}\n`);
    return 0;
  }
  const reporters = await createReporters(options, io);
  const { record: next } = await backend.get(id);
  return followKept(backend, [next], reporters, options, io, id === record.request.id ? undefined : record);
}

function fromOption({ fromFailed, fromStart }: RetryOptions): 'failed' | 'start' | undefined {
  if (fromFailed === true) return 'failed';
  return fromStart === true ? 'start' : undefined;
}

/** What is unsafe and in doubt is named before it is sent again. */
function announceSendAgain({ interruption, steps }: RunRecord, options: RetryOptions, io: Io): void {
  if (interruption === undefined || options.fromStart === true) return;
  for (const key of interruption.keys) {
    const attempt = steps.flatMap((step) => step.attempts).find((one) => one.key === key);
    if (attempt?.intent === undefined || attempt.intent.repeatable) continue;
    const { method, target } = attempt.intent;
    io.stderr.write(`sending again, although it may have arrived: ${key}, ${method} ${target}\n`);
  }
}

/** A retry hands its secrets over anew: new values win, and where there is none the run's own stays. */
function secretsNow(project: Project, { request }: RunRecord, io: Io): { readonly [name: string]: string } {
  const lookup = createSecretLookup(project, io.env);
  const found = request.secrets.map((name) => [name, lookup(name)] as const);
  return Object.fromEntries(found.filter((one): one is readonly [string, string] => one[1] !== undefined));
}
