import { protocolHeader, protocolVersion } from '../server/control.ts';
import { reasonOf } from '../server/unanswered.ts';
import { readExact, renderExact } from '../stores/json-file/event-codec.ts';
import {
  BatchCanceledError,
  NeverReachedError,
  NoRunnerError,
  NotAllowedError,
  NotStoredError,
  RefusedError,
  UnknownRunError,
  UnreachableError,
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
  /** The same where there never was any: more likely the address is wrong. */
  readonly firstPatienceMs?: number;
  /** Told once each time that contact is lost for longer than a restart takes. */
  readonly onLost?: (message: string) => void;
  /** As of a backend. */
  readonly reach?: string;
}

/** Milliseconds: as long as that, nobody has to know that contact is lost. */
const quietMs = 1_500;

/** One runner, found again where it was lost. */
export class Connection {
  readonly #options: CloudOptions;
  #address: RunnerAddress;
  #reached = false;
  #toldLost = false;

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
    const startedAt = Date.now();
    for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 2_000)) {
      try {
        return await work();
      } catch (error) {
        const elapsedMs = Date.now() - startedAt;
        const isLost = error instanceof UnreachableError && signal?.aborted !== true;
        if (!isLost || elapsedMs > this.#patience()) throw error;
        if (elapsedMs > quietMs) this.#tellLost(error);
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await this.#findAgain();
    }
  }

  #patience(): number {
    const { patienceMs, firstPatienceMs = patienceMs } = this.#options;
    return this.#reached ? patienceMs : firstPatienceMs;
  }

  #tellLost({ message }: Error): void {
    if (!this.#reached || this.#toldLost) return;
    this.#toldLost = true;
    this.#options.onLost?.(message);
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
      const message = `the runner at ${url} does not answer (${reasonOf(cause)})`;
      throw this.#reached
        ? new UnreachableError(message, { cause })
        : new NeverReachedError(message, { cause });
    }
    checkProtocol(response, url);
    this.#reached = true;
    this.#toldLost = false;
    if (!response.ok) throw await refusalOf(response, url);
    return response;
  }
}

/** A gateway in front of it may say that the runner does not answer, and take the time that it has to come back. */
const gatewayStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

function checkProtocol({ status, headers }: Response, url: string): void {
  const spoken = headers.get(protocolHeader);
  if (spoken === String(protocolVersion)) return;
  if (spoken !== null) {
    throw new NoRunnerError(
      `the runner at ${url} speaks version ${spoken} of the protocol, this reqflo version ${protocolVersion}`,
    );
  }
  if (gatewayStatuses.has(status)) {
    throw new UnreachableError(`the runner at ${url} does not answer (what is there answered ${status})`);
  }
  throw new NoRunnerError(`what answers at ${url} is no runner of reqflo (it answered ${status})`);
}

async function refusalOf(response: Response, url: string): Promise<Error> {
  const { code, message } = await problemOf(response);
  if (response.status === 401)
    return new NotAllowedError(`the runner at ${url} did not take the token: ${message}`);
  if (code === 'unknown-run' || code === 'unknown-batch') return new UnknownRunError(message);
  if (code === 'batch-canceled') return new BatchCanceledError(message);
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
