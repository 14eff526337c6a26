import type { Context } from 'hono';
import { readExact, renderExact } from '../stores/json-file/event-codec.ts';
import type { StoreErrorCode } from '../stores/json-file/store-error.ts';
import type { Answered } from './control.ts';

/** The largest body of a request, in bytes. */
const bodyLimit = 64 * 1024 * 1024;

type ProblemStatus = 400 | 401 | 404 | 409 | 413 | 500 | 507;

export function answer(context: Context, value: unknown, status: 200 | 201 = 200): Response {
  return context.body(renderExact(value), status, { 'content-type': 'application/json' });
}

export function problem(context: Context, status: ProblemStatus, code: string, message: string): Response {
  return context.body(JSON.stringify({ error: { code, message } }), status, {
    'content-type': 'application/json',
  });
}

export function noSuchRun(context: Context): Response {
  return problem(context, 404, 'unknown-run', 'this runner has no such run');
}

export function noSuchBatch(context: Context): Response {
  return problem(context, 404, 'unknown-batch', 'this runner has no such batch');
}

/** What came of a command about a run or a batch. */
export function commandAnswer(
  context: Context,
  answered: Answered,
  missing: (context: Context) => Response,
): Response {
  if (answered.kind === 'unknown') return missing(context);
  if (answered.kind === 'refused') return problem(context, 409, 'refused', answered.message);
  return answer(context, { id: answered.id });
}

/** Whose fault it is: the client's, that of a damaged run, or of a store that has no room. */
export function statusOf(code: StoreErrorCode): ProblemStatus {
  if (code === 'unknown-run' || code === 'unknown-batch') return 404;
  if (code === 'damaged-run' || code === 'key-missing') return 409;
  return code === 'bad-run-id' || code === 'bad-batch-id' || code === 'bad-artifact' ? 400 : 507;
}

/** The body as a tree of values; undefined where it is too large, or no JSON. */
export async function readBody(context: Context): Promise<unknown> {
  const length = Number(context.req.header('content-length') ?? 0);
  if (length > bodyLimit) return undefined;
  try {
    return readExact(await context.req.text());
  } catch {
    return undefined;
  }
}
