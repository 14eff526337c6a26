import { expect, test } from 'vitest';
import type { PassRecord, RunRecord } from '../../src/run/record.ts';
import { countDeaths, deathOf, runnerEnded } from '../../src/runner/deaths.ts';

const died = (number: number): string => deathOf({ name: `worker ${number}` });

/** A run whose only checkpoint was at `checkpoint`, and whose passes began at 10, 20, 30 … after what is given. */
function recordOf(afters: readonly (string | undefined)[], checkpoint = 0): RunRecord {
  const passes = afters.map((after, at): PassRecord => {
    const pass = { epoch: at + 1, worker: `worker ${at + 1}`, at: (at + 1) * 10 };
    return after === undefined ? pass : { ...pass, after };
  });
  const outcome = { state: 'passed', sent: 'yes', startedAt: checkpoint, at: checkpoint } as const;
  const attempts = checkpoint === 0 ? [] : [{ key: 'a', startedAt: checkpoint, outcome }];
  const step = {
    key: 'a',
    kind: 'request',
    cleanup: false,
    depth: 0,
    state: 'running',
    poll: false,
  } as const;
  return { passes, steps: [{ ...step, attempts }] } as unknown as RunRecord;
}

test.each([
  ['no pass yet', [], 0, 0],
  ['a first pass', [undefined], 0, 0],
  ['deaths in a row', [undefined, died(1), died(12)], 0, 2],
  ['a checkpoint since', [undefined, died(1), died(2)], 25, 1],
  ['a checkpoint after the last', [undefined, died(1), died(2)], 35, 0],
  [
    'the end of a runner between them neither counts nor forgives',
    [undefined, died(1), runnerEnded, died(1)],
    0,
    2,
  ],
  ['the end of a runner alone', [undefined, runnerEnded, runnerEnded], 0, 0],
  ['a word of a person begins anew', [undefined, died(1), died(2), 'a person said to go on', died(3)], 0, 1],
])('%s', (_, afters, checkpoint, deaths) => {
  expect(countDeaths(recordOf(afters, checkpoint))).toBe(deaths);
});
