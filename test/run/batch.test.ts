import { describe, expect, test } from 'vitest';
import { type ShownBatch, type StateCounts, stateOfBatch } from '../../src/run/batch.ts';

const none: StateCounts = {
  queued: 0,
  running: 0,
  waiting: 0,
  interrupted: 0,
  passed: 0,
  failed: 0,
  canceled: 0,
};

function batchOf(
  states: Partial<StateCounts>,
  more: Partial<ShownBatch> & { total?: number } = {},
): ShownBatch {
  const registered = Object.values(states).reduce((sum, count) => sum + count, 0);
  const { total = registered, ...rest } = more;
  const batch = { id: 'batch_1', createdAt: 0, environment: 'local', journeys: ['look'], total };
  return { batch, registered, states: { ...none, ...states }, canceled: false, making: false, ...rest };
}

describe('the state of a batch', () => {
  test.each([
    ['passed', batchOf({ passed: 3 })],
    ['failed', batchOf({ passed: 3, failed: 1, canceled: 1 })],
    ['canceled', batchOf({ passed: 3, canceled: 1 })],
    ['interrupted', batchOf({ passed: 3, failed: 1, interrupted: 1 })],
    ['waiting', batchOf({ passed: 3, interrupted: 1, waiting: 1 })],
    ['queued', batchOf({ queued: 3 })],
    ['running', batchOf({ queued: 3, passed: 1 })],
    ['running', batchOf({ running: 1, waiting: 1, failed: 1 })],
    ['queued', batchOf({}, { total: 2, making: true })],
    ['queued', batchOf({ passed: 1 }, { total: 2, making: true })],
    ['failed', batchOf({ passed: 1 }, { total: 2 })],
    ['failed', batchOf({}, { total: 2 })],
  ] as const)('%s', (state, batch) => {
    expect(stateOfBatch(batch)).toBe(state);
  });
});
