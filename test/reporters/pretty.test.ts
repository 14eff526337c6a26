import { describe, expect, test } from 'vitest';
import { summaryOf } from '../../src/reporters/exit-code.ts';
import { sayReason } from '../../src/reporters/failure.ts';
import { createPrettyReporter } from '../../src/reporters/pretty.ts';
import type { Look, RunContext } from '../../src/reporters/reporter.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import type { StepRecord } from '../../src/run/record.ts';
import { capture, Story } from './checkout-run.ts';
import {
  differing,
  failedSend,
  givenUp,
  internal,
  interrupted,
  mixed,
  outOfStock,
  passed,
  recovered,
  retried,
} from './stories.ts';

interface Scene {
  readonly story: Story;
  readonly context: RunContext;
}

/** Tells the runs as a command does: every event, interleaved in the order of their place in each run. */
function tell(scenes: readonly Scene[], look: Partial<Look> = {}, verbose = false): string {
  const out = capture(look);
  const err = capture();
  const reporter = createPrettyReporter({ out, err, verbose });
  const records = scenes.map(({ story }) => story.records());
  for (const [index, { context }] of scenes.entries()) reporter.started!(context, records[index]![0]!);
  const longest = Math.max(...records.map((one) => one.length));
  for (let place = 1; place < longest; place++) {
    for (const [index, { story, context }] of scenes.entries()) {
      const record = records[index]![place];
      if (record === undefined) continue;
      reporter.event!(story.events[place - 1]!, record);
      if (place === records[index]!.length - 1) reporter.finished(context, record);
    }
  }
  void reporter.end!(summaryOf(records.map((one) => one.at(-1)!)));
  return `${out.text()}${err.text() === '' ? '' : `--- stderr\n${err.text()}`}`;
}

function scene(story: Story, backend: RunContext['backend'] = 'local'): Scene {
  return { story, context: story.context(backend) };
}

describe('the pretty report', () => {
  test.each([
    ['passed', passed(), 'local', {}],
    ['failed', outOfStock(), 'local', {}],
    ['structure', differing(), 'local', {}],
    ['failed-send', failedSend(), 'local', {}],
    ['mixed', mixed(), 'local', {}],
    ['recovered', recovered(), 'cloud', {}],
    ['interrupted', interrupted(), 'cloud', {}],
    ['given-up', givenUp(), 'cloud', {}],
    ['internal', internal(), 'local', {}],
    ['narrow', outOfStock(), 'local', { columns: 60, interactive: true }],
    ['narrow-structure', differing(), 'local', { columns: 60, interactive: true }],
    ['ascii', mixed(), 'local', { unicode: false }],
    ['colour', outOfStock(), 'local', { colour: true }],
  ] as const)('%s', async (name, story, backend, look) => {
    await expect(tell([scene(story, backend)], look)).toMatchFileSnapshot(`expected/${name}.txt`);
  });

  test('retry', async () => {
    const story = retried();
    const context = story.context('cloud', outOfStock().record());
    await expect(tell([{ story, context }])).toMatchFileSnapshot('expected/retry.txt');
  });

  test('verbose', async () => {
    await expect(tell([scene(outOfStock())], {}, true)).toMatchFileSnapshot('expected/verbose.txt');
  });

  test('several runs at once come out one after the other', async () => {
    const text = tell([scene(withId(passed(), 'A')), scene(withId(outOfStock(), 'B'))]);
    await expect(text).toMatchFileSnapshot('expected/several.txt');
  });

  test('a run that never said it started is told whole', () => {
    const out = capture();
    const reporter = createPrettyReporter({ out, err: capture() });
    const story = passed();
    reporter.finished(story.context(), story.record());
    expect(out.text()).toBe(tell([scene(story)]));
  });
});

test.each<[outcome: Partial<Outcome>, kind: StepRecord['kind'], said: string]>([
  [{ reason: 'protocol', sent: 'no' }, 'request', 'the request cannot be sent'],
  [{ reason: 'protocol', sent: 'yes' }, 'request', 'the answer is not valid HTTP'],
  [{ reason: 'timeout', sent: 'maybe' }, 'request', 'no answer in time'],
  [{ reason: 'timeout', sent: 'yes' }, 'exec', 'the command ran out of time'],
  [{ reason: 'refused', sent: 'no' }, 'request', 'no connection could be made'],
])('why a step failed: %j of a step of kind %s', (outcome, kind, said) => {
  const evidence = { assertions: [], durationMs: 1 };
  const story = new Story()
    .created()
    .begins()
    .finishes('login', { state: 'failed', ...outcome }, evidence);
  const record = story.record();
  const [step] = record.steps;
  expect(sayReason(record, { ...step!, kind })).toBe(said);
});

describe('what every report keeps to', () => {
  const stories = { passed, outOfStock, differing, failedSend, mixed, recovered, interrupted, retried };
  const all = Object.entries(stories).map(([name, story]) => [name, story] as const);

  test.each(all)('%s: ASCII where nothing else can be shown', (_, story) => {
    expect(tell([scene(story())], { unicode: false })).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test.each(all)('%s: colour adds nothing but colour', (_, story) => {
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    const coloured = tell([scene(story())], { colour: true });
    expect(coloured).toMatch(escapes);
    expect(coloured.replaceAll(escapes, '')).toBe(tell([scene(story())]));
  });

  test.each(all)('%s: no step line is wider than the terminal', (_, story) => {
    const text = tell([scene(story())], { columns: 72, interactive: true });
    const steps = text.split('\n').filter((line) => /^ {2}[✓✗·↩=–!?┬] /.test(line));
    expect(steps.length).toBeGreaterThan(0);
    expect(Math.max(...steps.map((line) => [...line].length))).toBeLessThanOrEqual(72);
  });

  test('a terminal without a size counts as one of 80 columns', () => {
    const tellAt = (columns: number): string => tell([scene(outOfStock())], { columns, interactive: true });
    expect(tellAt(0)).toBe(tellAt(80));
  });

  test('a pipe gets long names and paths whole', () => {
    const story = failedSend();
    const long = `/login/${'segment/'.repeat(30)}end`;
    const text = tell([
      scene(
        Object.assign(story, {
          events: JSON.parse(JSON.stringify(story.events).replaceAll('/api/login', `/api${long}`)),
        }),
      ),
    ]);
    expect(text).toContain(`POST ${long} `);
  });

  test("others' control characters are shown, never sent to the terminal", () => {
    expect(tell([scene(mixed())])).toContain('\\u001b[31mdown');
  });
});

function withId(story: Story, letter: string): Story {
  return Object.assign(story, {
    request: { ...story.request, id: `run_${letter}` },
    events: JSON.parse(JSON.stringify(story.events).replaceAll(story.request.id, `run_${letter}`)),
  });
}
