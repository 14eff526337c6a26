import { describe, expect, test } from 'vitest';
import { summaryOf } from '../../src/reporters/exit-code.ts';
import { renderDocument, runDocument } from '../../src/reporters/json.ts';
import { renderLogs } from '../../src/reporters/logs.ts';
import { createPrettyReporter } from '../../src/reporters/pretty.ts';
import type { Look, RunContext } from '../../src/reporters/reporter.ts';
import { resultSchema } from '../../src/reporters/result-schema.ts';
import { renderStatus } from '../../src/reporters/status.ts';
import { foldEvent } from '../../src/run/fold.ts';
import { createRecord } from '../../src/run/record-plan.ts';
import { braced } from '../query/scope.ts';
import { type Story, type Told, tell } from '../run/journey-run.ts';
import { capture, pipe } from './checkout-run.ts';
import { findViolations } from './schema-walker.ts';

const account = `
name: account
defaults: { service: shop }
inputs: { name: { type: string } }
outputs: { id: { value: "${braced('steps.create.outputs.id')}" } }
steps:
  - id: create
    request: { method: POST, path: "/accounts/${braced('inputs.name')}" }
    outputs: { id: $.id }
    assertions: [{ status: 200 }]
    cleanup: [{ id: close, request: { method: DELETE, path: "/accounts/${braced('inputs.name')}" } }]
`;

const yaml = `
steps:
  - id: users
    name: Make a user
    forEach: { items: [ada, bob], as: name }
    journey: account
    inputs: { name: "${braced('name')}" }
  - id: pages
    repeat: { set: { cursor: $.next }, max: 2 }
    continueOnFailure: true
    request: { path: "/pages/${braced('index')}" }
    assertions: [{ status: 200 }]
  - id: order
    steps:
      - id: pay
        request: { method: POST, path: /pay, followRedirects: true }
        assertions: [{ status: 200 }]
      - id: never
        if: "steps.pay.state == 'failed'"
        request: { path: /never }
  - id: remark
    note: "made ${braced("steps.users.outputs.id.join(', ')")}"
  - id: nap
    wait: 1s
  - id: nobody
    forEach: []
    note: never
  - id: look
    forEach: { items: [1, 2, 3], concurrency: 2 }
    request: { path: "/look/${braced('item')}" }
    assertions: [{ status: 200 }]
  - id: notReached
    forEach: [1]
    request: { path: / }
`;

const replies: NonNullable<Story['replies']> = {
  'POST /accounts/ada': { json: { id: 'a-1' } },
  'POST /accounts/bob': { json: { id: 'a-2' } },
  'GET /pages/0': { json: { next: 1 } },
  'GET /pages/1': { json: { next: 2 } },
  'POST /pay': {
    exchange: {
      hops: [
        {
          method: 'POST',
          url: 'https://shop.example/api/pay',
          sentHeaders: [],
          status: 303,
          statusText: 'See Other',
          httpVersion: '1.1',
          headers: [['location', '/paid']],
          location: '/paid',
          durationMs: 3,
        },
      ],
      redirected: { method: 'GET', url: 'https://shop.example/api/paid' },
    },
  },
  'GET /look/2': { status: 500, ms: 5 },
};

function run(): Promise<Told> {
  return tell({ yaml, files: { 'journeys/account.yaml': account }, replies });
}

function contextOf({ artifact, record }: Told): RunContext {
  return { artifact, runId: record.request.id, backend: 'local' };
}

/** Tells a run as it goes on, event by event. */
function tellLive(told: Told, look: Partial<Look> = {}): string {
  const out = capture(look);
  const reporter = createPrettyReporter({ out, err: capture() });
  let record = createRecord(told.artifact, told.record.request);
  reporter.started?.(contextOf(told), record);
  for (const event of told.events) {
    record = foldEvent(record, event);
    reporter.event?.(event, record);
  }
  reporter.finished(contextOf(told), record);
  void reporter.end?.(summaryOf([record]));
  return out.text();
}

