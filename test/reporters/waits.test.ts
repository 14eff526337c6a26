import { beforeEach, describe, expect, test, vi } from 'vitest';
import { renderDocument, runDocument } from '../../src/reporters/json.ts';
import { createJsonlReporter } from '../../src/reporters/jsonl.ts';
import { createJunitReporter } from '../../src/reporters/junit.ts';
import { renderLogs } from '../../src/reporters/logs.ts';
import { createPrettyReporter } from '../../src/reporters/pretty.ts';
import type { RunContext, Stream } from '../../src/reporters/reporter.ts';
import { resultSchema } from '../../src/reporters/result-schema.ts';
import { renderStatus } from '../../src/reporters/status.ts';
import type { RunEvent } from '../../src/run/event.ts';
import { foldEvent } from '../../src/run/fold.ts';
import type { RunRecord } from '../../src/run/record.ts';
import { createRecord } from '../../src/run/record-plan.ts';
import type { Signal } from '../../src/run/signal.ts';
import { braced } from '../query/scope.ts';
import { type Told, tell } from '../run/journey-run.ts';
import { capture, pipe } from './checkout-run.ts';
import { findViolations } from './schema-walker.ts';

const yaml = `
steps:
  - id: order
    request: { method: POST, path: /orders, json: { notify: "${braced('callbacks.paid')}" } }
    assertions: [{ status: 200 }]
  - id: settle
    waitFor: paid
    outputs: { id: $.id }
    assertions: [{ body: { $.state: { equals: paid, exists: true } } }]
  - id: belt
    name: On the belt
    manual: Is the parcel on the belt?
  - id: late
    waitFor: { callback: shipped }
    timeout: 90s
    continueOnFailure: true
  - id: refused
    manual: Is everything tidy?
`;

const at = Date.UTC(2026, 10, 25, 10);
const json = [['content-type', 'application/json']] as const;
const body = new TextEncoder().encode('{"id":7,"state":"paid"}');
const signals: { readonly [key: string]: readonly [name: string, signal: Signal] } = {
  '~wait/settle': ['callback/paid', { kind: 'call', at, method: 'POST', headers: json, body }],
  '~wait/belt': ['decision/belt', { kind: 'decision', at, approved: true, by: 'ada', note: 'looks good' }],
  '~wait/refused': ['decision/refused', { kind: 'decision', at, approved: false, by: 'ada' }],
};

function run(): Promise<Told> {
  return tell({
    yaml,
    callbackUrl: 'http://127.0.0.1:4711/callbacks/0123456789abcdef0123456789abcdef',
    onEvent(event, pass) {
      const [name, signal] = (event.type === 'wait.started' ? signals[event.key] : undefined) ?? [];
      if (name !== undefined && signal !== undefined) void pass.receive(name, signal);
    },
  });
}

function contextOf({ artifact, record }: Told): RunContext {
  return { artifact, runId: record.request.id, backend: 'local' };
}

/** The record after each event, up to and with the first that `isLast`. */
function upTo({ artifact, events, record }: Told, isLast: (event: RunEvent) => boolean): RunRecord {
  const count = events.findIndex(isLast) + 1;
  return events.slice(0, count).reduce(foldEvent, createRecord(artifact, record.request));
}

const begins = (key: string) => (event: RunEvent) => event.type === 'wait.started' && event.key === key;

/** What stands on the live line, or in a log's heartbeat, when the run has come so far. */
function lineAt(told: Told, record: RunRecord, look: Partial<Stream>): string {
  const err = capture(look);
  const reporter = createPrettyReporter({ out: capture(), err });
  reporter.started?.(contextOf(told), record);
  vi.advanceTimersByTime(31_000);
  void reporter.end?.({ runs: 1, passed: 0, failed: 0, canceled: 0, open: 1, exitCode: 8 });
  return err.text();
}

describe('a run that waits for somebody', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  test.each([
    ['settle', 'settle · waiting for callback paid'],
    ['belt', 'On the belt · waiting for a person'],
  ])('says so while it waits: %s', async (step, line) => {
    const told = await run();
    vi.useFakeTimers();
    const record = upTo(told, begins(`~wait/${step}`));
    expect(lineAt(told, record, {})).toBe(`still under way: ${line}\n`);
    const [, waiting] = line.split(' · ');
    const document = JSON.parse(renderDocument(runDocument([{ context: contextOf(told), record }])));
    const entry = document.runs[0].steps.find((one: { key: string }) => one.key === step);
    expect(entry).toMatchObject({ state: 'running', waitsFor: waiting });
    expect(findViolations(resultSchema, document)).toEqual([]);
  });

  test('says so when its worker has left it', async () => {
    const told = await run();
    const record = upTo(told, begins('~wait/settle'));
    const status = (until: { readonly until?: number }) =>
      renderStatus(contextOf(told), foldEvent(record, { type: 'run.waiting', at, ...until }), pipe);
    expect(status({})).toContain('waiting · for callback paid · 1 of 5 steps passed\n');
    expect(status({ until: at })).toContain(
      'waiting · for callback paid, until 2026-11-25T10:00:00.000Z · 1 of',
    );
  });

  test('is told as it went on', async () => {
    const told = await run();
    await expect(renderStatus(contextOf(told), told.record, pipe)).toMatchFileSnapshot('expected/waits.txt');
  });

  test('shows in its logs what came', async () => {
    const { record } = await run();
    expect(renderLogs(record, { step: 'settle' }, pipe)).toContain(
      '  < POST http://127.0.0.1:4711/callbacks/***/paid\n  < content-type: application/json\n',
    );
    expect(renderLogs(record, { step: 'late' }, pipe)).toContain('nobody called the callback "shipped"');
    expect(renderLogs(record, { step: 'refused' }, pipe)).toContain('rejected by ada');
  });

  test('fits the published schema of results', async () => {
    const told = await run();
    const document = JSON.parse(
      renderDocument(runDocument([{ context: contextOf(told), record: told.record }])),
    );
    expect(findViolations(resultSchema, document)).toEqual([]);
    const steps = document.runs[0].steps;
    expect(steps[1]).toMatchObject({ call: { method: 'POST' }, request: null, response: null });
    expect(steps[2]).toMatchObject({ decision: { decision: 'approved', by: 'ada', note: 'looks good' } });
    expect(steps[4]).toMatchObject({ reason: 'assertion', error: { message: 'rejected by ada' } });
    expect(steps.every((step: object) => !('waitsFor' in step))).toBe(true);
  });

  test('is told event by event, without what came', async () => {
    const told = await run();
    let text = '';
    const reporter = createJsonlReporter((line) => {
      text += line;
    });
    for (const event of told.events) reporter.event?.(event, told.record);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.find(({ type }) => type === 'wait.started')).toMatchObject({
      key: '~wait/settle',
      for: { kind: 'signal', name: 'callback/paid', from: { kind: 'callback', name: 'paid' } },
    });
    const received = lines.find(({ type }) => type === 'signal.received');
    expect(Object.keys(received).sort()).toEqual(['at', 'name', 'run', 'schemaVersion', 'type']);
  });

  test('is told to machines that read JUnit', async () => {
    const told = await run();
    let text = '';
    const reporter = createJunitReporter((more) => {
      text += more;
    });
    reporter.started?.(contextOf(told), told.record);
    reporter.finished(contextOf(told), told.record);
    void reporter.end?.({ runs: 1, passed: 0, failed: 1, canceled: 0, open: 0, exitCode: 1 });
    expect(text).toContain('rejected by ada');
    expect(text).toContain('nobody called the callback "shipped" within 1 m 30 s');
  });
});
