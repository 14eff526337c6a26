import { timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { readExact, renderExact } from '../stores/json-file/event-codec.ts';
import { StoreError, type StoreErrorCode } from '../stores/json-file/store-error.ts';
import type { StoredRun } from '../stores/store.ts';
import type { Answered, RetryCommand, RunnerControl } from './control.ts';
import { streamEvents } from './event-stream.ts';
import { readDispatch, readRetry } from './read-body.ts';

/** The largest body of a dispatch, in bytes. */
const bodyLimit = 64 * 1024 * 1024;

/**
 * The runner's HTTP API: JSON (exact: see event-codec) under `/v1`, bearer token on every route. It takes
 * Requests and gives Responses; listening is somebody else's business.
 */
export function createApi(control: RunnerControl, token: string): Hono {
  const api = new Hono();
  api.use('*', async (context, next) => {
    if (!isToken(context.req.header('authorization'), token)) {
      return problem(context, 401, 'not-allowed', 'the token is missing or wrong');
    }
    return next();
  });
  api.get('/v1/health', (context) => answer(context, { ...control.info, busy: control.busy() }));
  api.put('/v1/runs/:id', (context) => dispatch(context, control));
  api.get('/v1/runs', (context) => answer(context, { runs: control.store.list().map(summaryOf) }));
  api.get('/v1/runs/:id', (context) => {
    const run = control.store.get(context.req.param('id'));
    return run === undefined ? notFound(context) : answer(context, run);
  });
  api.get('/v1/runs/:id/artifact', async (context) => {
    const digest = control.store.get(context.req.param('id'))?.record.request.artifact;
    const artifact = digest === undefined ? undefined : await control.store.artifact(digest);
    if (artifact === undefined) return notFound(context);
    return context.body(artifact, 200, { 'content-type': 'application/json' });
  });
  api.get('/v1/runs/:id/events', (context) => {
    const id = context.req.param('id');
    if (control.store.get(id) === undefined) return notFound(context);
    return streamEvents(context, control, id);
  });
  api.post('/v1/runs/:id/cancel', async (context) =>
    command(context, await control.cancel(context.req.param('id'), 'reqflo cancel')),
  );
  api.post('/v1/runs/:id/retry', (context) => retry(context, control));
  api.get('/v1/runs/:id/verify', async (context) => {
    const id = context.req.param('id');
    if (control.store.get(id) === undefined) return notFound(context);
    return answer(context, await control.store.verify(id));
  });
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

function answer(context: Context, value: unknown, status: 200 | 201 = 200): Response {
  return context.body(renderExact(value), status, { 'content-type': 'application/json' });
}

/** Whose fault it is: the client's, that of a damaged run, or of a store that has no room. */
function statusOf(code: StoreErrorCode): ProblemStatus {
  if (code === 'unknown-run') return 404;
  if (code === 'damaged-run' || code === 'key-missing') return 409;
  return code === 'bad-run-id' || code === 'bad-artifact' ? 400 : 507;
}

type ProblemStatus = 400 | 401 | 404 | 409 | 413 | 500 | 507;

function problem(context: Context, status: ProblemStatus, code: string, message: string): Response {
  return context.body(JSON.stringify({ error: { code, message } }), status, {
    'content-type': 'application/json',
  });
}

function notFound(context: Context): Response {
  return problem(context, 404, 'unknown-run', 'this runner has no such run');
}

async function dispatch(context: Context, control: RunnerControl): Promise<Response> {
  const run = readDispatch(await readBody(context));
  if (run === undefined || run.request.id !== context.req.param('id')) {
    return problem(context, 400, 'bad-request', 'the body is no run request with this id');
  }
  const result = await control.dispatch(run);
  if (result === 'conflict') return problem(context, 409, 'conflict', 'another run has this id already');
  if (result === 'noCommands') return problem(context, 409, 'refused', 'this runner runs no local commands');
  return answer(context, { id: run.request.id, result }, result === 'created' ? 201 : 200);
}

async function retry(context: Context, control: RunnerControl): Promise<Response> {
  const wanted: RetryCommand | undefined = readRetry(await readBody(context));
  if (wanted === undefined) return problem(context, 400, 'bad-request', 'the body is no retry command');
  return command(context, await control.retry(context.req.param('id') ?? '', wanted));
}

async function readBody(context: Context): Promise<unknown> {
  const length = Number(context.req.header('content-length') ?? 0);
  if (length > bodyLimit) return undefined;
  try {
    return readExact(await context.req.text());
  } catch {
    return undefined;
  }
}

function command(context: Context, answered: Answered): Response {
  if (answered.kind === 'unknown') return notFound(context);
  if (answered.kind === 'refused') return problem(context, 409, 'refused', answered.message);
  return answer(context, { id: answered.id });
}

/** A run for a list: without what its steps sent and got. */
function summaryOf(run: StoredRun): StoredRun {
  const steps = run.record.steps.map((step) => ({
    ...step,
    attempts: step.attempts.map(({ evidence: _, ...attempt }) => attempt),
  }));
  return { ...run, record: { ...run.record, steps } };
}
