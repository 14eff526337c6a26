import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { RunEvent } from '../run/event.ts';
import { readExact, renderExact } from '../stores/json-file/event-codec.ts';
import type { JournalLine, NewRun, StoredRun, Verification } from '../stores/store.ts';
import {
  type Backend,
  NotAllowedError,
  NotStoredError,
  RefusedError,
  UnknownRunError,
  UnreachableError,
  type WatchEnd,
} from './backend.ts';

/** Where a runner is to be reached. */
export interface RunnerAddress {
  readonly url: string;
  readonly token: string;
}

export interface CloudOptions {
  readonly address: RunnerAddress;
  /** Where contact is lost: the address to go on with. An embedded runner is started again by this. */
  readonly reconnect: () => Promise<RunnerAddress>;
  /** Milliseconds for which a lost contact is tried again. */
  readonly patienceMs: number;
}

export interface RetryRequest {
  readonly from?: 'failed' | 'start';
  readonly newId: string;
  readonly secrets: { readonly [name: string]: string };
}

/** A runner over HTTP: what the local backend does, and what only a kept run allows. */
export interface CloudBackend extends Backend {
  get(id: string): Promise<StoredRun>;
  list(): Promise<readonly StoredRun[]>;
  artifact(id: string): Promise<string>;
  /** Gives the id of the run that goes on: its own, or a new one. */
  retry(id: string, request: RetryRequest): Promise<string>;
  verify(id: string): Promise<Verification>;
  shutdown(): Promise<void>;
}

export function createCloudBackend(options: CloudOptions): CloudBackend {
  const connection = new Connection(options);
  const pathOf = (id: string, rest = ''): string => `/v1/runs/${encodeURIComponent(id)}${rest}`;
  return {
    kind: 'cloud',
    async start(run: NewRun) {
      const { request, artifact, secrets } = run;
      await connection.json('PUT', pathOf(request.id), { request, artifact, secrets });
    },
    async watch(id, onEvent, signal) {
      const { seq } = (await connection.json('GET', pathOf(id))) as StoredRun;
      return watch(connection, pathOf(id, '/events'), seq, onEvent, signal);
    },
    async cancel(id) {
      await connection.json('POST', pathOf(id, '/cancel'));
    },
    get: async (id) => (await connection.json('GET', pathOf(id))) as StoredRun,
    list: async () => ((await connection.json('GET', '/v1/runs')) as { runs: readonly StoredRun[] }).runs,
    artifact: (id) => connection.text('GET', pathOf(id, '/artifact')),
    async retry(id, request) {
      const by = 'reqflo retry';
      const answer = await connection.json('POST', pathOf(id, '/retry'), { ...request, by });
      return (answer as { id: string }).id;
    },
    verify: async (id) => (await connection.json('GET', pathOf(id, '/verify'))) as Verification,
    async shutdown() {
      await connection.json('POST', '/v1/shutdown');
    },
    close: () => Promise.resolve(),
  };
}

/** One runner, found again where it was lost. */
class Connection {
  readonly #options: CloudOptions;
  #address: RunnerAddress;

  constructor(options: CloudOptions) {
    this.#options = options;
    this.#address = options.address;
  }

  async json(method: string, path: string, body?: unknown): Promise<unknown> {
    return readExact(await this.text(method, path, body === undefined ? undefined : renderExact(body)));
  }

  /** Every command may be sent twice: ids are the client's own, and what is done stays done. */
  text(method: string, path: string, body?: string): Promise<string> {
    return this.patiently(async () => {
      const response = await this.#once(method, path, body, {});
      return response.text().catch((cause: unknown) => {
        throw new UnreachableError(`the answer of the runner at ${response.url} broke off`, { cause });
      });
    });
  }

  /** An answer that is read as it comes. */
  stream(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    return this.patiently(() => this.#once('GET', path, undefined, { headers, signal }), signal);
  }

  /** Tries again, for as long as there is patience, what failed because contact was lost. */
  async patiently<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const deadline = Date.now() + this.#options.patienceMs;
    for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 2_000)) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof UnreachableError) || signal?.aborted === true || Date.now() > deadline)
          throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await this.#findAgain();
    }
  }

  async #findAgain(): Promise<void> {
    try {
      this.#address = await this.#options.reconnect();
    } catch (cause) {
      throw new UnreachableError(messageOf(cause), { cause });
    }
  }

  async #once(method: string, path: string, body: string | undefined, more: RequestInit): Promise<Response> {
    const { url, token } = this.#address;
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(more.headers as Record<string, string> | undefined),
      authorization: `Bearer ${token}`,
    };
    let response: Response;
    try {
      response = await fetch(url + path, {
        ...more,
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      throw new UnreachableError(`the runner at ${url} does not answer`, { cause });
    }
    if (!response.ok) throw await refusalOf(response, url);
    return response;
  }
}

async function refusalOf(response: Response, url: string): Promise<Error> {
  const { code, message } = await problemOf(response);
  if (response.status === 401)
    return new NotAllowedError(`the runner at ${url} did not take the token: ${message}`);
  if (code === 'unknown-run') return new UnknownRunError(message);
  if (response.status === 409) return new RefusedError(message);
  if (response.status === 507) return new NotStoredError(message);
  return new Error(`the runner at ${url} answered ${response.status}: ${message}`);
}

async function problemOf(response: Response): Promise<{ code: string; message: string }> {
  try {
    const body = (await response.json()) as { error?: { code?: unknown; message?: unknown } };
    return { code: String(body.error?.code), message: String(body.error?.message) };
  } catch {
    return { code: 'unknown', message: response.statusText };
  }
}

/**
 * Follows a run's journal from its start; where contact is lost it goes on behind the last line it saw. An
 * interruption before the line `tip` is history: somebody went on with the run since.
 */
async function watch(
  connection: Connection,
  path: string,
  tip: number,
  onEvent: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<WatchEnd> {
  let seen = 0;
  let end: WatchEnd | undefined;
  const take = (line: JournalLine): void => {
    if (line.seq <= seen) return;
    seen = line.seq;
    for (const event of line.events) {
      onEvent(event);
      if (event.type === 'run.finished') end = 'finished';
      if (event.type === 'run.interrupted' && line.seq >= tip) end = 'interrupted';
    }
  };
  while (end === undefined && !signal.aborted) {
    try {
      const headers = { accept: 'text/event-stream', 'last-event-id': String(seen) };
      const response = await connection.stream(path, headers, signal);
      await readLines(response, take, () => end !== undefined);
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof LostContactError)) throw error;
    }
  }
  return end ?? 'left';
}

class LostContactError extends Error {
  override readonly name = 'LostContactError';
}

async function readLines(
  response: Response,
  take: (line: JournalLine) => void,
  done: () => boolean,
): Promise<void> {
  if (response.body === null) return;
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  try {
    while (!done()) {
      const { value, done: ended } = await reader.read();
      if (ended) return;
      if (value.event === 'line') take(readExact(value.data) as JournalLine);
    }
  } catch (cause) {
    throw new LostContactError('the event stream broke off', { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
