import { describe, expect, test } from 'vitest';
import { createBatchReporter } from '../../src/reporters/batch.ts';
import { sayMissing } from '../../src/reporters/batch-facts.ts';
import { renderBatchStatus } from '../../src/reporters/batch-status.ts';
import { summaryOf } from '../../src/reporters/exit-code.ts';
import { createJsonReporter, listDocument, renderDocument } from '../../src/reporters/json.ts';
import { batchEntry, batchListEntry } from '../../src/reporters/json-batch.ts';
import { listSchema, resultSchema } from '../../src/reporters/result-schema.ts';
import { renderRunList } from '../../src/reporters/run-list.ts';
import type { ShownBatch } from '../../src/run/batch.ts';
import type { RunRecord } from '../../src/run/record.ts';
import { briefOf } from '../../src/server/summary.ts';
import { capture, pipe, type Story, start } from './checkout-run.ts';
import { findViolations } from './schema-walker.ts';
import { interrupted, outOfStock, passed } from './stories.ts';

const id = 'batch_01JDBK3M8Q7TZ3V6W1XK9C4R2N';

function shown(change: Partial<ShownBatch> = {}): ShownBatch {
  return {
    batch: {
      id,
      createdAt: start,
      environment: 'staging',
      journeys: ['checkout-flow'],
      file: 'data/customers.csv',
      total: 500,
    },
    registered: 500,
    states: { queued: 40, running: 0, waiting: 0, interrupted: 1, passed: 458, failed: 1, canceled: 0 },
    canceled: false,
    making: false,
    ...change,
  };
}

/** A row's run, as a runner tells it among thousands. */
function rowOf(story: Story, index: number): RunRecord {
  const record = story.record();
  const request = { ...record.request, row: { index, id: `row ${index}` }, batch: { id, place: index } };
  return briefOf({ record: { ...record, request }, epoch: 1, seq: 9 }).record;
}

test('status of a batch: counts, and why each row did not pass', async () => {
  const records = [rowOf(outOfStock(), 4), rowOf(interrupted(), 9)];
  const text = renderBatchStatus(shown(), records, pipe);
  await expect(text).toMatchFileSnapshot('expected/status-batch.txt');
});

describe('what was never registered', () => {
  const total = shown().batch;
  const { total: _, ...unknown } = total;
  test.each([
    [undefined, shown()],
    ['312 of 500 runs are registered so far', shown({ registered: 312, making: true })],
    ['312 of 500 runs were registered; the command that made them ended', shown({ registered: 312 })],
    [
      '312 of 500 runs were registered; the batch was canceled before the others',
      shown({ registered: 312, canceled: true }),
    ],
    [
      '312 of an unknown number of runs were registered; the command that made them ended',
      shown({ registered: 312, batch: unknown, damaged: 'its file is missing' }),
    ],
  ])('%s', (text, batch) => {
    expect(sayMissing(batch)).toBe(text);
    expect(renderBatchStatus(batch, [], pipe).includes('registered')).toBe(text !== undefined);
  });
});

test('a list has a line for a batch in place of its runs', async () => {
  const listed = [
    { kind: 'batch', batch: shown() },
    { kind: 'run', record: passed().record() },
    {
      kind: 'batch',
      batch: shown({ batch: { ...shown().batch, journeys: ['a', 'b'] }, finishedAt: start + 9_000 }),
    },
  ] as const;
  await expect(renderRunList(listed, start + 60_000, pipe)).toMatchFileSnapshot('expected/list-batches.txt');
});

test('the documents are as their schemas say', () => {
  const record = rowOf(outOfStock(), 4);
  const batches = [batchListEntry(shown()), batchListEntry(shown({ finishedAt: start + 9_000 }))];
  const list = renderDocument(listDocument([], 0, { batches }));
  expect(findViolations(listSchema, JSON.parse(list))).toEqual([]);
  const batch = batchEntry(shown().batch, 312);
  const status = renderDocument(listDocument([{ context: { backend: 'cloud' }, record }], 1, { batch }));
  expect(findViolations(listSchema, JSON.parse(status))).toEqual([]);
  expect(JSON.parse(status)).toMatchObject({ batch: { id, registered: 312 }, runs: [{ row: 4, batch: id }] });
});

test('the document of runs has their batch, as it is at the end', () => {
  const texts: string[] = [];
  let registered = 0;
  const reporter = createJsonReporter(
    (text) => texts.push(text),
    undefined,
    () => batchEntry(shown().batch, registered),
  );
  const story = passed();
  reporter.finished(story.context('cloud'), story.record());
  registered = 500;
  void reporter.end?.(summaryOf([story.record()]));
  const document: unknown = JSON.parse(texts.join(''));
  expect(findViolations(resultSchema, document)).toEqual([]);
  expect(document).toMatchObject({ batch: { id, total: 500, registered: 500, file: 'data/customers.csv' } });
});

describe('how long a batch took', () => {
  const closing = (createdAt: number | undefined, records: readonly RunRecord[], nows: readonly number[]) => {
    const out = capture();
    const clock = [...nows];
    const reporter = createBatchReporter({
      out,
      err: capture(),
      total: 2,
      file: 'rows.csv',
      journeys: ['checkout-flow'],
      ...(createdAt === undefined ? {} : { createdAt }),
      now: () => clock.shift() ?? Number.NaN,
    });
    const context = passed().context('cloud');
    for (const record of records) {
      reporter.started?.(context, record);
      if (record.state === 'passed') reporter.finished(context, record);
    }
    void reporter.end?.(summaryOf(records));
    return out.text().trimEnd().split(' · ').at(-1);
  };
  const ended = passed().record();
  const lastEnd = ended.finishedAt ?? Number.NaN;
  const { finishedAt: _, ...unfinished } = ended;
  const open: RunRecord = { ...unfinished, state: 'running' };

  test('is told of the command that made it', () => {
    expect(closing(undefined, [ended], [start, start + 3_000])).toBe('3.0 s');
  });

  test('and by whoever waits for it later, from its creation to its last end', () => {
    expect(closing(lastEnd - 7_000, [ended, ended], [start + 9_000_000])).toBe('7.0 s');
  });

  test('or to now, where runs are open', () => {
    expect(closing(start, [ended, open], [start + 100, start + 5_000])).toBe('5.0 s');
  });
});
