import type { Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { answer, commandAnswer, noSuchBatch, problem, readBody } from './answers.ts';
import type { BatchWithRuns, RunnerControl } from './control.ts';
import { heartbeatMs } from './event-stream.ts';
import { readNewBatch } from './read-body.ts';
import { briefOf } from './summary.ts';

/** Batches: registered before their runs, which then say themselves that they belong to one. */
export function addBatchRoutes(api: Hono, control: RunnerControl): void {
  const { batches } = control.store;
  api.put('/v1/batches/:id', (context) => register(context, control));
  api.get('/v1/batches', (context) =>
    answer(context, { batches: batches.list().map((batch) => control.batches.show(batch)) }),
  );
  api.get('/v1/batches/:id', (context) => show(context, control));
  api.get('/v1/batches/:id/making', (context) => hold(context, control));
  api.post('/v1/batches/:id/cancel', async (context) =>
    commandAnswer(
      context,
      await control.batches.cancel(context.req.param('id'), 'reqflo cancel'),
      noSuchBatch,
    ),
  );
}

async function register(context: Context, { store }: RunnerControl): Promise<Response> {
  const batch = readNewBatch(await readBody(context), context.req.param('id'));
  if (batch === undefined) return problem(context, 400, 'bad-request', 'the body is no batch with this id');
  const result = await store.batches.create(batch);
  if (result === 'conflict') return problem(context, 409, 'conflict', 'another batch has this id already');
  return answer(context, { id: batch.id, result }, result === 'created' ? 201 : 200);
}

/** With `?states=failed,canceled` also its runs in one of them. */
function show(context: Context, { store, batches }: RunnerControl): Response {
  const id = context.req.param('id') ?? '';
  const stored = store.batches.get(id);
  if (stored === undefined) return noSuchBatch(context);
  const states = new Set((context.req.query('states') ?? '').split(','));
  const runs = store.batches.runs(id).filter(({ record }) => states.has(record.state));
  const shown: BatchWithRuns = { ...batches.show(stored), runs: runs.map(briefOf) };
  return answer(context, shown);
}

/** A stream that says nothing: as long as it is open, somebody registers the runs of this batch. */
function hold(context: Context, control: RunnerControl): Response {
  const id = context.req.param('id') ?? '';
  if (control.store.batches.get(id) === undefined) return noSuchBatch(context);
  return streamSSE(context, async (stream) => {
    const leave = control.batches.make(id);
    const left = new Promise<void>((resolve) => stream.onAbort(resolve));
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), heartbeatMs);
    try {
      await stream.write(': here\n\n');
      await left;
    } finally {
      clearInterval(heartbeat);
      leave();
    }
  });
}
