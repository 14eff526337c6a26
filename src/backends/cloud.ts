import type { Batch, ShownBatch } from '../run/batch.ts';
import type { RunState } from '../run/record.ts';
import type { BatchWithRuns } from '../server/control.ts';
import type { NewRun, StoredRun, Verification } from '../stores/store.ts';
import type { Backend } from './backend.ts';
import { type CloudOptions, Connection } from './connection.ts';
import { watchJournal } from './watch-journal.ts';

export interface RetryRequest {
  readonly from?: 'failed' | 'start';
  readonly newId: string;
  readonly secrets: { readonly [name: string]: string };
}

/** The batches of a runner. */
export interface CloudBatches {
  /** Registers a batch: it is durable when this resolves. */
  create(batch: Batch): Promise<void>;
  /** Says that its runs are being registered, until the signal fires. */
  making(id: string, signal: AbortSignal): void;
  /** With those of its runs that are in one of these states. */
  get(id: string, states: readonly RunState[]): Promise<BatchWithRuns>;
  list(): Promise<readonly ShownBatch[]>;
  cancel(id: string): Promise<void>;
}

/** A runner over HTTP: what the local backend does, and what only a kept run allows. */
export interface CloudBackend extends Backend {
  get(id: string): Promise<StoredRun>;
  /** Newest first; of one batch, or with `none` those that belong to no batch. */
  list(batch?: string): Promise<readonly StoredRun[]>;
  artifact(id: string): Promise<string>;
  /** Gives the id of the run that goes on: its own, or a new one. */
  retry(id: string, request: RetryRequest): Promise<string>;
  verify(id: string): Promise<Verification>;
  readonly batches: CloudBatches;
  shutdown(): Promise<void>;
}

export function createCloudBackend(options: CloudOptions): CloudBackend {
  const connection = new Connection(options);
  const pathOf = (id: string, rest = ''): string => `/v1/runs/${encodeURIComponent(id)}${rest}`;
  return {
    kind: 'cloud',
    reach: options.reach ?? '',
    async start(run: NewRun) {
      const { request, artifact, secrets } = run;
      await connection.json('PUT', pathOf(request.id), { request, artifact, secrets });
    },
    async watch(id, onEvent, signal) {
      const { seq } = (await connection.json('GET', pathOf(id))) as StoredRun;
      return watchJournal(connection, pathOf(id, '/events'), seq, onEvent, signal);
    },
    async cancel(id) {
      await connection.json('POST', pathOf(id, '/cancel'));
    },
    get: async (id) => (await connection.json('GET', pathOf(id))) as StoredRun,
    async list(batch) {
      const path = batch === undefined ? '/v1/runs' : `/v1/runs?batch=${encodeURIComponent(batch)}`;
      return ((await connection.json('GET', path)) as { runs: readonly StoredRun[] }).runs;
    },
    artifact: (id) => connection.text('GET', pathOf(id, '/artifact')),
    async retry(id, request) {
      const by = 'reqflo retry';
      const answer = await connection.json('POST', pathOf(id, '/retry'), { ...request, by });
      return (answer as { id: string }).id;
    },
    verify: async (id) => (await connection.json('GET', pathOf(id, '/verify'))) as Verification,
    batches: createBatches(connection),
    async shutdown() {
      await connection.json('POST', '/v1/shutdown');
    },
    close: () => Promise.resolve(),
  };
}

function createBatches(connection: Connection): CloudBatches {
  const pathOf = (id: string, rest = ''): string => `/v1/batches/${encodeURIComponent(id)}${rest}`;
  return {
    async create(batch) {
      await connection.json('PUT', pathOf(batch.id), batch);
    },
    making(id, signal) {
      // Only told to others: that it is lost harms nothing, and whoever registers finds that out by itself.
      void holdOpen(connection, pathOf(id, '/making'), signal).catch(() => undefined);
    },
    async get(id, states) {
      const query = states.length === 0 ? '' : `?states=${states.join(',')}`;
      return (await connection.json('GET', pathOf(id, query))) as BatchWithRuns;
    },
    async list() {
      const answer = (await connection.json('GET', '/v1/batches')) as { batches: readonly ShownBatch[] };
      return answer.batches;
    },
    async cancel(id) {
      await connection.json('POST', pathOf(id, '/cancel'));
    },
  };
}

/** Keeps a stream open, again and again, that nothing is read from. */
async function holdOpen(connection: Connection, path: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const response = await connection.stream(path, {}, signal);
    await response.text().catch(() => undefined);
  }
}
