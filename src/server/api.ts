import { timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { StoreError } from '../stores/json-file/store-error.ts';
import type { StoredRun } from '../stores/store.ts';
import { answer, commandAnswer, noSuchRun, problem, readBody, statusOf } from './answers.ts';
import { addBatchRoutes } from './batch-api.ts';
import {
  type Dispatched,
  protocolHeader,
  protocolVersion,
  type RetryCommand,
  type RunnerControl,
} from './control.ts';
import { streamEvents } from './event-stream.ts';
import { readDispatch, readRetry } from './read-body.ts';
import { summaryOf } from './summary.ts';

/**
 * The runner's HTTP API: JSON (exact: see event-codec) under `/v1`, bearer token on every route. It takes
 * Requests and gives Responses; listening is somebody else's business.
 */
export function createApi(control: RunnerControl, token: string): Hono {
  const api = new Hono();
  api.use('*', (context, next) => {
    context.header(protocolHeader, String(protocolVersion));
    return next();
  });
  api.use('*', async (context, next) => {
    if (!isToken(context.req.header('authorization'), token)) {
      return problem(context, 401, 'not-allowed', 'the token is missing or wrong');
    }
    return next();
  });
  api.get('/v1/health', (context) => answer(context, { ...control.info, busy: control.busy() }));
  api.put('/v1/runs/:id', (context) => dispatch(context, control));
  api.get('/v1/runs', (context) => answer(context, { runs: chosenRuns(context, control) }));
  api.get('/v1/runs/:id', (context) => {
    const run = control.store.get(context.req.param('id'));
    return run === undefined ? noSuchRun(context) : answer(context, run);
  });
  api.get('/v1/runs/:id/artifact', async (context) => {
    const digest = control.store.get(context.req.param('id'))?.record.request.artifact;
    const artifact = digest === undefined ? undefined : await control.store.artifact(digest);
    if (artifact === undefined) return noSuchRun(context);
    return context.body(artifact, 200, { 'content-type': 'application/json' });
  });
  api.get('/v1/runs/:id/events', (context) => {
    const id = context.req.param('id');
    if (control.store.get(id) === undefined) return noSuchRun(context);
    return streamEvents(context, control, id);
  });
  api.post('/v1/runs/:id/cancel', async (context) =>
    commandAnswer(context, await control.cancel(context.req.param('id'), 'reqflo cancel'), noSuchRun),
  );
  api.post('/v1/runs/:id/retry', (context) => retry(context, control));
  api.get('/v1/runs/:id/verify', async (context) => {
    const id = context.req.param('id');
    if (control.store.get(id) === undefined) return noSuchRun(context);
    return answer(context, await control.store.verify(id));
  });
  addBatchRoutes(api, control);
  api.post('/v1/shutdown', (context) => {
    setImmediate(() => control.shutdown());
    return answer(context, { ok: true });
  });
  api.notFound((context) => problem(context, 404, 'unknown-route', 'there is nothing here'));
  api.onError((error, context) => {
    if (error instanceof StoreError) return problem(context, statusOf(error.code), error.code, error.message);
    return problem(context, 500, 'internal', error.message);
  });
  return api;
}

/** Compared in constant time, whatever was sent. */
function isToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from((header ?? '').replace(/^Bearer /i, ''));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function dispatch(context: Context, control: RunnerControl): Promise<Response> {
  const run = readDispatch(await readBody(context));
  if (run === undefined || run.request.id !== context.req.param('id')) {
    return problem(context, 400, 'bad-request', 'the body is no run request with this id');
  }
  const result = await control.dispatch(run);
  return dispatchAnswer(context, run.request.id, result);
}

function dispatchAnswer(context: Context, id: string, result: Dispatched): Response {
  switch (result) {
    case 'created':
      return answer(context, { id, result }, 201);
    case 'exists':
      return answer(context, { id, result });
    case 'conflict':
      return problem(context, 409, 'conflict', 'another run has this id already');
    case 'noCommands':
      return problem(context, 409, 'refused', 'this runner runs no local commands');
    case 'noBatch':
      return problem(context, 409, 'refused', 'this runner has no batch with a place for this run');
    case 'batchCanceled':
      return problem(context, 409, 'batch-canceled', 'the batch was canceled: it takes no more runs');
  }
}

async function retry(context: Context, control: RunnerControl): Promise<Response> {
  const wanted: RetryCommand | undefined = readRetry(await readBody(context));
  if (wanted === undefined) return problem(context, 400, 'bad-request', 'the body is no retry command');
  return commandAnswer(context, await control.retry(context.req.param('id') ?? '', wanted), noSuchRun);
}

/** All of them, newest first; with `?batch=ID` those of a batch, with `?batch=none` those of none. */
function chosenRuns(context: Context, { store }: RunnerControl): readonly StoredRun[] {
  const wanted = context.req.query('batch');
  const fits = ({ record }: StoredRun): boolean =>
    wanted === undefined || (record.request.batch?.id ?? 'none') === wanted;
  return store.list().filter(fits).map(summaryOf);
}
