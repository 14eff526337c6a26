import { createHash, createHmac } from 'node:crypto';
import { cookiesFor, keepCookies } from '../../src/http/cookies.ts';
import type { FailedSend } from '../../src/run/outcome.ts';
import type { Effects, Exchange, WireRequest } from '../../src/run/ports.ts';

export interface Answer {
  /** Default 200. */
  readonly status?: number;
  readonly json?: unknown;
  /** Of one Set-Cookie header. */
  readonly cookie?: string;
  /** It never got there, or nobody knows (`sent: maybe`). */
  readonly error?: FailedSend;
  readonly sent?: 'maybe';
}

/** What is answered, by durable key (`pay#2`); 200 without a body where nothing is said. Never by count. */
export type Answers = { readonly [key: string]: Answer };

/** A request as the target saw it. */
export interface Sent {
  readonly key: string;
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
}

/** What drives a pass, until it dies: nothing of it is heard from then on. */
export interface Process {
  alive: boolean;
  /** Keys of the intents that this process knows to be durable, newest last, by `METHOD URL`. */
  readonly intended: Map<string, string>;
}

export function createProcess(): Process {
  return { alive: true, intended: new Map() };
}

/** A service that remembers all that it was sent. */
export class Target {
  readonly sends: Sent[] = [];
  readonly #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  effectsFor(process: Process): Effects {
    return {
      send: (request) => this.#send(process, request),
      sha256: (data) => createHash('sha256').update(data).digest('hex'),
      hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
    };
  }

  async #send(process: Process, request: WireRequest): Promise<Exchange> {
    if (!process.alive) return never();
    const { method, url, body } = request;
    const key = process.intended.get(`${method} ${url}`);
    if (key === undefined) throw new Error(`${method} ${url} was sent before its intent was durable`);
    const cookie = await cookiesFor(request.cookies ?? [], new URL(url));
    if (!process.alive) return never();
    const headers = request.headers.map(([name, value]) => [name.toLowerCase(), value]);
    if (cookie !== '') headers.push(['cookie', cookie]);
    this.sends.push({
      key,
      method,
      url,
      headers: Object.fromEntries(headers),
      ...(body === undefined ? {} : { body: Buffer.from(body).toString('utf8') }),
    });
    await new Promise((resolve) => setImmediate(resolve));
    return process.alive ? answerTo(request, this.#answers[key] ?? {}) : never();
  }
}

async function answerTo(request: WireRequest, answer: Answer): Promise<Exchange> {
  const { status = 200, json, cookie, error, sent = 'no' } = answer;
  const at = Date.now();
  const facts = { sentHeaders: request.headers, durationMs: 1, at };
  if (error !== undefined) {
    return { ...facts, sent, result: { kind: 'failed', reason: error, message: `it was ${error}` } };
  }
  const text = json === undefined ? '' : JSON.stringify(json);
  const given = cookie === undefined ? [] : [cookie];
  const cookies = await keepCookies(request.cookies ?? [], new URL(request.url), given, at);
  const headers = given.map((value) => ['set-cookie', value] as const);
  return {
    ...facts,
    sent: 'yes',
    ...(cookies === undefined ? {} : { cookies }),
    result: {
      kind: 'answered',
      response: {
        status,
        statusText: '',
        httpVersion: '1.1',
        headers: [['content-type', 'application/json'], ...headers],
        body: Buffer.from(text),
        text: () => text,
      },
    },
  };
}

/** What a process that is gone waits for. */
export function never(): Promise<never> {
  return new Promise(() => {});
}
