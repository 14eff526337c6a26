import type { CloudBackend } from '../../backends/cloud.ts';
import { loadProject, type Project } from '../../project/project.ts';
import { createSecretLookup } from '../../project/secrets.ts';
import { countOf } from '../../reporters/text.ts';
import type { RunRecord } from '../../run/record.ts';
import { createRunId } from '../../stores/ids.ts';
import { findTarget } from '../find-target.ts';
import { type Following, followKept, type KeptRun } from '../follow-kept.ts';
import type { Io } from '../io.ts';
import { everyState } from '../open-batch.ts';
import { createReporters } from '../reporters.ts';
import { chooseRetries, readRetried, retryEach } from '../retry-batch.ts';
import { requireKept } from '../runner-connection.ts';
import { Stop } from '../stop.ts';
import { lanesOfBatch, reportedBatch, type WaitOptions } from './wait.ts';

export interface RetryOptions extends WaitOptions {
  readonly fromFailed?: boolean;
  readonly fromStart?: boolean;
  readonly detach?: boolean;
}

/** Goes on with an interrupted run, or makes a new, linked run of a finished one; of a batch, with its runs. */
export async function retryCommand(argument: string, options: RetryOptions, io: Io): Promise<number> {
  if (options.fromFailed === true && options.fromStart === true) {
    throw new Stop(2, '--from-failed and --from-start exclude each other');
  }
  const project = loadProject(io.cwd);
  const backend = await requireKept(project, options, io);
  const target = await findTarget(backend, argument, io);
  const retrying = { project, backend, options, io };
  return target.kind === 'batch' ? retryBatch(retrying, target.id) : retryRun(retrying, target.run.record);
}

interface Retrying {
  readonly project: Project;
  readonly backend: CloudBackend;
  readonly options: RetryOptions;
  readonly io: Io;
}

async function retryRun(retrying: Retrying, record: RunRecord): Promise<number> {
  const { backend, options, io } = retrying;
  announceSendAgain(record, options, io);
  const id = await askFor(retrying, record);
  if (options.detach === true) {
    io.stdout.write(`${id}\n`);
    return 0;
  }
  const reporters = await createReporters(options, io);
  const retried = [id === record.request.id ? { id } : { id, previous: record.request.id }];
  const runs = (): AsyncIterable<KeptRun> => readRetried(backend, retried);
  return followKept({ backend, reporters, named: [id], limit: 1, io, runs });
}

/** Every row that is to run again: a new run of the same batch, or the interrupted one under its own id. */
async function retryBatch(retrying: Retrying, id: string): Promise<number> {
  const { backend, options, io } = retrying;
  const batch = await backend.batches.get(id, everyState);
  const chosen = chooseRetries(batch, fromOption(options), io);
  for (const { record } of chosen) {
    if (record.state === 'interrupted') announceSendAgain(record, options, io);
  }
  const reporters =
    options.detach === true ? [] : await createReporters(options, io, reportedBatch(batch, chosen.length));
  if (options.detach !== true) io.stderr.write(`${id}  retry of ${countOf(chosen.length, 'run')}\n`);
  const retried = await retryEach(chosen, (record) => askFor(retrying, record), io);
  const wasRefused = retried.length < chosen.length;
  if (options.detach === true) {
    io.stdout.write(`${id}\n`);
    return wasRefused ? 2 : 0;
  }
  const runs: Following['runs'] = (_signal, tally) => {
    if (wasRefused) tally.note(2);
    return readRetried(backend, retried);
  };
  return followKept({ backend, reporters, named: [id], limit: lanesOfBatch, io, runs });
}

/** Gives the id of the run that goes on. */
function askFor({ project, backend, options, io }: Retrying, record: RunRecord): Promise<string> {
  const from = fromOption(options);
  return backend.retry(record.request.id, {
    ...(from === undefined ? {} : { from }),
    newId: createRunId(Date.now()),
    secrets: secretsNow(project, record, io),
  });
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
