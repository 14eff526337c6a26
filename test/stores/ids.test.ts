import { expect, test } from 'vitest';
import { createBatchId, createRunId, isBatchId, isRunId } from '../../src/stores/ids.ts';

test('run ids rise within one millisecond, and when the clock goes back', () => {
  const ids = [5_000, 5_000, 5_000, 4_000, 6_000].map((now) => createRunId(now));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(isRunId(id)).toBe(true);
});

test.each([
  ['run_01ARZ3NDEKTSV4RRFFQ69G5FAV', true],
  ['run_01arz3ndektsv4rrffq69g5fav', false],
  ['run_81ARZ3NDEKTSV4RRFFQ69G5FAV', false],
  ['run_01ARZ3NDEKTSV4RRFFQ69G5FAU', false],
  ['run_01ARZ3NDEKTSV4RRFFQ69G5FA', false],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAV', false],
  ['run_01ARZ3NDEKTSV4RRFFQ69G5FAV/..', false],
  ['run_01ARZ3NDEKTSV4RRFFQ69G5FAV\n', false],
])('%j is a run id: %s', (text, expected) => {
  expect(isRunId(text)).toBe(expected);
});

test('a batch id is none of a run', () => {
  const batch = createBatchId(5_000);
  expect([isBatchId(batch), isRunId(batch)]).toEqual([true, false]);
  expect([isBatchId('batch_01ARZ3NDEKTSV4RRFFQ69G5FA'), isBatchId(createRunId(5_000))]).toEqual([
    false,
    false,
  ]);
  expect(isBatchId('batch_01ARZ3NDEKTSV4RRFFQ69G5FAV/..')).toBe(false);
});
