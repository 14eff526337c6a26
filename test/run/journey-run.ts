import { createHash, createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { vi } from 'vitest';
import type { Environment } from '../../src/artifact/environment.ts';
import type { Redaction } from '../../src/artifact/redaction.ts';
import type { Artifact } from '../../src/artifact/types.ts';
import { compileJourney } from '../../src/compile/compile.ts';
import { nodeDigests } from '../../src/query/node-digests.ts';
import type { RunEvent } from '../../src/run/event.ts';
import { createFold, foldEvent } from '../../src/run/fold.ts';
import type { Cookies, Evidence, FailedSend, Outcome } from '../../src/run/outcome.ts';
import type { Effects } from '../../src/run/ports.ts';
import type { RunRecord, StepRecord } from '../../src/run/record.ts';
import { createRecord } from '../../src/run/record-plan.ts';
import type { RunRequest } from '../../src/run/request.ts';
import type { Exchange, WireRequest, WireResponse } from '../../src/run/wire.ts';
import { createMemoryLog } from '../../src/stores/memory.ts';
import { type Ending, type Pass, startPass } from '../../src/worker/drive.ts';
import { memoryProject } from '../support/memory-project.ts';

/** 2026-11-25T10:00:00Z */
export const start = Date.UTC(2026, 10, 25, 10);

/** What the target answers, or why it does not. */
export interface Reply {
  readonly status?: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The body, as JSON. */
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly cookies?: Cookies;
  /** The Cookie header that the jar added to the request. */
  readonly sentCookie?: string;
  readonly ms?: number;
  readonly failed?: FailedSend;
  readonly sent?: Exchange['sent'];
  /** What else is told of the answer, and of the sending. */
  readonly response?: Partial<WireResponse>;
  readonly exchange?: Partial<Exchange>;
}

export interface Story {
  readonly yaml: string;
  /** Other files of its project: templates/…, journeys/… */
  readonly files?: { readonly [path: string]: string };
  readonly redact?: Redaction;
  readonly environment?: Partial<Environment>;
  readonly secrets?: { readonly [name: string]: string };
  readonly request?: Partial<RunRequest>;
  /** By `METHOD /path`, in the order of the sendings, the last one again and again; else 200 without a body. */
  readonly replies?: { readonly [line: string]: Reply | readonly Reply[] };
  /** Called as a request leaves. */
  readonly onSend?: (request: WireRequest, pass: Pass) => void;
  /** What runs commands. */
  readonly exec?: Effects['exec'];
  /** Where its callbacks are heard. */
  readonly callbackUrl?: string | undefined;
  /** Called with each event that is on record. */
  readonly onEvent?: (event: RunEvent, pass: Pass) => void;
  readonly history?: readonly RunEvent[];
}

export interface Told {
  readonly artifact: Artifact;
  readonly ending: Ending;
  readonly events: readonly RunEvent[];
  readonly record: RunRecord;
  readonly sent: readonly WireRequest[];
  /** `METHOD /path` of each sending. */
  readonly lines: readonly string[];
  /** As another pass would find it. */
  readonly history: readonly RunEvent[];
  step(key: string): StepRecord;
  /** Of the step's last attempt. */
  outcome(key: string): Outcome;
  evidence(key: string): Evidence;
  /** With what is hidden from readers put back. */
  outputs(key: string): Outcome['outputs'];
}

/** `login passed, pay failed`: every step in the order of the record. */
export function states({ record }: Told): string {
  return record.steps.map(({ key, state }) => `${key} ${state}`).join(', ');
}

export const digests: Omit<Effects, 'send'> = {
  digests: nodeDigests,
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
};

export const shop = { url: 'https://shop.example/api', headers: [] };

/** Compiles a journey of a project that has the services `shop` (the default) and `other`. @throws where it does not compile */
export function compile(yaml: string, files: Story['files'] = {}, redact?: Redaction): Artifact {
  const defaults = /^defaults:/m.test(yaml) ? '' : 'defaults: { service: shop }';
  const source = { file: 'journeys/test.yaml', text: `name: test\n${defaults}\n${yaml}` };
  const { artifact, diagnostics } = compileJourney(source, {
    services: ['shop', 'other'],
    files: memoryProject(files),
    ...(redact === undefined ? {} : { redact }),
  });
  if (artifact !== undefined) return artifact;
  const problems = diagnostics.filter(({ severity }) => severity === 'error');
  throw new Error(problems.map(({ code, message, fix }) => `${code}: ${message} (${fix})`).join('\n'));
}

export function requestOf(more: Partial<RunRequest> = {}): RunRequest {
  return {
    id: 'run_1',
    artifact: 'a'.repeat(64),
    journey: 'test',
    environment: environmentOf({}),
    inputs: {},
    variables: {},
    origins: {},
    secrets: [],
    seed: 'seed',
    createdAt: start,
    firstRun: 'run_1',
    generations: {},
    ...more,
  };
}

function environmentOf(given: Partial<Environment>): Environment {
  return {
    name: 'test',
    services: { shop, other: { url: 'https://other.example', headers: [] } },
    values: {},
    ...given,
  };
}

function lineOf({ method, url }: WireRequest): string {
  return `${method} ${url.replace(/^https:\/\/shop\.example\/api/, '')}`;
}

export function responseOf({ status = 200, headers, json, text, bytes, response }: Reply): WireResponse {
  const written = json === undefined ? (text ?? '') : JSON.stringify(json);
  const body = bytes ?? new TextEncoder().encode(written);
  const type = json === undefined ? [] : [['Content-Type', 'application/json'] as const];
  return {
    status,
    statusText: '',
    httpVersion: '1.1',
    headers: headers ?? type,
    body,
    text: () => new TextDecoder().decode(body),
    ...response,
  };
}

function exchangeOf(request: WireRequest, reply: Reply): Exchange {
  const { failed, ms = 10, cookies, sentCookie } = reply;
  const jar = sentCookie === undefined ? [] : [['cookie', sentCookie] as const];
  const answered = failed === undefined;
  const result: Exchange['result'] = answered
    ? { kind: 'answered', response: responseOf(reply) }
    : { kind: 'failed', reason: failed, message: `${failed} by the target` };
  return {
    sentHeaders: [...request.headers, ['user-agent', 'reqflo/test'], ...jar],
    sent: reply.sent ?? (answered ? 'yes' : 'no'),
    durationMs: ms,
    at: Date.now(),
    ...(cookies === undefined ? {} : { cookies }),
    result,
    ...reply.exchange,
  };
}

/** Drives a journey to its end, or until it leaves, on a clock that jumps from one timer to the next. */
export async function tell(story: Story): Promise<Told> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: start });
  try {
    return await drive(story);
  } finally {
    vi.useRealTimers();
  }
}

