import { describe, expect, test } from 'vitest';
import { ExactNumber } from '../../src/query/value.ts';
import { summaryOf } from '../../src/reporters/exit-code.ts';
import { createJsonReporter, listDocument, renderDocument, runDocument } from '../../src/reporters/json.ts';
import { listSchema, resultSchema } from '../../src/reporters/result-schema.ts';
import { findViolations } from './schema-walker.ts';
import {
  differing,
  failedSend,
  interrupted,
  mixed,
  outOfStock,
  passed,
  recovered,
  retried,
} from './stories.ts';

const stories = { passed, outOfStock, differing, failedSend, mixed, recovered, interrupted, retried };
const all = Object.entries(stories).map(([name, story]) => [name, story] as const);

describe('the document', () => {
  test.each(all)('%s: after every event, as its schema says', (_, tell) => {
    const story = tell();
    for (const record of story.records()) {
      const runs = [{ context: story.context(), record }];
      const result: unknown = JSON.parse(renderDocument(runDocument(runs)));
      expect(findViolations(resultSchema, result)).toEqual([]);
      const list: unknown = JSON.parse(renderDocument(listDocument(runs)));
      expect(findViolations(listSchema, list)).toEqual([]);
    }
  });

  test('the whole of a failed run', async () => {
    const story = outOfStock();
    const text = renderDocument(runDocument([{ context: story.context(), record: story.record() }]));
    await expect(text).toMatchFileSnapshot('expected/failed-json.txt');
  });

  test('members are those of the contract, in its order', () => {
    const story = outOfStock();
    const document = runDocument([{ context: story.context(), record: story.record() }]);
    const [run] = document.runs;
    const [step] = run!.steps.filter(({ key }) => key === 'pay');
    expect(Object.keys(document)).toEqual('schemaVersion runs summary exitCode'.split(' '));
    expect(Object.keys(run!)).toEqual(
      'id journey case row environment backend artifact state reason exitCode retryOf retriedBy createdAt durationMs error steps'.split(
        ' ',
      ),
    );
    expect(Object.keys(step!)).toEqual(
      'key name state reason error attempts durationMs request response outputs assertions'.split(' '),
    );
    expect(Object.keys(step!.assertions[0]!)).toEqual(
      'text passed expected actual path file line column'.split(' '),
    );
  });

  test('a value that is not there is left out; null is a value', () => {
    const story = differing();
    story.events.push({
      type: 'step.finished',
      at: 0,
      key: 'pay',
      outcome: {
        state: 'passed',
        sent: 'yes',
        startedAt: 0,
        at: 0,
        outputs: { id: new ExactNumber('12345678901234567890'), gone: null },
      },
    });
    const text = renderDocument(runDocument([{ context: story.context(), record: story.record() }]));
    expect(text).toContain('"id": 12345678901234567890,\n');
    expect(text).toContain('"gone": null\n');
    const total = runDocument([{ context: story.context(), record: outOfStock().record() }]);
    const assertions = total.runs[0]!.steps.find(({ key }) => key === 'pay')!.assertions;
    expect(assertions.map((assertion) => 'actual' in assertion)).toEqual([true, false, true]);
  });

  test('the schema refuses what is not in the contract', () => {
    const story = passed();
    const good = runDocument([{ context: story.context(), record: story.record() }]);
    const { row: _, ...noRow } = good.runs[0]!;
    const bad = [
      { ...good, more: 1 },
      { ...good, runs: [noRow] },
      { ...good, runs: [{ ...good.runs[0]!, state: 'done' }] },
      { ...good, exitCode: '0' },
    ];
    expect(bad.map((document) => findViolations(resultSchema, document).length > 0)).toEqual(
      bad.map(() => true),
    );
  });
});

test('what is written run by run is the document of all of them', () => {
  const stories = [passed(), outOfStock()];
  const texts: string[] = [];
  const reporter = createJsonReporter((text) => texts.push(text));
  const runs = stories.map((story) => ({ context: story.context('local'), record: story.record() }));
  for (const { context, record } of runs) reporter.finished(context, record);
  expect(texts).toHaveLength(2);
  void reporter.end!(summaryOf(runs.map(({ record }) => record)));
  expect(texts.join('')).toBe(renderDocument(runDocument(runs)));
});

test('a document without runs', () => {
  const texts: string[] = [];
  void createJsonReporter((text) => texts.push(text)).end!(summaryOf([]));
  expect(texts.join('')).toBe(renderDocument(runDocument([])));
});

test('the reporter writes one document, with runs that never finished as they were last seen', () => {
  const texts: string[] = [];
  const reporter = createJsonReporter((text) => texts.push(text));
  const story = interrupted();
  const records = story.records();
  reporter.started!(story.context('cloud'), records[0]!);
  for (const [index, event] of story.events.entries()) reporter.event!(event, records[index + 1]!);
  void reporter.end!(summaryOf([story.record()], 5));
  expect(JSON.parse(texts.join(''))).toMatchObject({
    schemaVersion: 1,
    runs: [{ state: 'interrupted', exitCode: 8, backend: 'cloud' }],
    summary: { runs: 1, passed: 0, failed: 0, canceled: 0, open: 1 },
    exitCode: 5,
  });
});
