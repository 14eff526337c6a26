import { loadProject } from '../../project/project.ts';
import { exitCodeOf } from '../../reporters/exit-code.ts';
import { listDocument, renderDocument, runDocument } from '../../reporters/json.ts';
import { renderRunList } from '../../reporters/run-list.ts';
import { renderStatus } from '../../reporters/status.ts';
import { isFinal } from '../../run/fold.ts';
import type { StoredRun } from '../../stores/store.ts';
import { findRun } from '../find-run.ts';
import type { Io } from '../io.ts';
import { connectToKept, requireKept } from '../runner-connection.ts';
import { artifactOf } from '../stored-artifact.ts';

export interface StatusOptions {
  readonly runner?: string;
  readonly json?: boolean;
}

const context = { backend: 'cloud' } as const;

/** Without a run: what is open, then the last ten. With one: its record. Shown is done: the exit code is 0. */
export async function statusCommand(
  argument: string | undefined,
  options: StatusOptions,
  io: Io,
): Promise<number> {
  const project = loadProject(io.cwd);
  if (argument === undefined) {
    const kept = await connectToKept(project, options, io);
    showRuns(recent((await kept?.list()) ?? []), options, io);
    return 0;
  }
  const backend = await requireKept(project, options, io);
  const { record, corrupt } = await findRun(backend, argument, io);
  if (corrupt !== undefined) io.stderr.write(`warning: the journal of this run is damaged: ${corrupt}\n`);
  if (options.json === true) {
    io.stdout.write(renderDocument(runDocument([{ context, record }], exitCodeOf(record))));
    return 0;
  }
  const artifact = await artifactOf(backend, record);
  io.stdout.write(renderStatus({ artifact, runId: record.request.id, backend: 'cloud' }, record, io.stdout));
  return 0;
}

function recent(runs: readonly StoredRun[]): readonly StoredRun[] {
  const open = runs.filter(({ record }) => !isFinal(record.state));
  const ended = runs.filter(({ record }) => isFinal(record.state)).slice(0, 10);
  return [...open, ...ended];
}

export function showRuns(runs: readonly StoredRun[], options: StatusOptions, io: Io): void {
  const records = runs.map(({ record }) => record);
  if (options.json === true) {
    io.stdout.write(
      renderDocument(
        listDocument(
          records.map((record) => ({ context, record })),
          0,
        ),
      ),
    );
    return;
  }
  if (records.length === 0) io.stderr.write('no run to show; reqflo run JOURNEY --cloud keeps one\n');
  io.stdout.write(renderRunList(records, Date.now(), io.stdout));
}
