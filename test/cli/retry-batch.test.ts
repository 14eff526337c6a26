import { describe, expect, test } from 'vitest';
import { RefusedError } from '../../src/backends/backend.ts';
import type { Io } from '../../src/cli/io.ts';
import { chooseRetries, retryEach } from '../../src/cli/retry-batch.ts';
import type { RunState } from '../../src/run/record.ts';
import type { BatchWithRuns } from '../../src/server/control.ts';
import type { StoredRun } from '../../src/stores/store.ts';
import { newRun } from '../stores/json-file/sample.ts';

function rowOf(index: number, state: RunState, corrupt?: string): StoredRun {
  const { request } = newRun({}, { row: { index, id: `row ${index}` } });
  const record = { request, state, passes: [], steps: [], rounds: [], notes: [], stops: [] };
  return { record, epoch: 1, seq: 1, ...(corrupt === undefined ? {} : { corrupt }) };
}

function batchOf(runs: readonly StoredRun[], total = runs.length): BatchWithRuns {
  const states = { queued: 0, running: 0, waiting: 0, interrupted: 0, passed: 0, failed: 0, canceled: 0 };
  const batch = { id: 'batch_1', createdAt: 1, environment: 'local', journeys: ['look'], total };
  return { batch, registered: runs.length, states, canceled: false, making: false, runs };
}

function listen(): { readonly io: Io; readonly said: string[] } {
  const said: string[] = [];
  const stream = { columns: 100, colour: false, interactive: false, unicode: true };
  const io = {
    stdout: { ...stream, write: () => undefined },
    stderr: { ...stream, write: (text: string) => void said.push(text) },
    env: {},
    cwd: '.',
  };
  return { io, said };
}

const rowsIn = (runs: readonly StoredRun[]): readonly (string | undefined)[] =>
  runs.map(({ record }) => record.request.row?.id);

describe('the rows that a retry is of', () => {
  const ended = [
    rowOf(1, 'passed'),
    rowOf(2, 'failed'),
    rowOf(3, 'canceled'),
    rowOf(4, 'interrupted'),
    rowOf(5, 'running', 'line 3: not a line of a journal'),
  ];

  test('with --from-failed those that did not pass, else all; damaged ones are named', () => {
    const { io, said } = listen();
    expect(rowsIn(chooseRetries(batchOf(ended), 'failed', io))).toEqual(['row 2', 'row 3', 'row 4']);
    expect(said.join('')).toMatch(/left out, their journals are damaged: run_\w+ \(row 5\)\n/);
    expect(rowsIn(chooseRetries(batchOf(ended), undefined, io))).toHaveLength(4);
    expect(rowsIn(chooseRetries(batchOf(ended), 'start', io))).toHaveLength(4);
  });

  test('what was never registered is told', () => {
    const { io, said } = listen();
    chooseRetries(batchOf(ended.slice(0, 2), 7), 'failed', io);
    expect(said).toEqual(['2 of 7 runs were registered; the command that made them ended\n']);
  });

  test.each(['queued', 'running', 'waiting'] as const)('none as long as one is %s', (state) => {
    const { io } = listen();
    const open = Array.from({ length: 7 }, (_, index) => rowOf(index + 10, state));
    expect(() => chooseRetries(batchOf([...ended, ...open]), 'failed', io)).toThrow(
      /^7 of its runs may still go on: (run_\w+ \(row 1\d\)(, | and )){5}2 more$/,
    );
  });

  test.each([
    ['nothing failed in it', [rowOf(1, 'passed')]],
    ['it has no run that can be retried', []],
    ['it has no run that can be retried', [rowOf(1, 'failed', 'line 1')]],
  ])('%s', (message, runs) => {
    expect(() => chooseRetries(batchOf(runs, 1), 'failed', listen().io)).toThrow(message);
  });
});

test('a run that went on meanwhile does not keep the others', async () => {
  const { io, said } = listen();
  const runs = [rowOf(1, 'failed'), rowOf(2, 'failed'), rowOf(3, 'interrupted')];
  const [first, second, third] = runs.map(({ record }) => record.request.id);
  const retry = async (id: string): Promise<string> => {
    if (id === first) throw new RefusedError('it is running');
    return id === second ? 'run_NEW' : id;
  };
  const retried = await retryEach(runs, ({ request }) => retry(request.id), io);
  expect(retried).toEqual([{ id: 'run_NEW', previous: second }, { id: third }]);
  expect(said).toEqual([`${first} is not retried: it is running\n`]);
  await expect(retryEach(runs, () => Promise.reject(new Error('lost')), io)).rejects.toThrow('lost');
});
