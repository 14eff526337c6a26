import { expect, test } from 'vitest';
import { createAsked } from '../../src/reporters/asked.ts';
import type { RunEvent } from '../../src/run/event.ts';
import type { RunRecord } from '../../src/run/record.ts';
import type { SignalSource } from '../../src/run/signal.ts';

function recordOf(id: string): RunRecord {
  return { request: { id } } as RunRecord;
}

function waits(key: string, from: SignalSource): RunEvent {
  return { type: 'wait.started', at: 1, key, for: { kind: 'signal', name: key, from } };
}

function ends(key: string): RunEvent {
  const outcome = { state: 'passed', sent: 'no', startedAt: 1, at: 2 } as const;
  return { type: 'wait.finished', at: 2, key, outcome };
}

test('a person is asked until the last of their waits has ended, in whichever run', () => {
  const asked = createAsked();
  asked.hear(waits('~wait/paid', { kind: 'callback', name: 'paid' }), recordOf('run_1'));
  expect(asked.isAny()).toBe(false);
  asked.hear(waits('~wait/belt', { kind: 'person', question: 'There?' }), recordOf('run_1'));
  asked.hear(waits('~wait/belt', { kind: 'person', question: 'There?' }), recordOf('run_2'));
  asked.hear(ends('~wait/belt'), recordOf('run_1'));
  expect(asked.isAny()).toBe(true);
  asked.hear(ends('~wait/belt'), recordOf('run_2'));
  expect(asked.isAny()).toBe(false);
});
