import type { Batch } from '../run/batch.ts';
import type { RunRequest } from '../run/request.ts';
import { readBatch } from '../stores/batch.ts';
import { isBatchId } from '../stores/ids.ts';
import type { NewRun } from '../stores/store.ts';
import type { RetryCommand } from './control.ts';

type Members = { readonly [name: string]: unknown };

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is { readonly [name: string]: string } {
  return isMembers(value) && Object.values(value).every((member) => typeof member === 'string');
}

/** A body that a client of this protocol version sent as a new run; undefined for anything else. */
export function readDispatch(body: unknown): NewRun | undefined {
  if (!isMembers(body)) return undefined;
  const { request, artifact, secrets } = body;
  if (!isTexts(secrets) || typeof artifact !== 'string' || !isRunRequest(request)) return undefined;
  return { request, artifact, secrets, kept: [] };
}

const texts = ['id', 'artifact', 'journey', 'seed', 'firstRun'];
const maps = ['environment', 'inputs', 'variables', 'origins', 'generations'];

function isRunRequest(value: unknown): value is RunRequest {
  if (!isMembers(value)) return false;
  const { id, firstRun, retryOf, createdAt, secrets } = value;
  // Only a runner makes retries: a client dispatches the first run of a chain.
  if (retryOf !== undefined || id !== firstRun) return false;
  if (typeof createdAt !== 'number' || !Array.isArray(secrets)) return false;
  if (value.batch !== undefined && !isPlace(value.batch)) return false;
  return (
    texts.every((name) => typeof value[name] === 'string') && maps.every((name) => isMembers(value[name]))
  );
}

function isPlace(batch: unknown): boolean {
  if (!isMembers(batch) || Object.keys(batch).length !== 2) return false;
  const { id, place } = batch;
  return typeof id === 'string' && isBatchId(id) && Number.isSafeInteger(place) && Number(place) > 0;
}

/** A new batch with this id; undefined for anything else. */
export function readNewBatch(body: unknown, id: string | undefined): Batch | undefined {
  const batch = readBatch(body);
  return batch?.id === id && isBatchId(id ?? '') ? batch : undefined;
}

export function readRetry(body: unknown): RetryCommand | undefined {
  if (!isMembers(body)) return undefined;
  const { from, newId, by, secrets } = body;
  if (!isTexts(secrets) || typeof newId !== 'string' || typeof by !== 'string') return undefined;
  if (from !== undefined && from !== 'failed' && from !== 'start') return undefined;
  return { ...(from === undefined ? {} : { from }), newId, by, secrets };
}
