import { createHash, createHmac } from 'node:crypto';
import { cookiesFor, keepCookies } from '../../src/http/cookies.ts';
import { nodeDigests } from '../../src/query/node-digests.ts';
import type { Execution, LocalCommand } from '../../src/run/execution.ts';
import type { FailedSend } from '../../src/run/outcome.ts';
import type { Effects } from '../../src/run/ports.ts';
import type { Exchange, WireRequest } from '../../src/run/wire.ts';

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

  /** `now`: the clock of the runner, which may be ahead. */
  effectsFor(process: Process, now: () => number): Effects {
    return {
      send: (request) => this.#send(process, request, now),
      exec: (command) => this.#exec(process, command, now),
      // Drawn again after something was sent, it would be another one.
      callbackUrl: `http://hook.test/callbacks/token-${this.sends.length}`,
      digests: nodeDigests,
      sha256: (data) => createHash('sha256').update(data).digest('hex'),
      hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
    };
  }

  /** A command as a sending: what it reads is its body, its exit code the status of the answer. */
  async #exec(process: Process, command: LocalCommand, now: () => number): Promise<Execution> {
    if (!process.alive) return never();
    const url = lineOf(command);
    const key = process.intended.get(`EXEC ${url}`);
    if (key === undefined) throw new Error(`${url} was run before its intent was durable`);
    const { stdin: body, env } = command;
    this.sends.push({
      key,
      method: 'EXEC',
      url,
      headers: Object.fromEntries(env),
      ...(body === undefined ? {} : { body }),
    });
    await new Promise((resolve) => setImmediate(resolve));
    if (!process.alive) return never();
    const { status: exitCode = 0, json } = this.#answers[key] ?? {};
    const outputOf = (text: string) => ({ text, bytes: new TextEncoder().encode(text) });
    return {
      durationMs: 1,
      at: now(),
      stdout: outputOf(json === undefined ? '' : JSON.stringify(json)),
      stderr: outputOf(''),
      result: { kind: 'exited', exitCode },
    };
  }

  async #send(process: Process, request: WireRequest, now: () => number): Promise<Exchange> {
    if (!process.alive) return never();
    const { method, url, body } = request;
    const key = process.intended.get(`${method} ${url}`);
    if (key === undefined) throw new Error(`${method} ${url} was sent before its intent was durable`);
    const cookie = await cookiesFor(request.cookies ?? [], url);
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
    return process.alive ? answerTo(request, this.#answers[key] ?? {}, now()) : never();
  }
}

/** As it is written, where no word of it needs quotes. */
function lineOf({ file, args }: LocalCommand): string {
  return file === 'sh' ? (args[1] ?? '') : [file, ...args].join(' ');
}

async function answerTo(request: WireRequest, answer: Answer, at: number): Promise<Exchange> {
  const { status = 200, json, cookie, error, sent = 'no' } = answer;
  const facts = { sentHeaders: request.headers, durationMs: 1, at };
  if (error !== undefined) {
    return { ...facts, sent, result: { kind: 'failed', reason: error, message: `it was ${error}` } };
  }
  const text = json === undefined ? '' : JSON.stringify(json);
  const given = cookie === undefined ? [] : [cookie];
  const cookies = await keepCookies(request.cookies ?? [], request.url, given, at);
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