async function drive({
  yaml,
  files,
  environment = {},
  secrets = {},
  request = {},
  replies = {},
  ...story
}: Story): Promise<Told> {
  const artifact = compile(yaml, files, story.redact);
  const asked = requestOf({ environment: environmentOf(environment), ...request });
  const created: RunEvent = { type: 'run.created', at: start, request: asked, kept: [] };
  const started: RunEvent = { type: 'run.started', at: start, epoch: 1, worker: 'worker-1' };
  const events: RunEvent[] = [...(story.history ?? [created]), started];
  const sent: WireRequest[] = [];
  const counts = new Map<string, number>();
  const effects: Effects = {
    ...digests,
    ...(story.exec === undefined ? {} : { exec: story.exec }),
    callbackUrl: story.callbackUrl,
    send(wire) {
      sent.push(wire);
      story.onSend?.(wire, pass);
      const line = lineOf(wire);
      const count = counts.get(line) ?? 0;
      counts.set(line, count + 1);
      const all = [replies[line] ?? {}].flat();
      const reply = all[Math.min(count, all.length - 1)] ?? {};
      return new Promise((resolve) => setTimeout(() => resolve(exchangeOf(wire, reply)), reply.ms ?? 10));
    },
  };
  const pass = startPass({
    artifact,
    request: asked,
    secrets,
    history: [...events],
    log: createMemoryLog((event) => {
      events.push(event);
      story.onEvent?.(event, pass);
    }),
    effects,
    now: Date.now,
    signal: new AbortController().signal,
    parkAfterMs: Number.POSITIVE_INFINITY,
  });
  let ending: Ending | undefined;
  const ended = pass.ended.then((how) => {
    ending = how;
  });
  while (ending === undefined) await vi.advanceTimersToNextTimerAsync();
  await ended;
  return toldOf(artifact, asked, ending, events, sent);
}

function toldOf(
  artifact: Artifact,
  request: RunRequest,
  ending: Ending,
  events: readonly RunEvent[],
  sent: readonly WireRequest[],
): Told {
  const start = createRecord(artifact, request);
  const record = events.reduce(foldEvent, start);
  if (!isDeepStrictEqual(events.map(createFold(start)).at(-1), record)) {
    throw new Error('folded in place, the events give another record');
  }
  const step = (key: string): StepRecord => {
    const found = record.steps.find((one) => one.key === key);
    if (found === undefined) throw new Error(`no step ${key}: ${record.steps.map((one) => one.key)}`);
    return found;
  };
  const finished = (key: string) =>
    events.findLast((event) => event.type === 'step.finished' && event.key.replace(/#\d+$/, '') === key);
  return {
    artifact,
    ending,
    events,
    record,
    sent,
    lines: sent.map(lineOf),
    history: events,
    step,
    outcome: (key) => step(key).attempts.at(-1)?.outcome as Outcome,
    evidence: (key) => step(key).attempts.at(-1)?.evidence as Evidence,
    outputs(key) {
      const event = finished(key);
      if (event?.type !== 'step.finished') throw new Error(`${key} did not finish`);
      return event.hidden?.outputs ?? event.outcome.outputs;
    },
  };
}
