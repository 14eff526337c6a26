import { join } from 'node:path';
import type { LoggedRequest } from '../../fixtures/shop/server.mjs';
import type { RunEvent } from '../../src/run/event.ts';
import type { Line, Sandbox } from '../e2e/sandbox.ts';
import { hashOf, type Notebook } from './person.ts';

/** Everything that is wrong with a journal by itself: lines, epochs, keys that are missing or twice. */
export function auditJournal(lines: readonly Line[]): readonly string[] {
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  for (const [at, line] of lines.entries()) {
    expect(line.seq === at + 1, `line ${at + 1} has the number ${line.seq}`);
    expect(line.epoch >= (lines[at - 1]?.epoch ?? 0), `line ${line.seq} goes back to epoch ${line.epoch}`);
  }
  const events = lines.flatMap((line) => line.events);
  expect(events.at(-1)?.type === 'run.finished', 'it does not end with its end');
  expect(events.filter(({ type }) => type === 'run.finished').length === 1, 'it ends more than once');
  const ended = new Set<string>();
  for (const event of events) {
    if (event.type !== 'step.finished' && event.type !== 'wait.finished') continue;
    expect(!ended.has(event.key), `${event.key} is recorded twice`);
    ended.add(event.key);
  }
  const epochs = events.flatMap((event) => (event.type === 'run.started' ? [event.epoch] : []));
  expect(
    epochs.every((epoch, at) => epoch > (epochs[at - 1] ?? 0)),
    `its passes have the epochs ${epochs.join(', ')}`,
  );
  return [...problems, ...auditAttempts(ended), ...auditIntents(events)];
}

/** Attempts of a step count up from 1 without a gap. */
function auditAttempts(keys: ReadonlySet<string>): readonly string[] {
  const missing = [...keys].flatMap((key) => {
    const [, step, number] = /^(.*)#(\d+)$/.exec(key) ?? [];
    if (step === undefined || Number(number) <= 1) return [];
    const before = Number(number) === 2 ? [step, `${step}#1`] : [`${step}#${Number(number) - 1}`];
    return before.some((one) => keys.has(one)) ? [] : [`${key} has none before it`];
  });
  return missing;
}

/** An intent that may not be repeated stands there once, and once more for every word of a person. */
function auditIntents(events: readonly RunEvent[]): readonly string[] {
  const intents = new Map<string, number>();
  for (const event of events) {
    if (event.type !== 'step.started' || event.intent.repeatable) continue;
    intents.set(event.key, (intents.get(event.key) ?? 0) + 1);
  }
  return [...intents].flatMap(([key, count]) =>
    count > 1 + wordsFor(events, key) ? [`${key} was about to leave ${count} times`] : [],
  );
}

function wordsFor(events: readonly RunEvent[], key: string): number {
  return events.filter((event) => event.type === 'run.resumed' && event.sendAgain.includes(key)).length;
}

/** Steps that a run carried out, without its attempts. */
export function stepsOf(events: readonly RunEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) => (event.type === 'step.finished' ? [event.key.replace(/#\d+$/, '')] : [])),
  );
}

/** What the shop saw of a run must be what the record allows. */
export function auditRequests(sandbox: Sandbox, id: string, events: readonly RunEvent[]): readonly string[] {
  const problems: string[] = [];
  const seen = new Map<string, LoggedRequest[]>();
  for (const request of sandbox.shop.requests) {
    const query = queryOf(request.path);
    if (query.get('run') !== id) continue;
    const step = query.get('step') ?? '';
    seen.set(step, [...(seen.get(step) ?? []), request]);
  }
  for (const [step, requests] of seen) {
    const [first] = requests;
    if (first === undefined) continue;
    const keys = new Set(requests.map((request) => request.idempotencyKey));
    if (keys.size > 1) problems.push(`${step} was sent with ${keys.size} idempotency keys`);
    if (new Set(requests.map((request) => request.bodyHash)).size > 1)
      problems.push(`${step} changed its body`);
    if (first.method !== 'POST') continue;
    const carriedOut = requests.filter((request) => !request.replayed).length;
    const words = first.idempotencyKey === null ? wordsForStep(events, step) : 0;
    if (carriedOut > 1 + words)
      problems.push(`${step} was carried out ${carriedOut} times, with ${words} words`);
  }
  return problems;
}

function queryOf(path: string): URLSearchParams {
  return new URL(path, 'http://shop').searchParams;
}

function wordsForStep(events: readonly RunEvent[], step: string): number {
  const keys = new Set(events.flatMap((event) => (event.type === 'run.resumed' ? event.sendAgain : [])));
  return [...keys]
    .filter((key) => key.replace(/#\d+$/, '').split('/').at(-1) === step)
    .reduce((words, key) => words + wordsFor(events, key), 0);
}

/** Nothing that was acknowledged is lost, and nothing that was finished has changed. */
export function auditPromises(sandbox: Sandbox, notebook: Notebook, id: string): readonly string[] {
  const problems: string[] = [];
  const folder = join(sandbox.store, 'runs', id);
  const events = sandbox.events(id);
  if (hashOf(join(folder, 'journal.jsonl')) !== notebook.journals.get(id))
    problems.push('its journal changed');
  if (hashOf(join(folder, 'record.json')) !== notebook.records.get(id)) problems.push('its record changed');
  const resumed = events.filter(({ type }) => type === 'run.resumed').length;
  const retried = notebook.retried.get(id) ?? 0;
  if (resumed < retried) problems.push(`of ${retried} acknowledged retries ${resumed} are recorded`);
  if (notebook.canceled.has(id)) {
    if (!events.some(({ type }) => type === 'run.cancelRequested')) problems.push('a cancel was lost');
    const last = events.at(-1);
    if (last?.type === 'run.finished' && last.state !== 'canceled') problems.push('a canceled run went on');
  }
  return problems;
}
