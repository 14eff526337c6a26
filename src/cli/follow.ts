import type { Artifact } from '../artifact/types.ts';
import type { Backend, WatchEnd } from '../backends/backend.ts';
import type { Reporter, RunContext } from '../reporters/reporter.ts';
import type { RunEvent } from '../run/event.ts';
import { createFold } from '../run/fold.ts';
import type { RunRecord } from '../run/record.ts';
import { createRecord } from '../run/record-plan.ts';
import type { RunRequest } from '../run/request.ts';

export interface Followed {
  readonly context: RunContext;
  readonly record: RunRecord;
  readonly end: WatchEnd;
}

/** Watches a run to its end and tells the reporters. The record is folded here, as it is everywhere. */
export async function followRun(
  backend: Backend,
  artifact: Artifact,
  request: RunRequest,
  reporters: readonly Reporter[],
  signal: AbortSignal,
  previous?: RunRecord,
): Promise<Followed> {
  const context: RunContext = {
    artifact,
    runId: request.id,
    backend: backend.kind,
    reach: backend.reach,
    ...(previous === undefined ? {} : { previous }),
  };
  let record = createRecord(artifact, request);
  const fold = createFold(record);
  for (const reporter of reporters) reporter.started?.(context, record);
  const tell = (event: RunEvent): void => {
    record = fold(event);
    for (const reporter of reporters) reporter.event?.(event, record);
  };
  const end = await backend.watch(request.id, tell, signal);
  if (end !== 'left') for (const reporter of reporters) reporter.finished(context, record);
  return { context, record, end };
}
