import { describe, expect, test } from 'vitest';
import { createJsonlReporter } from '../../src/reporters/jsonl.ts';
import { renderLogs } from '../../src/reporters/logs.ts';
import { renderAge, renderRunList } from '../../src/reporters/run-list.ts';
import { renderStatus } from '../../src/reporters/status.ts';
import { braced } from '../query/scope.ts';
import { pipe, start } from './checkout-run.ts';
import { interrupted, mixed, outOfStock, passed, retried } from './stories.ts';

describe('status', () => {
  test.each([
    ['failed', outOfStock()],
    ['retried', retried()],
    ['interrupted', interrupted()],
  ] as const)('%s', async (name, story) => {
    const text = renderStatus(story.context('cloud'), story.record(), pipe);
    await expect(text).toMatchFileSnapshot(`expected/status-${name}.txt`);
  });

  test('while it runs, what is over is shown, and how far it is', () => {
    const story = passed();
    const records = story.records();
    const index = story.events.findIndex((event) => event.type === 'step.started' && event.key === 'addItem');
    const text = renderStatus(story.context('cloud'), records[index + 1]!, pipe);
    expect(text).toContain('✓ createCart');
    expect(text).not.toContain('not reached');
    expect(text.trimEnd().split('\n').slice(-3)).toEqual([
      '',
      'under way: addItem · POST /carts/c_1042/items',
      'running · 2 of 5 steps passed',
    ]);
  });

  test('a variable that a case calculates is shown as it is written', () => {
    const story = passed();
    const record = story.record();
    const redeclared = [
      { name: 'total', at: [0, 1, 1, 1, 2] as const, value: braced('inputs.quantity * 2') },
    ];
    const request = {
      ...record.request,
      redeclared,
      origins: { ...record.request.origins, total: 'case' },
    } as const;
    const text = renderStatus(story.context('cloud'), { ...record, request }, pipe);
    expect(text).toMatch(/total = "\$\{\{ inputs\.quantity \* 2 \}\}" +case/);
  });

  test('the link to the run after it', () => {
    const story = outOfStock();
    const record = { ...story.record(), retriedBy: 'run_NEXT' };
    expect(renderStatus(story.context('cloud'), record, pipe)).toContain('retried by  run_NEXT');
  });
});

test('a list of runs', async () => {
  const records = [passed(), outOfStock(), interrupted(), retried()].map((story) => story.record());
  const listed = records.map((record) => ({ kind: 'run', record }) as const);
  const text = renderRunList(listed, start + 3 * 3_600_000, pipe);
  await expect(text).toMatchFileSnapshot('expected/list.txt');
});

test.each([
  [-5, 'now'],
  [999, 'now'],
  [1000, '1 s ago'],
  [59_999, '59 s ago'],
  [60_000, '1 m ago'],
  [7_200_000, '2 h ago'],
  [200_000_000, '2 d ago'],
])('%i ms: %s', (ms, age) => {
  expect(renderAge(ms)).toBe(age);
});

describe('logs', () => {
  test('every attempt with its exchange and judgement', async () => {
    await expect(renderLogs(mixed().record(), {}, pipe)).toMatchFileSnapshot('expected/logs.txt');
  });

  test.each([
    [{ step: 'pay' }, ['pay']],
    [{ step: 'dropCart' }, ['dropCart']],
    [{ failed: true }, ['pay']],
    [{ step: 'login', failed: true }, []],
  ])('%j', (options, titles) => {
    const text = renderLogs(outOfStock().record(), options, pipe);
    expect(text.split('\n').filter((line) => /^\w+ · /.test(line))).toHaveLength(titles.length);
    for (const title of titles) expect(text).toContain(`${title} · `);
  });

  test('a request without an outcome is shown as it was intended', () => {
    const text = renderLogs(interrupted().record(), { step: 'addItem' }, pipe);
    expect(text).toContain('not finished');
    expect(text).toContain('> POST https://staging.shop.example/api/carts/c_1042/items');
  });
});

test('an event a line, without what masking took out', () => {
  const lines: string[] = [];
  const reporter = createJsonlReporter((text) => lines.push(text));
  const story = outOfStock();
  const [created, ...others] = story.events.map((event) =>
    event.type === 'step.finished'
      ? { ...event, hidden: { outputs: { token: 'SECRET' } }, sealed: 'SEALED' }
      : event,
  );
  const kept = { key: 'login', outcome: { state: 'passed', sent: 'yes', startedAt: 0, at: 0 } } as const;
  const first = {
    ...created!,
    kept: [{ ...kept, hidden: { outputs: { token: 'SECRET' } }, sealed: 'SEALED' }],
    sealedSecrets: 'SEALED',
  } as typeof created;
  for (const event of [first!, ...others]) reporter.event!(event, story.record());
  expect(lines).toHaveLength(story.events.length);
  expect(lines.join('')).not.toMatch(/SECRET|SEALED/);
  expect(lines.map((line) => JSON.parse(line)).map(({ run, type }) => `${run} ${type}`)).toEqual(
    story.events.map(({ type }) => `${story.request.id} ${type}`),
  );
});