describe('loops, groups, sub-journeys, notes and pauses', () => {
  test('are told as they go on', async () => {
    await expect(tellLive(await run())).toMatchFileSnapshot('expected/kinds-of-steps.txt');
  });

  test('are told later as they were told live', async () => {
    const told = await run();
    const rows = (text: string) => text.slice(text.indexOf('  ┬ Make'), text.indexOf('\n\n✗'));
    expect(rows(renderStatus(contextOf(told), told.record, pipe))).toBe(rows(tellLive(told)));
  });

  test('one that ran out of time says so, on its line', async () => {
    const told = await tell({ yaml: 'steps: [{ id: slow, timeout: 90s, steps: [{ id: nap, wait: 1h }] }]' });
    const text = tellLive(told);
    expect(text).toContain('✗ slow: it ran out of time');
    expect(text).toContain('it did not end within 1 m 30 s');
    expect(text).toContain('■   nap');
  });

  test('their rounds and hops are in the logs, a step’s rounds by its name', async () => {
    const { record } = await run();
    const logs = renderLogs(record, { step: 'look' }, pipe);
    expect(logs.match(/^look\S* ·/gm)).toEqual(['look ·', 'look[0] ·', 'look[1] ·', 'look[2] ·']);
    expect(renderLogs(record, { step: 'look[1]' }, pipe)).toMatch(/^look\[1\] /);
    expect(renderLogs(record, { step: 'pay' }, pipe)).toContain(
      '  > POST https://shop.example/api/pay\n  < 303, to /paid\n  > GET https://shop.example/api/paid\n',
    );
    expect(renderLogs(record, { step: 'remark' }, pipe)).toContain('note: made a-1, a-2');
  });

  test('take as long as what is inside them, and a pause tells no time of its own', async () => {
    const told = await run();
    const { record } = told;
    const [{ steps } = { steps: [] }] = runDocument([{ context: contextOf(told), record }]).runs;
    const durations = new Map(steps.map(({ key, durationMs }) => [key, durationMs]));
    const ends = new Map(record.steps.map(({ key, attempts }) => [key, attempts.at(-1)?.outcome?.at ?? 0]));
    const starts = new Map(record.steps.map(({ key, attempts }) => [key, attempts[0]?.startedAt ?? 0]));
    const [between, rounds] = [
      (ends.get('order') ?? 0) - (starts.get('order/pay') ?? 0),
      (ends.get('look') ?? 0) - (starts.get('look[0]') ?? 0),
    ];
    expect(between).toBeGreaterThan(0);
    expect(durations.get('order')).toBe(between);
    expect(rounds).toBeGreaterThan(0);
    expect(durations.get('look')).toBe(rounds);
    expect(durations.get('users')).toBeGreaterThanOrEqual(durations.get('users[1]') ?? Number.NaN);
    expect(durations.get('nap')).toBeNull();
    expect(durations.get('remark')).toBe(0);
    // Never reached.
    expect(durations.get('notReached')).toBeNull();
  });

  test('fit the published schema of results', async () => {
    const told = await run();
    const document = JSON.parse(
      renderDocument(runDocument([{ context: contextOf(told), record: told.record }])),
    );
    expect(findViolations(resultSchema, document)).toEqual([]);
    expect(document.runs[0].steps.find((step: { key: string }) => step.key === 'pages')).toMatchObject({
      state: 'failed',
      reason: 'unmet',
      error: { reason: 'unmet', message: 'there is more after 2 rounds' },
    });
  });
});

test('a query has room on a terminal', async () => {
  const told = await tell({
    yaml: 'steps: [{ id: look, request: { path: /look, query: { sku: SKU-1, count: 12 } } }]',
  });
  expect(tellLive(told, { columns: 80, interactive: true })).toMatch(
    /✓ look +GET +\/look\?sku=SKU-1&count=12 +200 /,
  );
});
