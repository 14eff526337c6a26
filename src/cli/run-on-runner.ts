import type { Coverage } from '../reporters/coverage.ts';
import { batchEntry } from '../reporters/json-batch.ts';
import type { Batch } from '../run/batch.ts';
import { type Dispatching, rowsOf, runTold } from './dispatching.ts';
import { listenForInterrupts } from './interrupt.ts';
import { type OpenBatch, openBatch, planBatch } from './open-batch.ts';
import { createReporters } from './reporters.ts';
import { registerAll } from './run-all.ts';
import type { RunPlan } from './run-plan.ts';
import { connectRunner, reachOf } from './runner-connection.ts';

/** Registers all runs, and follows them. */
export async function runOnRunner(dispatch: Dispatching, coverage: Coverage | undefined): Promise<number> {
  const { project, selected, plan, options, io } = dispatch;
  const batch = await planBatch(plan, selected);
  let open: OpenBatch | undefined;
  const kept = batch === undefined ? undefined : () => batchEntry(batch, open?.registered ?? 0);
  const reported = { batch: rowsOf(dispatch, batch?.id), kept, coverage };
  const reporters = await createReporters(options, io, reported);
  const interrupts = listenForInterrupts(io, noticeOf(plan, batch, reachOf(options)));
  const backend = await connectRunner(project, options, io);
  if (batch !== undefined) {
    open = await openBatch(backend, batch);
    const hint = io.stderr.interactive
      ? `   (Ctrl-C detaches; reqflo status ${batch.id}${backend.reach} -w)`
      : '';
    io.stderr.write(`${batch.id}${hint}\n`);
  }
  return runTold(dispatch, { backend, reporters, interrupts, batch: open });
}

function noticeOf({ firstId }: RunPlan, batch: Batch | undefined, reach: string): string {
  if (batch === undefined) {
    return `detached: the run goes on; follow it with reqflo wait ${firstId}${reach}, look with reqflo status ${firstId}${reach}`;
  }
  return `detached: the runs go on; follow them with reqflo wait ${batch.id}${reach} or reqflo status ${batch.id}${reach} -w`;
}

/** Registers the runs, and prints one id, that of the run or of the batch, and nothing else. */
export async function detach({ project, selected, plan, limit, options, io }: Dispatching): Promise<number> {
  const planned = await planBatch(plan, selected);
  const backend = await connectRunner(project, options, io);
  const batch = planned === undefined ? undefined : await openBatch(backend, planned);
  const { signal } = new AbortController();
  const [run] = await registerAll({ backend, signal, limit, batch, io }, plan);
  io.stdout.write(`${planned?.id ?? run?.request.id}\n`);
  await backend.close();
  return 0;
}
