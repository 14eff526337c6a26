import type { CloudBackend } from '../../backends/cloud.ts';
import { loadProject } from '../../project/project.ts';
import { renderBatchStatus } from '../../reporters/batch-status.ts';
import { exitCodeOf, worstExitCode } from '../../reporters/exit-code.ts';
import { listDocument, renderDocument, runDocument } from '../../reporters/json.ts';
import { batchEntry } from '../../reporters/json-batch.ts';
import { renderStatus } from '../../reporters/status.ts';
import { countOpen } from '../../run/batch.ts';
import { isFinal } from '../../run/fold.ts';
import { findTarget } from '../find-target.ts';
import type { Io } from '../io.ts';
import { type Kept, readKept, showKept } from '../kept-list.ts';
import { everyState, exitCodeOfMissing } from '../open-batch.ts';
import { connectToKept, requireKept } from '../runner-connection.ts';
import { Stop } from '../stop.ts';
import { artifactOf } from '../stored-artifact.ts';
import { watchBatch, watchRun } from '../watch.ts';

export interface StatusOptions {
  readonly runner?: string;
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** Of a batch those that passed, and those that nobody has begun, are only counted. */
const shownStates = ['failed', 'canceled', 'interrupted', 'waiting', 'running'] as const;

const context = { backend: 'cloud' } as const;

/** Without a run: what is open, then the last ten. With one: its record. Shown is done: the exit code is 0. */
export async function statusCommand(
  argument: string | undefined,
  options: StatusOptions,
  io: Io,
): Promise<number> {
  const project = loadProject(io.cwd);
  if (argument === undefined) {
    if (options.watch === true) throw new Stop(2, '--watch needs a run or a batch', 'like @last');
    const backend = await connectToKept(project, options, io);
    showKept(recent(await readKept(backend)), options, io);
    return 0;
  }
  const backend = await requireKept(project, options, io);
  const target = await findTarget(backend, argument, io);
  const id = target.kind === 'batch' ? target.id : target.run.record.request.id;
  const show = target.kind === 'batch' ? showBatch : showRun;
  if (options.watch !== true) return show(backend, id, options, io);
  const watch = target.kind === 'batch' ? watchBatch : watchRun;
  const left = await watch(backend, id, io);
  return left ?? show(backend, id, options, io);
}

async function showRun(backend: CloudBackend, id: string, options: StatusOptions, io: Io): Promise<number> {
  const { record, corrupt } = await backend.get(id);
  if (corrupt !== undefined) io.stderr.write(`warning: the journal of this run is damaged: ${corrupt}\n`);
  if (options.json === true) {
    io.stdout.write(renderDocument(runDocument([{ context, record }], exitCodeOf(record))));
    return 0;
  }
  const artifact = await artifactOf(backend, record);
  io.stdout.write(renderStatus({ ...context, artifact, runId: id, reach: backend.reach }, record, io.stdout));
  return 0;
}

async function showBatch(
  { batches }: CloudBackend,
  id: string,
  options: StatusOptions,
  io: Io,
): Promise<number> {
  const { runs, ...shown } = await batches.get(id, options.json === true ? everyState : shownStates);
  const records = runs.map(({ record }) => record);
  if (options.json !== true) {
    io.stdout.write(renderBatchStatus(shown, records, io.stdout));
    return 0;
  }
  const exitCode = worstExitCode([...records.map(exitCodeOf), shown.making ? 8 : exitCodeOfMissing(shown)]);
  const batch = batchEntry(shown.batch, shown.registered);
  const document = listDocument(
    records.map((record) => ({ context, record })),
    exitCode,
    { batch },
  );
  io.stdout.write(renderDocument(document));
  return 0;
}

function recent(kept: readonly Kept[]): readonly Kept[] {
  const isOpen = (one: Kept): boolean =>
    one.kind === 'run' ? !isFinal(one.record.state) : countOpen(one.batch) + one.batch.states.interrupted > 0;
  const ended = kept.filter((one) => !isOpen(one)).slice(0, 10);
  return [...kept.filter(isOpen), ...ended];
}
